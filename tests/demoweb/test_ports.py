"""A port that is held is nobody else's, and free for whoever it is held for."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from jium.demoweb.ports import Port


@pytest.fixture
def port() -> Iterator[Port]:
    held = Port()
    yield held
    held.close()


def listening(number: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", number))


def test_nobody_answers_at_a_held_port(port: Port) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port.number))


def test_a_server_can_listen_on_it_again_and_again(port: Port) -> None:
    for _time in range(2):
        with listening(port.number) as server, socket.create_connection(("127.0.0.1", port.number)):
            server.accept()[0].close()


def test_nobody_else_is_given_it(port: Port) -> None:
    others = [Port() for _time in range(500)]
    assert port.number not in {other.number for other in others}
    for other in others:
        other.close()


def test_a_program_that_does_not_share_ports_cannot_take_it(port: Port) -> None:
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port.number))
