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
# How a program is called where that is not its name here.
_CALLED: dict[str, str] = {
    "Adobe Firefly": r"adobe[ _]firefly",
    "ChatGPT": r"(openai )?(chatgpt|dall[·.\- ]?e|gpt-?4o|gpt-image)|openai",
    "FLUX": r"(black[ -]forest[ -]labs )?flux\.[12]|black[ -]forest[ -]labs",
    "Google Gemini": r"google (gemini|imagen|ai|generative ai|c2pa core generator library)",
    "Grok": r"(xai )?grok|xai",
    "Ideogram": r"ideogram( ai)?",
    "Kling": r"kling ?ai",
    "Leonardo.Ai": r"leonardo\.ai",
    "Microsoft Designer": r"(microsoft designer|bing image creator|microsoft responsible ai)",
    "Pika": r"pika( labs|\.art)",
    "Runway": r"runway( ?ml| gen-\d)",
    "Seedream": r"(seedream|seedance|jimeng|dreamina)",
    "Sora": r"(openai[ -])?sora",
    "Stable Diffusion": r"(stable[ -]?diffusion( web ?ui| xl)?|stability ai|dreamstudio|automatic1111|sd\.next)",
    "FaceSwap": r"face ?swap",
}
_PROGRAMS: dict[Kind, tuple[str, ...]] = {"generated": GENERATORS, "swapped": SWAPPERS, "edited": EDITORS}
# A program that names itself says its name and its version. Among other words a name is somebody's sentence, or part of
# another name: a camera is called Sora, too. Ordinary programs say more, and weigh nothing.
_VERSION = r"( ?(v|version|-)? ?\d[\w.\-+]*( \(\w+\))?)?"
_NAMED: tuple[tuple[Kind, str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        kind,
        name,
        re.compile(rf"\W*({called}){_VERSION}\W*", re.IGNORECASE),
        re.compile(rf"(?<![^\W_])({called})(?![^\W_])", re.IGNORECASE),
    )
    for kind, names in _PROGRAMS.items()
    for name in names
    for called in [_CALLED.get(name) or re.escape(name)]
)
# Fields in which a program says who it is.
_NAMING = ("software", "make", "encoder", "encoding_tool", "xmp:creatortool", "xmp:software", "xmp:history")
# Fields that people write into, too.
_FREE = "comment user_comment description xmp:description xmp:usercomment"
# Parameters: the fields they stand in, the program, and what all of them look like.
_PARAMETERS: tuple[tuple[frozenset[str], str, tuple[re.Pattern[str], ...]], ...] = tuple(
    (frozenset(fields.split()), program, tuple(re.compile(text, re.DOTALL) for text in texts))
    for fields, program, texts in (
        ("invokeai_metadata invokeai_graph invokeai_workflow sd-metadata", "InvokeAI", (r"^\s*\{",)),
        ("dream", "InvokeAI", (r" -s ?\d+\b", r" -W ?\d+\b", r" -[SC] ?\d+\b")),
        ("fooocus_scheme", "Fooocus", (r".",)),
        ("use_stable_diffusion_model", "Easy Diffusion", (r".",)),
        ("parameters user_comment", "SwarmUI", (r"\"sui_image_params\" ?:",)),
        (f"parameters {_FREE}", "Fooocus", (r"\"performance(_selection)?\" ?:", r"\"base_model(_name)?\" ?:")),
        ("parameters", "Stable Diffusion", (r"\bSteps: ?\d+, .{0,400}?\b(Sampler|Seed): ",)),
        (_FREE, "Stable Diffusion", (r"\bSteps: ?\d+, .{0,400}?\bSeed: ?-?\d+\b", r"\b(CFG scale|Size): ?\d")),
        (f"prompt workflow make model {_FREE}", "ComfyUI", (r"\"class_type\\?\" ?:", r"\"inputs\\?\" ?:")),
        (
            f"workflow {_FREE}",
            "ComfyUI",
            (r"\"last_node_id\\?\" ?:", r"\"(\w*KSampler\w*|CLIPTextEncode|VAEDecode|CheckpointLoader\w*)\\?\""),
        ),
        ("comment user_comment", "NovelAI", (r"\"(signed_hash|uncond_scale)\" ?:", r"\"(sampler|steps)\" ?:")),
        (_FREE, "Midjourney", (r"--[a-z]+\b.* Job ID: ?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$",)),
    )
)
# Credits that Google and Meta write, alone.
_CREDIT = re.compile(r"\W*(made|edited) with google ai\W*|\W*imagined with (meta )?ai\W*", re.IGNORECASE)
_CREDITS = ("credit", "xmp:credit")
# GB 45438-2025, appendix E: 1 is made by AI, 2 perhaps, 3 supposedly. In a field of that name, or in JSON.
_LABEL = re.compile(r"\{[^{}]{0,80}?\"Label\\?\" ?: ?\\?\"?1\b")
_LABELLED = re.compile(rf"\"AIGC\\?\" ?: ?\\?\"?{_LABEL.pattern}")
# xAI's pictures bear a signature in place of a name, and their number.
_SIGNATURE = re.compile(r"Signature: ?[A-Za-z0-9+/=]{40,}")
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def of_texts(texts: Mapping[str, str]) -> frozenset[Mark]:
    """What a file's texts mean, by field: lower case, words parted by ``_``, those of XMP after "xmp:"."""
    cut = {field: text[:LONGEST] for field, text in texts.items()}
    found = {mark for field, text in cut.items() for mark in _of_text(field, text)}
    if not (cut.get("make", "").strip() and cut.get("model", "").strip()):
        # Of a file that names its camera a program's name is no sign: some cameras are called as programs are.
        found |= {mark for field in _NAMING for said in cut.get(field, "").splitlines() for mark in named(said)}
    if _SIGNATURE.match(cut.get("description", "")) and _NUMBER.fullmatch(cut.get("artist", "").strip()):
        found.add(Mark("generated", program="Grok"))
    return frozenset(found)


def _of_text(field: str, text: str) -> set[Mark]:
    found = {
        Mark("generated", program=program)
        for fields, program, patterns in _PARAMETERS
        if field in fields and all(pattern.search(text) for pattern in patterns)
    }
    if field == "xmp:digitalsourcetype":
        terms = [of_source_type(term) for term in text.split()]
        found |= {one for one in terms if one and one.kind != "captured"}
    if field in _CREDITS and (credit := _CREDIT.fullmatch(text)):
        edited = (credit[1] or "").lower() == "edited"
        program = "Google Gemini" if credit[1] else "Meta AI"
        found.add(Mark("altered" if edited else "generated", program=program))
    if (field in ("aigc", "xmp:aigc") and _LABEL.search(text)) or _LABELLED.search(text):
        found.add(Mark("generated"))
    return found


def named(said: str, among: bool = False) -> set[Mark]:
    """The programs that a text names, as far as they are known here. ``among``: other words, too."""
    return {
        Mark(kind, program=name)
        for kind, name, alone, within in _NAMED
        if (within.search(said) if among or kind == "edited" else alone.fullmatch(said))
    }


def of_source_type(term: str, signed: bool = False) -> Mark | None:
    """What a term of the IPTC's vocabulary means, alone or as the end of its address; None where it says nothing."""
    kind = SOURCE_TYPES.get(term.rsplit("/", 1)[-1])
    return Mark(kind, signed) if kind and possible(kind, signed) else None
