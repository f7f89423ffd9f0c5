"""Where the stages are joined. Each module holds the short workflows of one stretch of the river.

    intake      a registered file becomes a reference and is looked for in what was seen before
    watching    a site is visited; each new sighting is compared with every reference
    examining   is another face in a copy than in its reference?
    deciding    an officer's decision is carried out: evidence, then a drafted demand
    demanding   an approved demand is sent and followed up until the material stays away
    sealing     the audit log is sealed day by day, beside the river
    destroying  a case whose time is over, or whose victim demands it, is destroyed
    keeping     what an interrupted upload left in the vault is swept

``register()`` makes them known to the engine; nothing here keeps state.
"""

from __future__ import annotations


def register() -> None:
    """Tell the engine what to do for every kind of row and action."""
    from jium.flow import deciding, demanding, destroying, examining, intake, keeping, sealing, watching  # noqa: F401


def take_up() -> None:
    """Plan what a start after an update, or the first one, makes necessary."""
    from jium.cases import services as cases
    from jium.flow import destroying, keeping, sealing
    from jium.watch import services as watch

    cases.renew_fingerprints()
    watch.keep_archive()
    sealing.keep_sealed()
    keeping.keep_swept()
    destroying.keep_to_the_time()
