"""The licences of all that an installation brings along: ``python -m tests.licences`` writes docs/dependencies.md anew.

Read from the metadata of the packages that requirements/run.lock names, as they are installed.
"""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
BEGIN, END = "<!-- licences -->", "<!-- end of licences -->"
# Nothing stronger than the LGPL: those ask nothing of who installs or passes on jium but their own text and source.
ALLOWED = {
    *("0BSD", "3-Clause BSD", "BSD", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "MIT-CMU", "CC0-1.0", "Zlib"),
    *("Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Apache Software", "Boost Software"),
    *("PSF-2.0", "Python Software Foundation", "ZPL-2.1", "Zope Public", "Mozilla Public License 2.0 (MPL 2.0)"),
    *("LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)"),
}


# What the metadata does not say rightly, as the text of the licence has it.
READ = {
    # "Other/Proprietary" stands in it for the notice that the word QR Code is a trademark.
    "qrcode": "BSD-3-Clause",
}


def names() -> list[str]:
    """Every package of an installation."""
    return re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements/run.lock").read_text(), re.M | re.I)


def licence(name: str) -> str:
    """As the package says it itself, or as its text was read."""
    if name in READ:
        return READ[name]
    told = metadata(name)
    classifiers = [one.split(" :: ")[-1] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    said = told.get("License-Expression") or "; ".join(one for one in classifiers if one != "OSI Approved")
    return str(said or told.get("License") or "not said").splitlines()[0]


def parts(said: str) -> list[str]:
    """The licences that count together, or among which one may choose."""
    return [part.removesuffix(" License") for part in re.split(r" AND | OR |; ", said)]


def allowed(said: str) -> bool:
    """Whether each of them is one of ours."""
    return ALLOWED.issuperset(parts(said))


def table() -> str:
    """As it stands on the page."""
    lines = ["| package | licence |", "|---|---|", *(f"| {name} | {licence(name)} |" for name in names())]
    return "\n".join(lines)


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
