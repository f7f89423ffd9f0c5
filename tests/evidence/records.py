"""The recorder's own work in one Chromium for many pages: what it records is asked here, not how it is walled in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.async_api import async_playwright

from jium.evidence.enclosure import Job
from jium.evidence.recorder import CannotRecord, open_browser, parts, record

AT_ONCE = 4
Parts = dict[str, bytes]


def records(jobs: Mapping[str, Job]) -> dict[str, Parts | str]:
    """Name to the parts of its record, or to the kind of its failure; all jobs share their ``launch``."""
    told: dict[str, Parts | str] = {}

    async def all_of_them() -> None:
        turn = asyncio.Semaphore(AT_ONCE)
        async with async_playwright() as driver:
            browser = await open_browser(driver, next(iter(jobs.values())).launch)

            async def one(name: str, job: Job) -> None:
                async with turn:
                    try:
                        told[name] = parts(*await record(browser, vars(job)))
                    except CannotRecord as failure:
                        told[name] = failure.kind

            await asyncio.gather(*(one(name, job) for name, job in jobs.items()))

    # In a thread: Playwright's other interface, of tests that ran before, may hold this one's loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(all_of_them())).result()
    return told


def facts_of(record: Parts) -> dict[str, Any]:
    return json.loads(record["facts.json"])
