"""What is planned is carried out once, at its time, whoever hands it over how often."""

from __future__ import annotations

from tests.engine.office import Office, until

WEEK = 7 * 24 * 3600


def test_what_is_planned_runs_once_and_the_row_rests(office: Office) -> None:
    office.worker(sweep=3600)
    errand = office.new()
    turn = office.ask("plan", errand, "once")
    until(lambda: office.rests(errand), "the row rests")
    assert [(effect["kind"], effect["turn"]) for effect in office.ask("effects", errand)] == [("once", turn)]


def test_the_same_job_handed_over_twenty_times_runs_once(office: Office) -> None:
    errand = office.new()
    turn = office.ask("plan", errand, "once")
    office.ask("hand_over", errand, "once", turn, 10)
    office.worker()
    until(lambda: office.rests(errand), "the row rests")
    office.ask("hand_over", errand, "once", turn, 10)
    marker = office.new()
    office.ask("plan", marker, "once")
    until(lambda: office.rests(marker), "a later errand is done")
    assert office.kinds(errand) == ["once"]


def test_what_is_planned_for_later_waits_for_its_time(office: Office) -> None:
    errand, marker = office.new(2)
    office.ask("plan", errand, "once", WEEK)
    office.worker()
    office.ask("plan", marker, "later")
    until(lambda: office.kinds(marker) == ["later"] and office.ask("row", marker)["next_action"] == "once")
    office.move_clock(WEEK - 3600)
    office.ask("plan", marker, "chain")
    until(lambda: office.rests(marker), "errands of today are done")
    assert office.kinds(errand) == []
    office.move_clock(WEEK + 3600)
    until(lambda: office.rests(errand), "the row rests")
    assert office.kinds(errand) == ["once"]


def test_a_row_that_was_never_handed_over_is_found_by_the_sweep(office: Office) -> None:
    errand = office.new()
    office.worker()
    office.ask("write", errand, "once")
    until(lambda: office.rests(errand), "the row rests")
    assert office.kinds(errand) == ["once"]


def test_a_plan_of_a_transaction_that_was_rolled_back_never_runs(office: Office) -> None:
    errand, marker = office.new(2)
    office.worker()
    office.ask("plan_and_regret", errand, "once")
    office.ask("plan", marker, "chain")
    until(lambda: office.rests(marker), "a later errand is done")
    assert office.kinds(errand) == []
    assert office.ask("row", errand)["turn"] == 0


def test_a_plan_made_while_the_action_runs_is_not_lost(office: Office) -> None:
    errand = office.new()
    office.worker(sweep=3600)
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    office.ask("plan", errand, "once")
    until(lambda: "once" in office.kinds(errand), "the newer plan runs beside it")
    office.leave("go-on")
    until(lambda: "ended" in office.kinds(errand), "the action ends")
    until(lambda: {job[0] for job in office.ask("jobs").values()} == {"SUCCESS"}, "both jobs end")
    assert office.rests(errand)
    assert office.kinds(errand) == ["began", "once", "ended"]


def test_a_later_plan_made_while_the_action_runs_stands(office: Office) -> None:
    errand = office.new()
    office.worker()
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    office.ask("plan", errand, "once", WEEK)
    office.leave("go-on")
    until(lambda: {job[0] for job in office.ask("jobs").values()} == {"SUCCESS"}, "the job ends")
    assert office.ask("row", errand)["next_action"] == "once"
    office.move_clock(WEEK + 60)
    until(lambda: office.rests(errand), "the row rests")
    assert office.kinds(errand) == ["began", "ended", "once"]


def test_two_workers_share_the_work_and_double_none(office: Office) -> None:
    errands = office.new(60)
    for errand in errands:
        office.ask("plan", errand, "brief")
    first, second = office.launch("a"), office.launch("b")
    first.ready(), second.ready()
    until(lambda: len(office.kinds(*errands)) >= 60 and all(map(office.rests, errands)), "all errands are done")
    effects = office.ask("effects", *errands)
    assert sorted(effect["errand"] for effect in effects) == sorted(errands)
    more = office.new(40)
    for errand in more:
        office.ask("plan", errand, "brief")
    until(lambda: all(map(office.rests, more)), "the rest is done")
    done = office.ask("effects", *errands, *more)
    assert len(done) == 100
    assert {effect["executor"] for effect in done} == {"a", "b"}


def test_a_worker_for_some_queues_leaves_the_others_alone(office: Office) -> None:
    mine, other = office.new(2)
    office.worker("mail", queues="mail")
    office.ask("plan", other, "once")
    office.ask("plan", mine, "chain")
    until(lambda: office.ask("row", mine)["next_action"] == "once", "mail is served")
    assert office.kinds(mine) == ["chain"]
    assert office.kinds(other) == []
    office.worker("desk", queues="desk")
    until(lambda: office.rests(mine) and office.rests(other), "the desk is served")
    assert {effect["executor"] for effect in office.ask("effects", other)} == {"desk"}
