"""Demands for removal: whom to write to, under which law, the letter, its approval and its delivery.

regimes/    one folder a law: what a letter must contain, and its text in each language
letter      facts become a letter (pure)
providers   who can take material down, and how to reach them
delivery    one letter to the mail server, in stages that say what is certain
services    what the other rooms may ask
"""
