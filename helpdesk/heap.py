"""Gives the memory of what is no longer used back to the system; only glibc has to be told."""

import ctypes

LARGE_BYTES = 4 * 1024 * 1024
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as glibc's malloc.h names them


def give_back_large() -> None:
    """From here on. Else large arrays, once one was let go of, lie among all else, and what learning took stays."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, 2 * LARGE_BYTES)


def give_back() -> None:
    """Now, what lies free between things that are used: 11 MB after learning."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
