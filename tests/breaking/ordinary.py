"""What root may do and others may not, given up: so that modes and limits hold in the tests of root too. Linux only."""

from __future__ import annotations

import ctypes
import os

HEADER = 0x20080522  # version 3 of capget
DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER = 1, 2, 3
PR_CAPBSET_DROP, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, RAISE = 24, 8, 47, 2
NOBODY = 65534


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _set(permitted: int, inheritable: int) -> None:
    header = (ctypes.c_uint32 * 2)(HEADER, 0)
    data = (ctypes.c_uint32 * 6)(permitted, permitted, inheritable, 0, 0, 0)
    if _libc().capset(ctypes.byref(header), ctypes.byref(data)):
        raise OSError(ctypes.get_errno(), "capset")


def become_ordinary() -> None:
    """The modes of files hold for this process, and for what it becomes, also where it is root's."""
    if os.geteuid() != 0:
        return
    header = (ctypes.c_uint32 * 2)(HEADER, 0)
    data = (ctypes.c_uint32 * 6)()
    libc = _libc()
    libc.capget(ctypes.byref(header), ctypes.byref(data))
    for one in (DAC_OVERRIDE, DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, one, 0, 0, 0)
    gone = ~((1 << DAC_OVERRIDE) | (1 << DAC_READ_SEARCH)) & 0xFFFFFFFF
    data[0], data[1], data[2] = data[0] & gone, data[1] & gone, data[2] & gone
    if libc.capset(ctypes.byref(header), ctypes.byref(data)):
        raise OSError(ctypes.get_errno(), "capset")


def become_somebody() -> None:
    """No longer root, whom no limit of processes binds; but still able to read and write its files."""
    if os.geteuid() != 0:
        return
    libc = _libc()
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    kept = (1 << DAC_OVERRIDE) | (1 << DAC_READ_SEARCH) | (1 << FOWNER)
    _set(kept, kept)
    for one in (DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER):
        libc.prctl(PR_CAP_AMBIENT, RAISE, one, 0, 0)
