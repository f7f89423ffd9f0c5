"""Killed processes, lost tables, failing actions: what is planned is carried out all the same."""

from __future__ import annotations

import json

from tests.engine.app.actions import SECRET
from tests.engine.office import Office, until


def test_kill_9_in_the_middle_of_an_action_twice_ends_in_the_true_state(office: Office) -> None:
    errand = office.new()
    office.ask("plan", errand, "slow")
    for times in (1, 2):
        worker = office.worker()
        until(lambda times=times: office.kinds(errand).count("began") >= times, "the action runs")
        worker.kill()
    office.leave("go-on")
    office.worker()
    until(lambda: office.rests(errand), "the row rests")
    assert office.ask("row", errand)["state"] == "done"


def test_the_job_of_a_dead_worker_is_taken_over_in_its_own_queue(office: Office) -> None:
    errand, following = office.new(2)
    dead = office.worker("a")
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    dead.kill()
    office.leave("go-on")
    office.worker("desk", queues="desk", dead=1)
    until(lambda: _state_of(office, errand) == ["ENQUEUED", "crawl"], "the job is free again")
    office.ask("plan", following, "once")
    until(lambda: office.rests(following), "the worker of another queue works on")
    assert office.kinds(errand) == ["began"]
    office.worker("b")
    until(lambda: office.rests(errand), "the row rests")
    assert [effect["executor"] for effect in office.ask("effects", errand)] == ["a", "b", "b"]
    assert office.ask("row", errand)["state"] == "done"


def _state_of(office: Office, errand: int) -> list[str]:
    states = [job for name, job in office.ask("jobs").items() if f":{errand}:" in name]
    return [states[0][0], states[0][2]] if states else []


def test_what_a_worker_without_any_heartbeat_held_is_taken_over_too(office: Office) -> None:
    errand = office.new()
    lost = office.worker("lost")
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    lost.kill()
    office.ask("forget_heartbeats")
    office.leave("go-on")
    office.worker("b", dead=1)
    until(lambda: office.rests(errand), "the row rests")
    assert office.ask("row", errand)["state"] == "done"


def test_a_living_worker_keeps_its_job(office: Office) -> None:
    errand, marker = office.new(2)
    office.worker("a", dead=2)
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    office.worker("b", dead=2)
    for _ in range(3):
        seen = {beat["name"]: beat["beat_at"] for beat in office.ask("overview")["workers"]}
        until(lambda seen=seen: _all_later(office, seen), "both hearts beat on")
        office.ask("plan", marker, "once")
        until(lambda: office.rests(marker), "other work goes on")
    office.leave("go-on")
    until(lambda: office.rests(errand), "the row rests")
    assert office.kinds(errand) == ["began", "ended"]


def _all_later(office: Office, seen: dict[str, str]) -> bool:
    now = {beat["name"]: beat["beat_at"] for beat in office.ask("overview")["workers"]}
    return all(now[name] > at for name, at in seen.items())


def test_what_the_job_library_forgot_still_runs(office: Office) -> None:
    errand = office.new()
    office.ask("plan", errand, "once")
    assert office.ask("forget") == 1
    office.worker()
    until(lambda: office.rests(errand), "the row rests")
    assert office.kinds(errand) == ["once"]


def test_a_failure_waits_longer_each_time_and_shows_its_kind_only(office: Office) -> None:
    errand = office.new()
    worker = office.worker()
    office.ask("plan", errand, "fail")
    for times, minutes in ((1, 2), (2, 4), (3, 8)):
        until(lambda times=times: office.ask("row", errand)["failures"] == times, f"failure {times}")
        (shown,) = office.ask("overview")["failures"]
        assert (shown["row"], shown["kind"], shown["times"]) == (str(errand), "LookupError", times)
        assert office.ask("overview")["due"] == 0
        office.move_clock(sum(60 * 2**n for n in range(1, times)) + minutes * 60 + 5 * times)
    until(lambda: office.ask("row", errand)["failures"] == 4, "failure 4")
    assert office.kinds(errand) == ["failed"] * 4
    assert worker.stop() == 0
    assert "LookupError" in worker.said()
    assert SECRET not in worker.said()
    assert SECRET not in json.dumps([office.ask("stored"), office.ask("row", errand), office.ask("overview")])


def test_a_new_plan_ends_the_failures(office: Office) -> None:
    errand = office.new()
    office.worker()
    office.ask("plan", errand, "fail")
    until(lambda: office.ask("row", errand)["failures"] == 1, "it fails")
    office.ask("plan", errand, "once")
    until(lambda: office.rests(errand), "the row rests")
    assert office.ask("overview")["failures"] == []
    assert office.ask("row", errand)["last_failure"] == ""


