"""Runs a program as a rented notebook does: a plain user without any right.

`python stripped.py PROGRAM ARGUMENT...`: no capability, nothing to gain by a set-uid program, and
the kernel refuses what makes or enters namespaces and mounts. Linux on x86-64. Sources: the manual
pages prctl(2), seccomp(2), capabilities(7), clone(2).
"""

import ctypes
import os
import shutil
import struct
import sys

SET_SECCOMP, CAPBSET_DROP, SET_NO_NEW_PRIVS, FILTER_MODE = 22, 24, 38, 2
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
X86_64 = 0xC000003E
EPERM, ENOSYS = 1, 38
CLONE, CLONE3, NEW_SPACES = 56, 435, 0x7E020000
REFUSED = (
    155, 161, 165, 166, 250, 272, 308, 321,  # pivot_root chroot mount umount2 keyctl unshare setns bpf
    428, 429, 430, 431, 432, 433, 442,  # the newer ways to mount
)  # fmt: skip


def _filter():
    """The rules, as the kernel's small machine reads them: code, jump if so, jump if not, value."""
    rules = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, X86_64), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    for number in REFUSED:
        rules += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | EPERM)]
    rules += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, REFUSE | ENOSYS)]  # its flags cannot be read
    rules += [(EQUAL, 0, 3, CLONE), (LOAD, 0, 0, 16), (ANY_BIT, 0, 1, NEW_SPACES)]
    rules += [(RETURN, 0, 0, REFUSE | EPERM), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *rule) for rule in rules), len(rules)


def _prctl(*values):
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(*(ctypes.c_ulong(value) for value in values)):
        raise OSError(ctypes.get_errno(), f"prctl {values}")


def strip(user=65534):
    """Take all rights from this process, for good."""
    if os.geteuid() == 0:
        for capability in range(64):
            try:
                _prctl(CAPBSET_DROP, capability, 0, 0, 0)
            except OSError:  # the kernel knows no more of them
                break
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    rules, count = _filter()
    kept = ctypes.create_string_buffer(rules)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", count, ctypes.addressof(kept)))
    _prctl(SET_SECCOMP, FILTER_MODE, ctypes.addressof(program), 0, 0)


if __name__ == "__main__":
    program = shutil.which(sys.argv[1])  # before: our own library may be root's alone
    strip()
    os.execv(program, sys.argv[1:])
