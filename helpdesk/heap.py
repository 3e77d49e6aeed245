"""Gives the memory of large arrays back to the system, once they are no longer used."""

import ctypes

LARGE_BYTES = 4 * 1024 * 1024
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as glibc's malloc.h names them


def give_back_large() -> None:
    """From here on. Else glibc puts arrays, once one was let go of, among all else, and what learning took stays: 7 to 15 MB."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # other systems do it by themselves, or cannot be told
        mallopt(_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, 2 * LARGE_BYTES)
