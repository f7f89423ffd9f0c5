"""Which text in a file means what. Pure.

Where from: the IPTC's Digital Source Type vocabulary (2024); GB 45438-2025 for the label of Chinese services; and the
parameters and names that the programs' own code and documentation say they write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jium.forensics.marks import EDITORS, GENERATORS, SWAPPERS, Kind, Mark, possible

# Of one text no more is read.
LONGEST = 1 << 20
SOURCE_TYPES: dict[str, Kind] = {
    "trainedAlgorithmicMedia": "generated",
    "algorithmicMedia": "generated",
    "compositeWithTrainedAlgorithmicMedia": "altered",
    "compositeSynthetic": "altered",
    "composite": "altered",
    "algorithmicallyEnhanced": "edited",
    "compositeCapture": "edited",
    "humanEdits": "edited",
    "minorHumanEdits": "edited",
    "digitalCreation": "edited",
    "digitalArt": "edited",
    "digitalCapture": "captured",
    "computationalCapture": "captured",
    "negativeFilm": "captured",
    "positiveFilm": "captured",
    "print": "captured",
}
# How a program is called where that is not its name here. A word that is a person's, a camera's or a magazine's name,
# too, must stand with another.
_CALLED: dict[str, str] = {
    "Adobe Firefly": r"\badobe[ _]firefly\b",
    "ChatGPT": r"\b(chatgpt|dall[·.\- ]?e|gpt-?4o|gpt-image|openai)\b",
    "FLUX": r"\bflux\.[12]|\bblack[ -]forest[ -]labs\b",
    "Google Gemini": r"\bgoogle (gemini|imagen|ai|generative|c2pa core)\b",
    "Grok": r"\b(grok|xai)\b",
    "Ideogram": r"\bideogram( ai)?\b",
    "Kling": r"\bkling ?ai\b",
    "Leonardo.Ai": r"\bleonardo\.ai\b",
    "Microsoft Designer": r"\b(microsoft designer|bing image creator|microsoft responsible ai)\b",
    "Pika": r"\bpika( labs|\.art)\b",
    "Runway": r"\brunway ?ml\b|\brunway gen-",
    "Seedream": r"\b(seedream|seedance|jimeng|dreamina)\b",
    "Sora": r"\bopenai[ -]sora\b|^sora\b",
    "Stable Diffusion": r"\b(stable[ -]?diffusion|stability ai|dreamstudio|automatic1111|sd\.next)\b",
    "FaceSwap": r"\bface ?swap\b",
}
_PROGRAMS: dict[Kind, tuple[str, ...]] = {"generated": GENERATORS, "swapped": SWAPPERS, "edited": EDITORS}
_NAMED: tuple[tuple[Kind, str, re.Pattern[str]], ...] = tuple(
    (kind, name, re.compile(_CALLED.get(name) or rf"\b{re.escape(name)}\b", re.IGNORECASE))
    for kind, names in _PROGRAMS.items()
    for name in names
)
# Fields in which a program says who it is.
_NAMING = ("software", "creator_tool", "make", "encoder", "encoding_tool")
_TOOL = re.compile(r"\b(?:xmp:CreatorTool|stEvt:softwareAgent|tiff:Software)\W+([^<\"]{1,200})")
# Parameters: the fields they stand in, the program, and what they look like.
_PARAMETERS: tuple[tuple[frozenset[str], str, re.Pattern[str]], ...] = tuple(
    (frozenset(fields.split()), program, re.compile(text, re.DOTALL))
    for fields, program, text in (
        ("invokeai_metadata invokeai_graph invokeai_workflow sd-metadata", "InvokeAI", r"\{"),
        ("dream", "InvokeAI", r" -s ?\d"),
        ("fooocus_scheme", "Fooocus", r"."),
        ("use_stable_diffusion_model", "Easy Diffusion", r"."),
        ("parameters user_comment", "SwarmUI", r"\"sui_image_params\""),
        ("parameters user_comment comment", "Fooocus", r"\"performance(_selection)?\" ?:"),
        (
            "parameters user_comment comment description",
            "Stable Diffusion",
            r"\bSteps: ?\d+, .{0,400}?\b(Sampler|Seed): ",
        ),
        (
            "prompt workflow comment user_comment make model description",
            "ComfyUI",
            r"\"(class_type|last_node_id)\\?\" ?:",
        ),
        ("comment user_comment", "NovelAI", r"\"signed_hash\" ?:|\"uncond_scale\" ?:"),
        ("description comment", "Midjourney", r"\bJob ID: ?[0-9a-f]{8}-[0-9a-f]{4}-"),
    )
)
_SOURCE_TYPE = re.compile(r"digitalsourcetype\W{1,4}([a-z]{5,60})", re.IGNORECASE)
_CREDIT = re.compile(r"\b(made|edited) with google ai\b|\bimagined with (meta )?ai\b", re.IGNORECASE)
# GB 45438-2025, appendix E: 1 is made by AI, 2 perhaps, 3 supposedly.
_LABEL = re.compile(r"\bAIGC\W.{0,80}?\bLabel(?:\W|quot;){1,24}1\b", re.DOTALL)
# xAI's pictures bear a signature in place of a name, and their number.
_SIGNATURE = re.compile(r"Signature: ?[A-Za-z0-9+/=]{40,}")
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def of_texts(texts: Mapping[str, str]) -> frozenset[Mark]:
    """What a file's texts mean, by field: lower case, words parted by ``_``."""
    cut = {field: text[:LONGEST] for field, text in texts.items()}
    found = {mark for field, text in cut.items() for mark in _of_text(field, text)}
    if _SIGNATURE.match(cut.get("description", "")) and _NUMBER.fullmatch(cut.get("artist", "").strip()):
        found.add(Mark("generated", program="Grok"))
    return frozenset(found)


def _of_text(field: str, text: str) -> set[Mark]:
    found = {
        Mark("generated", program=program)
        for fields, program, pattern in _PARAMETERS
        if field in fields and pattern.search(text)
    }
    if field in _NAMING:
        found |= named(text)
    if field == "xmp":
        found |= {
            one for term in _SOURCE_TYPE.findall(text) if (one := of_source_type(term)) and one.kind != "captured"
        }
        found |= {mark for said in _TOOL.findall(text) for mark in named(said)}
    if credit := _CREDIT.search(text):
        edited = (credit[1] or "").lower() == "edited"
        program = "Google Gemini" if credit[1] else "Meta AI"
        found.add(Mark("altered" if edited else "generated", program=program))
    if _LABEL.search(f"{field.upper()}: {text}"):
        found.add(Mark("generated"))
    return found


def named(said: str) -> set[Mark]:
    """The programs that a text names, as far as they are known here."""
    return {Mark(kind, program=name) for kind, name, pattern in _NAMED if pattern.search(said)}


def of_source_type(term: str, signed: bool = False) -> Mark | None:
    """What a term of the IPTC's vocabulary means, alone or as the end of its address; None where it says nothing."""
    kind = SOURCE_TYPES.get(term.rsplit("/", 1)[-1])
    return Mark(kind, signed) if kind and possible(kind, signed) else None
