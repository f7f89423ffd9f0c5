"""A forward proxy on loopback that reaches only public addresses.

It resolves a name once, judges every address it got, and dials the very address it judged, so that neither a
name that points inside, nor one that changes its answer, nor a redirect leads to this machine or its
neighbours (each request of a redirect comes here again). Names given as ``local_hosts`` (the demo and tests)
are the only way to loopback. One request a connection. Nothing is logged; refusals and cuts are counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from jium.egress.address import is_public
from jium.egress.head import Asked, NotHttp, Refused, read_answer, read_request

Resolver = Callable[[str], Awaitable[list[str]]]

CHUNK = 65536
RESET = struct.pack("ii", 1, 0)  # close with a reset, not with a polite end
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nX-Jium-Egress: %s\r\nConnection: close\r\n\r\n"
UNREACHED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nX-Jium-Egress: %s\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Limits:
    """Bounds of one connection and of one host."""

    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    bytes_in: int = 256 * 1024 * 1024
    bytes_out: int = 16 * 1024 * 1024
    head_bytes: int = 64 * 1024
    head_seconds: float = 15.0
    dial_seconds: float = 15.0
    seconds: float = 300.0
    per_host: int = 8


class Cut(Exception):
    """More bytes than allowed in one direction."""


@dataclass(frozen=True)
class Side:
    """One end of what is carried: the client or the site."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def system_resolver(host: str) -> list[str]:
    """The addresses the machine's own resolver gives, for the whole name as it is: no local search domains."""
    found = await asyncio.get_running_loop().getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Proxy:
    """One proxy with a thread of its own. ``denials``: how often what was refused, unreached or cut."""

    def __init__(
        self,
        local_hosts: Mapping[str, tuple[str, int]] | None = None,
        limits: Limits | None = None,
        resolver: Resolver = system_resolver,
    ) -> None:
        self.limits = limits or Limits()
        self.denials: Counter[str] = Counter()
        self._local = dict(local_hosts or {})
        self._resolve = resolver
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._waiting: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._run, name="jium-egress", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._failure: OSError | None = None
        self.url = ""

    def start(self) -> str:
        """Serve on a free loopback port; its URL. Raises ``OSError`` when there is none."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure
        return self.url

    def stop(self) -> None:
        """Close every connection and end the thread. Harmless when not running."""
        if self._thread.is_alive() and self._loop and self._over:
            with contextlib.suppress(RuntimeError):  # it ended by itself in between
                self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except OSError as failure:
            self._failure = failure
        finally:
            self._ready.set()

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # its words would name hosts
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=self.limits.head_bytes)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._over.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        whole = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                await self._serve(Side(reader, writer))
                whole = True
        except TimeoutError:
            self.denials["out_of_time"] += 1
        except Cut:
            self.denials["too_large"] += 1
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            await _hang_up(writer, whole, self.limits.head_seconds)

    async def _serve(self, client: Side) -> None:
        try:
            asked = read_request(await self._head(client))
            async with self._turn(asked.host):
                site = await self._reach(asked)
                try:
                    await (self._tunnel if asked.tunnel else self._exchange)(client, site, asked)
                finally:
                    await _hang_up(site.writer, False, 0)
        except Refused as no:
            await self._refuse(client, REFUSED, no.reason)
        except NotHttp:
            await self._refuse(client, UNREACHED, "unreachable")

    async def _head(self, client: Side) -> bytes:
        try:
            async with asyncio.timeout(self.limits.head_seconds):
                return await client.reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise Refused("malformed") from None

    @contextlib.asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """Wait for one of the host's places. A host that nobody asks for is forgotten."""
        self._waiting[host] += 1
        try:
            async with self._turns.setdefault(host, asyncio.Semaphore(self.limits.per_host)):
                yield
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._turns[host]

    async def _refuse(self, client: Side, answer: bytes, reason: str) -> None:
        self.denials[reason] += 1
        client.writer.write(answer % reason.encode())
        await client.writer.drain()

    async def _tunnel(self, client: Side, site: Side, _asked: Asked) -> None:
        client.writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await _first_ends(
            _pump(client.reader, site.writer, self.limits.bytes_out),
            _pump(site.reader, client.writer, self.limits.bytes_in),
        )

    async def _exchange(self, client: Side, site: Side, asked: Asked) -> None:
        """One request and its answer; whatever else the client sends is not for this site."""
        if asked.body > self.limits.bytes_out:
            raise Refused("too_large")
        site.writer.write(asked.onward)
        await _first_ends(self._send(client, site, asked.body), self._answer(client, site))

    async def _send(self, client: Side, site: Side, left: int) -> None:
        """The body; ends when the client goes."""
        while left and (chunk := await client.reader.read(min(CHUNK, left))):
            left -= len(chunk)
            with contextlib.suppress(OSError):  # the site may answer and close before it has read all
                site.writer.write(chunk)
                await site.writer.drain()
        while await client.reader.read(CHUNK):
            pass

    async def _answer(self, client: Side, site: Side) -> None:
        status = 100
        while status < 200:  # interim answers are for us
            status, head = read_answer(await _answer_head(site.reader, self.limits.head_bytes))
            if status == 101:
                raise NotHttp
        client.writer.write(head)
        await _pump(site.reader, client.writer, self.limits.bytes_in)

    async def _reach(self, asked: Asked) -> Side:
        """Connect to an address that was judged, and to no other. Raises ``Refused`` or ``NotHttp``."""
        try:
            async with asyncio.timeout(self.limits.dial_seconds):
                places = await self._places(asked.host, asked.port)
                return await _dial(places, trusted=asked.host in self._local)
        except (OSError, UnicodeError):  # TimeoutError is an OSError; a name may be too long for the resolver
            raise NotHttp from None

    async def _places(self, host: str, port: int) -> list[tuple[str, int]]:
        if port not in self.limits.ports:
            raise Refused("port")
        if host in self._local:
            return [self._local[host]]
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            raise Refused("inside")
        addresses = await self._addresses(host)
        if not all(is_public(address) for address in addresses):
            raise Refused("inside")
        return [(address, port) for address in dict.fromkeys(addresses)]

    async def _addresses(self, host: str) -> list[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        last = host.rpartition(".")[2]
        if last.startswith("0x") or not any(letter.isalpha() for letter in last):
            raise Refused("inside")  # 2130706433, 127.1, 0x7f.1: addresses in odd clothes, never names
        return await self._resolve(host)


async def _dial(places: list[tuple[str, int]], trusted: bool) -> Side:
    """The first place that answers. Raises ``OSError`` when none does."""
    for address, port in places:
        try:
            side = Side(*await asyncio.open_connection(address, port))
        except OSError:
            continue
        # Only a connection to oneself has one address at both ends: a public one may be this machine's own.
        ends = [side.writer.get_extra_info(name)[0] for name in ("sockname", "peername")]
        if not trusted and ends[0] == ends[1]:
            await _hang_up(side.writer, False, 0)
            raise Refused("inside")
        return side
    raise OSError("no address answers")


async def _answer_head(reader: asyncio.StreamReader, most: int) -> bytes:
    head = bytearray()
    while True:
        try:
            line = await reader.readline()
        except (OSError, ValueError):  # broken off, or a line without end
            raise NotHttp from None
        head += line
        if not line or len(head) > most:
            raise NotHttp
        if not line.strip(b"\r\n"):
            return bytes(head)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
    while chunk := await reader.read(CHUNK):
        most -= len(chunk)
        if most < 0:
            raise Cut
        writer.write(chunk)
        await writer.drain()


async def _first_ends(outward: Awaitable[None], inward: Awaitable[None]) -> None:
    """Run both until one ends, and raise what it raised."""
    tasks = [asyncio.ensure_future(outward), asyncio.ensure_future(inward)]
    try:
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hang_up(writer: asyncio.StreamWriter, whole: bool, seconds: float) -> None:
    """Close; abruptly unless what was sent is whole, lest a cut body be taken for a complete one."""
    if whole:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(seconds):
                await writer.wait_closed()
                return
    link = writer.get_extra_info("socket")
    if link is not None and link.fileno() >= 0:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
