"""The face model that a command uses, as the user names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jium.language import _

if TYPE_CHECKING:
    from jium.cli.parsing import Parser
    from jium.faces.looking import OpenModel
    from jium.faces.network import WrongModel
    from jium.faces.odds import Calibration
    from jium.media.errors import MediaError


def add_choice(command: Parser) -> None:
    """``--model NAME``."""
    text = _("the face model to use (default: the strongest that is here; 'jium models' lists them)")
    command.add_argument("--model", metavar=_("NAME"), help=text)


def sentence(problem: WrongModel | MediaError) -> str:
    """Why nothing can be looked at, as a sentence for the user."""
    return _(str(problem) if isinstance(problem, ValueError) else problem.message)


class Refused(Exception):
    """The arguments cannot be used; the message is a sentence for the user."""


def chosen(name: str | None) -> tuple[OpenModel, Calibration]:
    """The model and what was measured with it. Raises :class:`Refused`, ``WrongModel``."""
    from jium.faces import models, odds
    from jium.faces.shelf import NotHere, Shelf

    known = [one.name for one in models.descriptions()]
    if name is not None and name not in known:
        text = _("there is no face model {name}; there are: {names}")
        raise Refused(text.format(name=name, names=", ".join(known)))
    try:
        model = Shelf.of_user().open(name)
    except NotHere:
        text = _("the face model {name} is not here; 'jium models pull {name}' brings it")
        raise Refused(text.format(name=name or known[-1])) from None
    calibration = odds.of_model(model.description.name)
    if calibration is None:
        text = _("nobody has measured yet how often {name} errs, so it is not used (see docs/face-models.md)")
        raise Refused(text.format(name=model.description.name))
    return model, calibration
