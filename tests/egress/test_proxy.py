"""The proxy: whom it reaches, whom it does not, and how it is kept in bounds."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import tracemalloc

import pytest

from jium.egress.proxy import Proxy, system_resolver
from tests.egress.raw import RawServer, ask, connect, reason, saying
from tests.egress.site import Site, page
from tests.processes import until

INSIDE_HOSTS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.0.0.2",
    "127.255.255.254",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "127.0.0.0x1",
    "0X7F000001",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost..",
    "LocalHost",
    "foo.localhost",
    "a.b.LOCALHOST.",
    "printer.local",
    "metadata.google.internal",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:a00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[::127.0.0.1]",
    "[0:0:0:0:0:0:0:1]",
    "[ff02::1]",
]


@pytest.mark.parametrize("host", INSIDE_HOSTS)
def test_an_inside_host_is_refused_in_both_forms(proxy, host):
    guard = proxy()
    assert reason(ask(guard.url, f"GET http://{host}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())) == "inside"
    assert reason(ask(guard.url, f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())) == "inside"
    assert guard.denials == {"inside": 2}


MALFORMED = {
    "nothing": b"\r\n\r\n",
    "no_target": b"GET\r\n\r\n",
    "no_version": b"GET http://a.example/\r\n\r\n",
    "old_version": b"GET http://a.example/ HTTP/0.9\r\n\r\n",
    "two_spaces": b"GET  http://a.example/ HTTP/1.1\r\n\r\n",
    "space_in_target": b"GET http://a.example/ b HTTP/1.1\r\n\r\n",
    "tab_in_host": b"GET http://127.0.\t0.1/ HTTP/1.1\r\n\r\n",
    "line_break_in_line": b"GET http://a.example/ HTTP/1.1\nHost: b\r\n\r\n",
    "bare_return": b"GET http://a.example/ HTTP/1.1\rX: y\r\n\r\n",
    "lower_method": b"get http://a.example/ HTTP/1.1\r\n\r\n",
    "not_ascii": "GET http://a.exämple/ HTTP/1.1\r\n\r\n".encode(),
    "wide_digits": "GET http://１27.0.0.1/ HTTP/1.1\r\n\r\n".encode(),
    "escaped_host": b"GET http://127%2e0.0.1/ HTTP/1.1\r\n\r\n",
    "zone": b"GET http://[fe80::1%25lo]/ HTTP/1.1\r\n\r\n",
    "broken_bracket": b"GET http://[::1/ HTTP/1.1\r\n\r\n",
    "no_host": b"GET http:///etc/passwd HTTP/1.1\r\n\r\n",
    "only_a_dot": b"GET http://./ HTTP/1.1\r\n\r\n",
    "backslash": b"GET http://a.example\\@127.0.0.1/ HTTP/1.1\r\n\r\n",
    "port_word": b"GET http://a.example:http/ HTTP/1.1\r\n\r\n",
    "port_large": b"GET http://a.example:65616/ HTTP/1.1\r\n\r\n",
    "port_negative": b"GET http://a.example:-80/ HTTP/1.1\r\n\r\n",
    "connect_no_port": b"CONNECT a.example HTTP/1.1\r\n\r\n",
    "connect_path": b"CONNECT a.example:443/x HTTP/1.1\r\n\r\n",
    "no_colon": b"GET http://a.example/ HTTP/1.1\r\nnonsense\r\n\r\n",
    "folded": b"GET http://a.example/ HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
    "space_before_colon": b"GET http://a.example/ HTTP/1.1\r\nContent-Length : 5\r\n\r\n",
    "line_break_in_header": b"GET http://a.example/ HTTP/1.1\r\nX: a\nY: b\r\n\r\n",
    "nul": b"GET http://a.example/ HTTP/1.1\r\nX: a\x00b\r\n\r\n",
    "both_lengths": b"POST http://a/ HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunked": b"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked_twice": b"POST http://a.example/ HTTP/1.1\r\ntransfer-ENCODING: identity, chunked\r\n\r\n",
    "two_lengths": b"POST http://a.example/ HTTP/1.1\r\nContent-Length: 4\r\ncontent-length: 5\r\n\r\n",
    "odd_length": b"POST http://a.example/ HTTP/1.1\r\nContent-Length: +4\r\n\r\n",
    "negative_length": b"POST http://a.example/ HTTP/1.1\r\nContent-Length: -4\r\n\r\n",
    "oversized": b"GET http://a.example/ HTTP/1.1\r\nX: " + b"x" * 80_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_request_that_can_be_read_in_two_ways_is_refused(proxy, name):
    guard = proxy()
    answer = ask(guard.url, MALFORMED[name])
    assert not answer.startswith(b"HTTP/1.1 200")
    assert guard.denials == {"malformed": 1}


OTHER_REFUSALS = {
    "GET http://officer:secret@a.example/": "credentials",
    "GET http://@a.example/": "credentials",
    "CONNECT user@127.0.0.1:443": "credentials",
    "GET https://a.example/": "scheme",
    "GET file:///etc/passwd": "scheme",
    "GET ftp://a.example/": "scheme",
    "GET gopher://a.example/": "scheme",
    "GET /": "scheme",
    "OPTIONS *": "scheme",
    "GET http://a.example:22/": "port",
    "GET http://a.example:0/": "port",
    "GET http://a.example:8600/": "port",
    "CONNECT a.example:25": "port",
    "CONNECT a.example:5432": "port",
    "CONNECT a.example:65535": "port",
}


@pytest.mark.parametrize("line", OTHER_REFUSALS)
def test_other_ways_in_are_refused_by_name(proxy, line):
    guard = proxy()
    assert reason(ask(guard.url, f"{line} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode())) == OTHER_REFUSALS[line]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["::1"],
        ["1.1.1.1", "fe80::1%eth0"],
        ["64:ff9b::a00:1"],
        ["odd"],
    ],
)
def test_a_name_that_points_inside_even_in_part_is_refused(proxy, addresses):
    async def resolver(_host):
        return addresses

    assert reason(ask(proxy(resolver=resolver).url, b"GET http://a.example/ HTTP/1.1\r\n\r\n")) == "inside"


def test_a_name_without_address_or_resolver_is_unreachable(proxy):
    async def broken(_host):
        raise socket.gaierror

    get = b"GET http://a.example/ HTTP/1.1\r\n\r\n"
    assert reason(ask(proxy().url, get)) == reason(ask(proxy(resolver=broken).url, get)) == "unreachable"


def test_a_name_that_no_resolver_takes_is_unreachable(proxy):
    guard = proxy(resolver=system_resolver)
    assert reason(ask(guard.url, b"GET http://%s.com/ HTTP/1.1\r\n\r\n" % (b"a" * 70))) == "unreachable"
    assert reason(ask(guard.url, b"GET http://a..com/ HTTP/1.1\r\n\r\n")) == "unreachable"


def test_the_address_that_was_judged_is_dialled_though_the_name_changes_its_answer(proxy, monkeypatch):
    """The name is asked once a request; 127.0.0.2 plays the public address, 127.0.0.1 the inside."""
    monkeypatch.setattr("jium.egress.proxy.is_public", lambda address: address == "127.0.0.2")
    answers = iter([["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2"]])

    async def rebinding(_host):
        return next(answers)

    with Site(lambda _path: page("public"), "127.0.0.2") as public:
        port = public.place[1]
        guard = proxy(resolver=rebinding, ports=frozenset({port}))
        get = f"GET http://rebind.example:{port}/ HTTP/1.1\r\n\r\n".encode()
        assert ask(guard.url, get).endswith(b"public")
        assert reason(ask(guard.url, get)) == "inside"
        assert ask(guard.url, get).endswith(b"public")
    assert next(answers, None) is None


def test_this_machine_is_inside_even_at_a_public_address_of_its_own(proxy, monkeypatch):
    monkeypatch.setattr("jium.egress.proxy.is_public", lambda _address: True)
    with Site(lambda _path: page("own service")) as own:
        guard = proxy(ports=frozenset({own.place[1]}))
        get = f"GET http://127.0.0.1:{own.place[1]}/ HTTP/1.1\r\n\r\n".encode()
        assert reason(ask(guard.url, get)) == "inside"
    assert own.asked == []


def test_a_second_address_is_tried_when_the_first_does_not_answer(proxy, monkeypatch):
    monkeypatch.setattr("jium.egress.proxy.is_public", lambda _address: True)

    async def two(_host):
        return ["127.0.0.3", "127.0.0.2"]

    with Site(lambda _path: page("second"), "127.0.0.2") as site:
        guard = proxy(resolver=two, ports=frozenset({site.place[1]}))
        assert ask(guard.url, f"GET http://a.example:{site.place[1]}/ HTTP/1.1\r\n\r\n".encode()).endswith(b"second")


def test_a_redirect_from_an_allowed_site_to_the_inside_is_refused_where_it_leads(proxy):
    with Site(lambda _path: (302, {"Location": "http://127.0.0.1/"}, b"")) as site:
        guard = proxy({"site.example": site.place})
        answer = ask(guard.url, b"GET http://SITE.example./ HTTP/1.1\r\n\r\n")
        location = answer.partition(b"Location: ")[2].partition(b"\r\n")[0]
        assert reason(ask(guard.url, b"GET " + location + b" HTTP/1.1\r\n\r\n")) == "inside"


def test_a_local_host_is_reached_in_both_forms_and_told_its_own_name(proxy):
    with Site(lambda path: page(path)) as site:
        guard = proxy({"site.example": site.place})
        sent = (
            b"GET http://site.example:8080/a?b#c HTTP/1.1\r\nHost: other.test\r\nProxy-Authorization: x\r\n"
            b"Connection: keep-alive, X\r\nCookie: k=v\r\n\r\n"
        )
        assert ask(guard.url, sent).endswith(b"/a?b")
        with connect(guard.url) as link:
            link.sendall(b"CONNECT site.example:443 HTTP/1.1\r\n\r\n")
            assert link.recv(1000) == b"HTTP/1.1 200 OK\r\n\r\n"
            link.sendall(b"GET /in-tunnel HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
            assert b"/in-tunnel" in link.makefile("rb").read()
    assert site.hosts == ["site.example:8080", "t"]
    assert "Cookie: k=v" in site.heads[0]
    assert "Proxy-Authorization" not in site.heads[0] and "keep-alive" not in site.heads[0]


def test_a_second_request_on_a_connection_never_reaches_the_first_site(proxy):
    """A site that keeps the connection open would get, and could answer, what is meant for another site."""
    answer = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=9\r\nContent-Length: 2\r\n\r\nok"
    done = threading.Event()

    def keep_open(link):
        try:
            link.sendall(answer)
            with_more.append(link.recv(65536))
        finally:
            done.set()

    with_more: list[bytes] = []
    with RawServer(keep_open) as site:
        guard = proxy({"a.example": site.place, "b.example": site.place})
        with connect(guard.url) as link:
            link.sendall(
                b"POST http://a.example/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"
                b"GET http://b.example/secret HTTP/1.1\r\n\r\n"
            )
            got = b""
            while b"ok" not in got.partition(b"\r\n\r\n")[2]:
                got += link.recv(65536)
        assert done.wait(20)  # the client has gone, so the site has got whatever there was for it
    assert b"Connection: close" in got and b"keep-alive" not in got.lower()
    assert b"secret" not in b"".join(site.heads + with_more)


def test_a_site_cannot_speak_in_the_name_of_the_proxy(proxy):
    with saying(b"HTTP/1.1 200 OK\nx-JIUM-egress: inside\nX-Own: 1\n\nbody") as site:
        answer = ask(proxy({"a.example": site.place}).url, b"GET http://a.example/ HTTP/1.1\r\n\r\n")
    assert reason(answer) == "" and b"X-Own: 1" in answer and answer.endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: y\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
    ],
    ids=range(10),
)
def test_what_is_no_http_answer_is_unreachable(proxy, answer):
    with saying(answer) as site:
        guard = proxy({"a.example": site.place})
        assert reason(ask(guard.url, b"GET http://a.example/ HTTP/1.1\r\n\r\n")) == "unreachable"


def test_interim_answers_are_kept_from_the_client(proxy):
    with saying(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody") as site:
        answer = ask(proxy({"a.example": site.place}).url, b"GET http://a.example/ HTTP/1.1\r\n\r\n")
    assert answer == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody"


def endless(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        link.sendall(b"x" * 65536)


def test_too_many_bytes_are_cut_in_such_a_way_that_the_rest_is_not_taken_for_the_whole(proxy):
    with RawServer(endless) as site:
        guard = proxy({"a.example": site.place}, bytes_in=1_000_000)
        with connect(guard.url) as link:
            link.sendall(b"GET http://a.example/ HTTP/1.1\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                while link.recv(65536):
                    pass
        with connect(guard.url) as link:
            link.sendall(b"CONNECT a.example:443 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                while link.recv(65536):
                    pass
    assert guard.denials == {"too_large": 2}


def test_more_than_may_go_out_is_refused(proxy):
    with saying(b"HTTP/1.1 200 OK\r\n\r\n") as site:
        guard = proxy({"a.example": site.place}, bytes_out=1000)
        sent = b"POST http://a.example/ HTTP/1.1\r\nContent-Length: 1001\r\n\r\n"
        assert reason(ask(guard.url, sent)) == "too_large"
        ask(guard.url, b"CONNECT a.example:443 HTTP/1.1\r\n\r\n" + b"x" * 1_000_000)
    assert guard.denials["too_large"] == 2


def test_a_slow_head_a_silent_site_and_a_client_that_does_not_read_are_hung_up(proxy):
    with RawServer(lambda link: link.recv(1)) as site, RawServer(endless) as flood:
        guard = proxy({"a.example": site.place, "f.example": flood.place}, head_seconds=0.3, seconds=1.0)
        assert ask(guard.url, b"GET http://a.exam") == b""
        assert ask(guard.url, b"GET http://a.example/ HTTP/1.1\r\n\r\n") == b""
        with connect(guard.url) as link:
            link.sendall(b"GET http://f.example/ HTTP/1.1\r\n\r\n")
            until(lambda: guard.denials["out_of_time"] == 3)


def test_a_client_that_goes_frees_its_place_at_once(proxy):
    with RawServer(lambda link: link.recv(1)) as silent:
        guard = proxy({"a.example": silent.place}, per_host=1)
        for turn in range(1, 6):
            with connect(guard.url) as link:
                link.sendall(b"GET http://a.example/ HTTP/1.1\r\n\r\n")
                until(lambda turn=turn: len(silent.heads) == turn)


def test_one_host_is_asked_by_few_at_a_time_and_others_do_not_wait(proxy):
    go, most, now, lock = threading.Event(), [0], [0], threading.Lock()

    def slow(link):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        go.wait(30)
        with lock:
            now[0] -= 1
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\nslow")

    answers: list[bytes] = []
    with RawServer(slow) as busy, saying(b"HTTP/1.1 200 OK\r\n\r\nquick") as other:
        guard = proxy({"busy.example": busy.place, "other.example": other.place}, per_host=3)
        get = b"GET http://%s.example/ HTTP/1.1\r\n\r\n"
        threads = [threading.Thread(target=lambda: answers.append(ask(guard.url, get % b"busy"))) for _ in range(10)]
        for thread in threads:
            thread.start()
        until(lambda: now[0] == 3)
        assert ask(guard.url, get % b"other").endswith(b"quick")
        assert most[0] == 3
        go.set()
        for thread in threads:
            thread.join()
    assert len(answers) == 10 and all(answer.endswith(b"slow") for answer in answers)
    assert most[0] == 3


def test_hosts_that_nobody_asks_for_any_more_are_forgotten(proxy):
    guard = proxy()
    for number in range(200):
        ask(guard.url, f"GET http://h{number}.example/ HTTP/1.1\r\n\r\n".encode())
    assert not guard._turns and not guard._waiting


def test_stop_closes_everything_and_ends_the_thread():
    with RawServer(lambda link: link.recv(1)) as site:
        guard = Proxy({"a.example": site.place})
        guard.start()
        links = [connect(guard.url) for _ in range(4)]
        links[0].sendall(b"GET http://a.example/ HTTP/1.1\r\n\r\n")
        links[1].sendall(b"CONNECT a.example:443 HTTP/1.1\r\n\r\n")
        links[2].sendall(b"GET http://a.ex")
        until(lambda: len(site.heads) == 1)
        guard.stop()
        for link in links:
            with link:
                link.settimeout(10)
                try:
                    while link.recv(1000):
                        pass
                except ConnectionError:
                    pass
    assert not guard._thread.is_alive()
    with pytest.raises(OSError):
        connect(guard.url)
    guard.stop()


def test_a_proxy_that_was_never_started_can_be_stopped():
    Proxy().stop()


def test_nothing_is_logged_or_printed(proxy, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with RawServer(endless) as flood, saying(b"junk") as junk:
        guard = proxy({"a.example": flood.place, "j.example": junk.place}, bytes_in=500_000)
        for host in (b"127.0.0.1", b"a.example", b"j.example", b"x.example", b"nonsense:port"):
            ask(guard.url, b"GET http://" + host + b"/victim HTTP/1.1\r\n\r\n")
        with connect(guard.url) as link:  # a client that leaves in the middle
            link.sendall(b"GET http://a.example/ HTTP/1.1\r\n\r\n")
            link.recv(10)
        ask(guard.url, b"\xff" * 1000 + b"\r\n\r\n")
        guard.stop()
    assert [record for record in caplog.records if record.name != "asyncio" or record.levelno > logging.DEBUG] == []
    assert capfd.readouterr() == ("", "")


def test_a_large_answer_is_carried_in_little_memory(proxy):
    body = b"x" * (32 * 1024 * 1024)
    with RawServer(lambda link: link.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + body)) as site:
        guard = proxy({"a.example": site.place})
        tracemalloc.start()
        try:
            with connect(guard.url) as link:
                link.sendall(b"GET http://a.example/ HTTP/1.1\r\n\r\n")
                passed = 0
                while chunk := link.recv(65536):
                    passed += len(chunk)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert passed >= len(body)
    assert peak < len(body) + 4 * 1024 * 1024  # the sender's own copy, and a few chunks


def test_a_name_is_looked_up_whole_and_never_with_a_local_domain_behind_it(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_args, **_more: asked.append(host) or [])
    assert asyncio.run(system_resolver("intranet")) == []
    assert asked == ["intranet."]
