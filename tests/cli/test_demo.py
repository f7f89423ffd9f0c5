"""The demo finds a place for its pages, and says where."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator

import pytest

from jium.cli import demo
from jium.demoweb.ports import Port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free() -> Iterator[int]:
    port = Port()  # bound, and nobody listens
    yield port.number
    port.close()


def asked(port: int | None = None, headless: bool = False) -> argparse.Namespace:
    return argparse.Namespace(port=port, headless=headless)


def test_a_port_that_is_free_is_taken(free: int, monkeypatch) -> None:
    monkeypatch.setattr(demo, "PORT", free)
    assert demo._port(asked()) == (free, "")
    assert demo._port(asked(free)) == (free, "")


def test_where_the_usual_port_is_taken_another_is_and_it_is_said(taken: int, monkeypatch) -> None:
    monkeypatch.setattr(demo, "PORT", taken)
    port, told = demo._port(asked())
    assert port == 0 and str(taken) in told


def test_a_port_that_was_asked_for_is_not_silently_another(taken: int, tmp_path, capsys) -> None:
    port, told = demo._port(asked(taken))
    assert port is None and str(taken) in told
    arguments = argparse.Namespace(port=taken, headless=False, data=str(tmp_path / "data"))
    assert demo.demo(arguments) == 2
    assert str(taken) in capsys.readouterr().out and not (tmp_path / "data").exists()


def test_without_an_audience_any_port_will_do(taken: int, monkeypatch) -> None:
    monkeypatch.setattr(demo, "PORT", taken)
    assert demo._port(asked(headless=True)) == (0, "")
