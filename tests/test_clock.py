"""The one clock: it never runs backwards, whatever somebody sets the machine's clock to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jium.clock import Forward

BEGUN = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Machine:
    """A clock that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.told, self.passed = BEGUN, 100.0

    def wait(self, seconds: float) -> None:
        self.told += timedelta(seconds=seconds)
        self.passed += seconds

    def set_by(self, seconds: float) -> None:
        self.told += timedelta(seconds=seconds)


def clock_of(machine: Machine) -> Forward:
    return Forward(lambda: machine.told, lambda: machine.passed)


def seconds(moment: datetime) -> float:
    return (moment - BEGUN).total_seconds()


def test_time_goes_as_the_machine_says() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.wait(60)
    assert (seconds(clock.now()), clock.behind) == (60, timedelta(0))


def test_set_back_by_a_day_time_goes_on_from_the_largest_seen_and_it_is_noticed(caplog) -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.wait(60)
    clock.now()
    machine.set_by(-86_400)
    machine.wait(10)
    assert seconds(clock.now()) == 70
    assert clock.behind == timedelta(days=1)
    machine.wait(5)
    assert seconds(clock.now()) == 75
    assert [record.getMessage() for record in caplog.records] == ["the machine's clock was set back by 86400 seconds"]


def test_once_the_machine_is_right_again_it_is_believed_again() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.set_by(-3600)
    clock.now()
    machine.set_by(3600)
    machine.wait(1)
    assert (seconds(clock.now()), clock.behind) == (1, timedelta(0))


def test_corrections_by_parts_of_a_second_are_no_setting_back_and_never_run_backwards() -> None:
    machine = Machine()
    clock = clock_of(machine)
    last = clock.now()
    for _turn in range(3):
        machine.set_by(-0.5)
        machine.wait(0.1)
        assert clock.now() >= last
        last = clock.now()
        assert clock.behind == timedelta(0)


def test_many_small_steps_back_are_noticed_in_the_end() -> None:
    machine = Machine()
    clock = clock_of(machine)
    for _turn in range(10):
        machine.set_by(-1.5)
        clock.now()
    assert clock.behind > timedelta(seconds=2)
    assert seconds(clock.now()) == 0


def test_set_forward_is_believed() -> None:
    machine = Machine()
    clock = clock_of(machine)
    machine.set_by(3600)
    assert seconds(clock.now()) == 3600
