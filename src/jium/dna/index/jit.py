"""What the compiled loops are made of: the compiler's wrapper and five instructions that Python has no word for.

Imported by the kernels only, and they only by an index that has grown large: the compiler takes a second to load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

_INT32 = ir.IntType(32)
_SIXTEEN = ir.VectorType(_INT32, 16)
_READ, _KEEP, _DATA = 0, 3, 1


def compiled(function: F) -> F:
    """``function``, compiled at its first call, without the GIL; kept on disk wherever a folder for it is writable."""
    try:
        return cast(F, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # read-only installation and home
        return cast(F, numba.njit(nogil=True)(function))


def _declared(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    return cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
        builder.module, ir.FunctionType(result, arguments), name
    )


def _popcount(_typing: Any, word: Any) -> Any:
    def generate(_context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        width = ir.IntType(signature.args[0].bitwidth)
        return builder.call(_declared(builder, f"llvm.ctpop.i{width.width}", width, [width]), arguments)

    return word(word), generate


def _lowest_bit(_typing: Any, word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        count = _declared(builder, "llvm.cttz.i32", _INT32, [_INT32, ir.IntType(1)])
        return builder.call(count, [arguments[0], ir.IntType(1)(0)])

    return types.uint32(types.uint32), generate


def _prefetch(_typing: Any, array: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte = ir.IntType(8).as_pointer()
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        fetch = _declared(builder, "llvm.prefetch.p0", ir.VoidType(), [byte, _INT32, _INT32, _INT32])
        builder.call(fetch, [place, _INT32(_READ), _INT32(_KEEP), _INT32(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


def _sixteen_near(_typing: Any, array: Any, *_rest: Any) -> Any:
    """Three runs of sixteen 32-bit words against three words: bit i is set where the i-th triple is near."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        count = _declared(builder, "llvm.ctpop.v16i32", _SIXTEEN, [_SIXTEEN])
        undefined = ir.Constant(_SIXTEEN, ir.Undefined)

        def everywhere(word: Any) -> Any:
            first = builder.insert_element(undefined, word, _INT32(0))
            return builder.shuffle_vector(first, undefined, ir.Constant(_SIXTEEN, [0] * 16))

        total = ir.Constant(_SIXTEEN, [0] * 16)
        for at, word in zip(arguments[1:4], arguments[4:7], strict=True):
            place = builder.bitcast(builder.gep(data, [at]), _SIXTEEN.as_pointer())
            differing = builder.xor(builder.load(place, align=4), everywhere(word))
            total = builder.add(total, builder.call(count, [differing]))
        near = builder.icmp_unsigned("<=", total, everywhere(arguments[7]))
        return builder.zext(builder.bitcast(near, ir.IntType(16)), _INT32)

    return types.uint32(array, *[types.intp] * 3, *[types.uint32] * 4), generate


def _sixteen(_typing: Any, array: Any, first: Any, second: Any, third: Any, a: Any, b: Any, c: Any, most: Any) -> Any:
    return _sixteen_near(_typing, array, first, second, third, a, b, c, most)


# popcount(word): bits set. lowest_bit(word): its number. prefetch(array, at): read ahead of need.
# sixteen_near(array, at, at, at, word, word, word, most): mask of the triples within ``most`` bits, reads 16 from each.
popcount = cast(Callable[[Any], Any], intrinsic(_popcount))
lowest_bit = cast(Callable[[Any], Any], intrinsic(_lowest_bit))
prefetch = cast(Callable[[Any, Any], None], intrinsic(_prefetch))
sixteen_near = cast(Callable[..., Any], intrinsic(_sixteen))
