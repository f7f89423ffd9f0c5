"""The smallest networks that OpenCV reads, written byte by byte as ONNX (protocol buffers) stores them."""

from __future__ import annotations

import numpy as np


def _number(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _field(place: int, content: int | str | bytes) -> bytes:
    if isinstance(content, int):
        return _number(place << 3) + _number(content)
    raw = content.encode() if isinstance(content, str) else content
    return _number(place << 3 | 2) + _number(len(raw)) + raw


def _tensor_type(name: str, shape: tuple[int, ...]) -> bytes:
    dimensions = b"".join(_field(1, _field(1, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, 1) + _field(2, dimensions)))


def _node(kind: str, inputs: tuple[str, ...], output: str, **attributes: tuple[int, ...]) -> bytes:
    told = b"".join(
        _field(5, _field(1, name) + b"".join(_field(8, value) for value in values) + _field(20, 7))
        for name, values in attributes.items()
    )
    return b"".join(_field(1, one) for one in inputs) + _field(2, output) + _field(3, output) + _field(4, kind) + told


def mean(side: int = 32) -> bytes:
    """A network that gives the mean of the red, of the green and of the blue."""
    graph = (
        _field(1, _node("GlobalAveragePool", ("x",), "c"))
        + _field(1, _node("Flatten", ("c",), "y"))
        + _field(2, "g")
        + _field(11, _tensor_type("x", (1, 3, side, side)))
        + _field(12, _tensor_type("y", (1, 3)))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))


def patches(side: int = 32, step: int = 8) -> bytes:
    """A network of one layer of random weights over patches: near pictures give near numbers."""
    weights = np.random.default_rng(0).normal(size=(8, 3, step, step)).astype("<f4")
    kept = (
        b"".join(_field(1, size) for size in weights.shape)
        + _field(2, 1)
        + _field(8, "w")
        + _field(9, weights.tobytes())
    )
    graph = (
        _field(1, _node("Conv", ("x", "w"), "c", kernel_shape=(step, step), strides=(step, step)))
        + _field(1, _node("Flatten", ("c",), "y"))
        + _field(2, "g")
        + _field(5, kept)
        + _field(11, _tensor_type("x", (1, 3, side, side)))
        + _field(12, _tensor_type("y", (1, 8 * (side // step) ** 2)))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))
