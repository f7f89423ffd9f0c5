"""What an XMP packet says of the file itself, not of what it was made from. Pure; runs inside the sandbox only.

An XMP packet is RDF in XML (ISO 16684-1). The properties of the file are attributes or children of the outermost
descriptions; what stands deeper belongs to other things: ingredients, versions, regions.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EVENT = "{http://ns.adobe.com/xap/1.0/sType/ResourceEvent#}"
_START, _END = b"<x:xmpmeta", b"</x:xmpmeta>"


class _NoDefinitions(TreeBuilder):
    """No packet needs a document type, and definitions of entities can grow without bound."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ParseError(f"a packet defines {len(name)} letters")


def properties(packet: bytes) -> Iterator[tuple[str, str]]:
    """Name without its namespace in lower case, and text; of a list each. Nothing for what is no packet."""
    for described in _outermost(packet):
        yield from ((_bare(name), text) for name, text in described.attrib.items())
        for child in described:
            yield from ((_bare(child.tag), text) for text in _texts(child))


def _outermost(packet: bytes) -> list[Element]:
    root = _parsed(packet)
    found = root.iter(f"{_RDF}RDF") if root is not None else ()
    return [one for rdf in found for one in rdf if one.tag == f"{_RDF}Description"]


def _texts(child: Element) -> Iterator[str]:
    """Its text; of a list the texts of its entries; of a history who made each step."""
    if resource := child.get(f"{_RDF}resource"):
        yield resource
    if child.text and child.text.strip():
        yield child.text
    for entry in child.iter(f"{_RDF}li"):
        if entry.text and entry.text.strip():
            yield entry.text


def makers(packet: bytes) -> Iterator[str]:
    """The programs that the packet's history names."""
    for described in _outermost(packet):
        for child in described:
            if _bare(child.tag) == "history":
                yield from _agents(child)


def _agents(history: Element) -> Iterator[str]:
    for entry in history.iter():
        if agent := entry.get(f"{_EVENT}softwareAgent"):
            yield agent
        if entry.tag == f"{_EVENT}softwareAgent" and entry.text:
            yield entry.text


def _parsed(packet: bytes) -> Element | None:
    if _START in packet:
        start = packet.index(_START)
        end = packet.find(_END, start)
        packet = packet[start : end + len(_END) if end >= 0 else len(packet)]
    parser = XMLParser(target=_NoDefinitions())  # noqa: S314 - no document type, and in the sandbox
    try:
        parser.feed(packet)
        return parser.close()
    except (ParseError, ValueError, LookupError):
        return None


def _bare(name: str) -> str:
    return name.rsplit("}", 1)[-1].lower()
