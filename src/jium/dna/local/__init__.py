"""Local features: how a rotated crop, a picture in a picture or a camera shot of a screen is recognised.

features     a picture becomes a few hundred places, each with a code of 128 bits, and a small sketch
descriptor   how the surroundings of a place become 128 bits, and the bits of its mirror image
matching     which places of two pictures look alike, and what turning, scaling and shifting they agree on
agreement    once aligned: does the rest of the two pictures look alike too?
reach        how far what both show goes on: where a crop ends and the frame around it begins
laid         two pictures laid on each other as their codes say, where there are too few places
furniture    which codes are seen all the time (screens, logos, subtitles) and so prove nothing
evidence     all of it together: how much speaks for one picture being made from the other
"""
