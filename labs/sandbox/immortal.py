"""Keep a fork's memory shared: objects whose reference count is never written (PEP 683).

Each use of an object writes its reference count, and so copies the page on which it lies from the
zygote to the child: more than half of a child's page faults. An immortal object's count stays as
it is. CPython 3.12 and 3.13 tell one by the low half of the count, all ones.
"""

import ctypes
import gc
import itertools
import sys
from collections.abc import Iterator
from types import CodeType

_IMMORTAL = 0xFFFFFFFF
_IS_KNOWN = (
    sys.implementation.name == "cpython"
    and sys.version_info[:2] in ((3, 12), (3, 13))
    and sys.maxsize > 2**32
    and sys.byteorder == "little"
)
# What the garbage collector does not track though it holds other objects.
_UNTRACKED = {tuple, CodeType}


def make_all_immortal() -> int:
    """Make everything that exists now live for ever; returns how many objects that are.

    On another Python than those that are known nothing happens: slower, and as right.
    """
    if not _IS_KNOWN:
        return 0
    objects = gc.get_objects()  # it also keeps them alive until they are marked
    addresses = set(map(id, objects))
    todo = objects
    while todo:
        # A million times each: what runs in C takes a third of what runs in Python.
        parts = [*gc.get_referents(*todo), *_parts_of_codes(todo)]
        holders = itertools.compress(parts, map(_UNTRACKED.__contains__, map(type, parts)))
        todo = list({id(one): one for one in holders if id(one) not in addresses}.values())
        addresses.update(map(id, parts))
    # All memory as one array of halves of counts: several times as fast as a pointer to each.
    memory = memoryview((ctypes.c_uint32 * 2**45).from_address(0)).cast("B").cast("I")
    for address in addresses:
        memory[address >> 2] = _IMMORTAL
    return len(addresses)


def _parts_of_codes(objects: list[object]) -> Iterator[object]:
    for one in objects:
        if type(one) is CodeType:
            yield from (one.co_consts, one.co_names)
