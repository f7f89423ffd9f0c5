"""A picture of every page of the stand (:mod:`tests.web.stand`): ``python -m tests.web.pictures [FOLDER]``.

In both languages, light and dark, on a desk and on a phone: ``FOLDER/ko-light-1366/queue.png`` and so on.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.progress import track

from tests.web.conftest import PASSWORD
from tests.web.served import served

WIDTHS = {1366: 768, 390: 844}
SCHEMES = ("light", "dark")
LOCALES = {"ko": "ko-KR", "en": "en-GB"}
# What a browser makes of a desk of 1366 pixels at a zoom of 200 %.
ZOOMED = {683: 384}


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pages")
    with tempfile.TemporaryDirectory() as data, served(Path(data)) as (address, pages), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", chromium_sandbox=False)
        ways = list(product(LOCALES, SCHEMES, (WIDTHS | ZOOMED).items()))
        for language, scheme, size in track(ways, description=f"pictures into {folder}"):
            take(browser, address, pages, folder / f"{language}-{scheme}-{size[0]}", language, scheme, size)
        browser.close()


def take(
    browser: Browser,
    address: str,
    pages: dict[str, str],
    folder: Path,
    language: str,
    scheme: str,
    size: tuple[int, int],
) -> None:
    """Every page in one language, scheme and size (pixels)."""
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[language],
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/login/")
    page.screenshot(path=folder / "login.png")
    page.fill("#id_username", "everything")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    for name, where in {**pages, "desk": "/desk/", "nothing here": "/nothing/"}.items():
        page.goto(where)
        page.screenshot(path=folder / f"{name.replace(' ', '-')}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main()
