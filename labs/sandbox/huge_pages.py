"""A zygote's memory on pages of 2 MB, so that a fork copies few entries of its page tables.

Page tables are most of what a fork costs, and most of what the end of a child costs. A child that
writes to such a page gets 4 KB copied, as ever. See madvise(2), MADV_COLLAPSE, since Linux 6.1;
on another kernel, or where memory lies in too many pieces, everything stays as it is.
"""

import ctypes
import gc
import sys

_MADV_COLLAPSE = 25
_BITS = 21


def collapse() -> int:
    """Move all that lies near an object to huge pages; returns how many there are now."""
    if sys.platform != "linux":
        return 0
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    regions = sorted({id(one) >> _BITS for one in gc.get_objects()})
    refusals = [madvise(region << _BITS, 1 << _BITS, _MADV_COLLAPSE) for region in regions]
    return refusals.count(0)
