"""kill -9 at the worst moments, and two runs at once, in processes of their own: one letter, none lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import made
from tests.notices.mailserver import Mailbox, serving

SETTING = """
import json, os, sys, time
import django
django.setup()
from django.db import transaction
from jium.notices import services as notices
from jium.notices.models import Notice
from tests.notices import cast

def together():
    print("ready", flush=True)
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.005)
"""

APPROVED = """
by = cast.a_supervisor()
case = cast.a_case(by)
notice = notices.draft(case, cast.a_provider(), cast.captured(case, cast.a_sighting()))
with transaction.atomic():
    notices.approve(notice, by, repeat=False)
    transaction.get_connection().run_on_commit.clear()
"""

SEND = """
notice = Notice.objects.get()
if len(sys.argv) > 1:
    together()
try:
    notices.send(notice)
except Exception as error:
    print(type(error).__name__)
"""

NUMBERS = """
case = cast.a_case(cast.a_supervisor("s" + sys.argv[2]))
provider = cast.a_provider(host="h" + sys.argv[2] + ".example")
seen = [cast.a_sighting() for _ in range(10)]
together()
numbers = []
for sighting in seen:
    notice = notices.draft(case, provider, [sighting])
    notices.withdraw(notice)
    numbers.append(notice.number)
print(json.dumps(numbers))
"""

SEEN = """
cast.a_case(cast.a_supervisor())
cast.a_provider()
for _ in range(5):
    cast.a_sighting()
"""

JOINED = """
from jium.cases.models import Case
from jium.notices.models import Provider
from jium.watch.models import Sighting
case, provider = Case.objects.get(), Provider.objects.get()
seen = list(Sighting.objects.all())
together()
notices.draft(case, provider, seen)
notices.provider_for("http://new.example/")
"""

INSTITUTION = """[institution]
name = "한빛 센터"
name_en = "Hanbit Centre"
email = "support@hanbit.example"
phone = "02-123-4567"
"""


class Installation:
    """Tables in files of their own, and processes that work on them."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def start(self, code: str, *arguments: str, mail: int = 0) -> subprocess.Popen[str]:
        mail_table = f'[mail]\nhost = "127.0.0.1"\nport = {mail}\nstarttls = false\nsender = "n@centre.example"\n'
        (self._data / "jium.toml").write_text(INSTITUTION + (mail_table if mail else ""), encoding="utf-8")
        environ = {
            "PATH": os.environ["PATH"],
            "JIUM_DATA": str(self._data),
            "DJANGO_SETTINGS_MODULE": "jium.web.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, str(Path(__file__).parents[2])])),
        }
        return subprocess.Popen(
            [sys.executable, "-c", SETTING + code, *arguments], env=environ, stdout=subprocess.PIPE, text=True
        )

    def run(self, code: str, *arguments: str, mail: int = 0) -> str:
        process = self.start(code, *arguments, mail=mail)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return said

    def standing(self) -> str:
        """How the only letter stands, read from beside."""
        with closing(sqlite3.connect(self._data / "jium.sqlite")) as tables:
            ((state,),) = tables.execute("SELECT state FROM notices_notice").fetchall()
        return str(state)

    def at_once(self, code: str, processes: int, mail: int = 0) -> list[str]:
        """What the processes said that were let go in the same moment."""
        go = self._data / "go"
        running = [self.start(code, str(go), str(number), mail=mail) for number in range(processes)]
        for process in running:
            assert process.stdout and process.stdout.readline() == "ready\n"
        go.touch()
        answers = [process.communicate(timeout=120)[0] for process in running]
        assert all(process.returncode == 0 for process in running)
        return answers


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(Path(shutil.copytree(made.empty_tables(), tmp_path / "data")))


@pytest.fixture(scope="module")
def with_letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an approved letter in it."""
    data = Path(shutil.copytree(made.empty_tables(), tmp_path_factory.mktemp("letter") / "data"))
    Installation(data).run(APPROVED)
    return data


@pytest.fixture
def approved(with_letter: Path, tmp_path: Path) -> Installation:
    return Installation(Path(shutil.copytree(with_letter, tmp_path / "data")))


class Killing(Mailbox):
    """Ends the process that talks to it with kill -9 at the named moment, once."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self.victim: subprocess.Popen[str] | None = None
        setattr(self, moment, self._kill)

    def _kill(self) -> None:
        if self.victim:
            victim, self.victim = self.victim, None
            victim.send_signal(signal.SIGKILL)
            victim.wait(timeout=30)


def killed_while_sending(installation: Installation, box: Killing, port: int) -> None:
    process = installation.start(SEND, mail=port)
    box.victim = process
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL


def test_killed_before_the_text_goes_it_is_sent_once_by_the_next_run(approved: Installation) -> None:
    box = Killing("before_rcpt_answer")
    with serving(box) as port:
        killed_while_sending(approved, box, port)
        assert approved.standing() == "sending"
        assert box.raw == []
        approved.run(SEND, mail=port)
        approved.run(SEND, mail=port)
    assert approved.standing() == "sent"
    assert len(box.raw) == 1


def test_killed_after_the_text_went_it_is_uncertain_and_not_sent_again(approved: Installation) -> None:
    box = Killing("before_data_answer")
    with serving(box) as port:
        killed_while_sending(approved, box, port)
        assert approved.standing() == "handing_over"
        for _ in range(2):
            approved.run(SEND, mail=port)
            assert approved.standing() == "unconfirmed"
    assert len(box.raw) == 1


def test_run_four_times_at_once_it_is_sent_once(approved: Installation) -> None:
    box = Mailbox()
    with serving(box) as port:
        said = approved.at_once(SEND, 4, mail=port)
        approved.run(SEND, mail=port)
    assert len(box.raw) == 1
    assert approved.standing() == "sent", said


def test_numbers_given_at_once_are_all_different(installation: Installation) -> None:
    numbers = [number for said in installation.at_once(NUMBERS, 4) for number in json.loads(said)]
    assert len(set(numbers)) == len(numbers) == 40
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, 41))


def test_drafted_at_once_an_address_is_in_one_draft(installation: Installation) -> None:
    installation.run(SEEN)
    installation.at_once(JOINED, 4)
    counts = "from jium.notices.models import NoticeItem, Provider\n"
    counts += "print(Notice.objects.count(), NoticeItem.objects.count(), Provider.objects.count())"
    assert installation.run(counts).split() == ["1", "5", "2"]