def test_an_action_that_leaves_the_interpreter_has_failed(office: Office) -> None:
    errand = office.new()
    worker = office.worker()
    office.ask("plan", errand, "leave")
    until(lambda: office.ask("row", errand)["failures"] == 1, "it fails")
    assert office.ask("row", errand)["last_failure"] == "SystemExit"
    assert worker.stop() == 0
    assert SECRET not in worker.said()


def test_an_action_that_kills_its_worker_each_time_is_put_off(office: Office) -> None:
    errand, other = office.new(2)
    office.ask("plan", errand, "die")
    deaths = 0
    while office.ask("row", errand)["failures"] == 0:
        worker = office.launch(deaths=1)
        until(
            lambda worker=worker: not worker.alive() or office.ask("row", errand)["failures"],
            "it dies or gives up",
        )
        deaths += not worker.alive()
        assert deaths < 10
    (shown,) = office.ask("overview")["failures"]
    assert shown["kind"] == "WorkerDied"
    office.ask("plan", other, "once")
    until(lambda: office.rests(other), "the worker lives and works")
    assert worker.alive()


def test_finished_jobs_are_forgotten_and_their_rows_do_not_run_again(office: Office) -> None:
    errand, waiting = office.new(2)
    first = office.worker()
    office.ask("plan", errand, "once")
    until(lambda: office.rests(errand), "the row rests")
    office.ask("plan", waiting, "slow")
    until(lambda: office.found(f"began-{waiting}"), "another runs")
    first.kill()
    office.worker(keep=-3600)
    until(
        lambda: not [job for job in office.ask("jobs") if f":{errand}:" in job],
        "the finished job is forgotten",
    )
    office.leave("go-on")
    until(lambda: office.rests(waiting), "the unfinished one was kept")
    assert office.kinds(errand) == ["once"]


def test_what_is_stored_of_a_job_is_json_with_ids_only(office: Office) -> None:
    errand = office.new()
    turn = office.ask("plan", errand, "once")
    office.worker()
    until(lambda: _state_of(office, errand)[0] == "SUCCESS", "the job ends")
    stored = office.ask("stored")
    (status,) = stored["workflow_status"]
    assert status["workflow_uuid"] == f"errands.errand:{errand}:once:{turn}"
    assert status["serialization"] == "jium_json"
    kept = [row[name] for rows in stored.values() for row in rows for name in ("inputs", "output") if row.get(name)]
    arguments = {"args": ["errands.errand", str(errand), "once", turn], "kwargs": {}}
    assert arguments in [json.loads(text) for text in kept]
    assert all(json.loads(text) in (None, arguments) for text in kept)


def test_a_worker_says_nothing_and_stops_when_asked(office: Office) -> None:
    errand = office.new()
    worker = office.worker()
    office.ask("plan", errand, "chain")
    until(lambda: office.rests(errand), "the row rests")
    assert worker.stop() == 0
    assert worker.said() == "started\nstopped\n"


def test_a_worker_that_is_stopped_in_the_middle_leaves_the_rest_to_the_next(office: Office) -> None:
    errand = office.new()
    worker = office.worker(stop=1)
    office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    assert worker.stop() == 0
    office.leave("go-on")
    office.worker()
    until(lambda: office.rests(errand), "the row rests")
    assert office.ask("row", errand)["state"] == "done"


def test_what_is_due_behind_a_long_queue_that_nobody_serves_runs(office: Office) -> None:
    office.ask("write_many", 600, "once")
    errand = office.new()
    office.ask("write", errand, "chain")
    office.worker(queues="mail")
    until(lambda: office.kinds(errand) == ["chain"], "it is started all the same")


def test_a_job_that_its_living_worker_lost_runs(office: Office) -> None:
    errand = office.new()
    office.worker(dead=1)
    turn = office.ask("plan", errand, "once")
    until(lambda: office.rests(errand), "the row rests")
    until(lambda: {job[0] for job in office.ask("jobs").values()} == {"SUCCESS"}, "the job ends")
    office.ask("mislay", errand, "once", turn)
    until(lambda: office.kinds(errand) == ["once", "once"], "it runs")
    until(lambda: office.rests(errand), "the row rests")


def test_what_runs_is_shown_with_its_worker(office: Office) -> None:
    errand = office.new()
    office.worker("a")
    turn = office.ask("plan", errand, "slow")
    until(lambda: office.found(f"began-{errand}"), "the action runs")
    (shown,) = office.ask("overview")["running"]
    assert shown["job"] == f"errands.errand:{errand}:slow:{turn}"
    assert shown["worker"].endswith(":a")
    office.leave("go-on")
    until(lambda: office.ask("overview")["running"] == [], "it ends")
