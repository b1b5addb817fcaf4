"""The child of `sandbox`: locks itself in, then runs program.py. Started by its file's name, with nothing but the
standard library. Its first line on standard error says that it is locked in, or why not; then nothing was run. It ends
with `COMPLETED` where the program came to its end.

Landlock's numbers are those of the kernel's interface (linux/landlock.h): a ruleset, rules that allow reading below a
few folders and everything below the working folder, and then no way back.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_1 = (1 << 13) - 1
"""Everything that the first version of Landlock knows: execute, write, read, make and remove."""
LOCKED_IN, COMPLETED = "locked in", 17


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _Below(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def lock(readable: list[str], writable: str) -> None:
    """Allow reading below some folders and everything below one; nothing else, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    ruleset = _Ruleset(_ALL_1)
    handle = libc.syscall(_CREATE, ctypes.byref(ruleset), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if handle < 0:
        raise OSError(ctypes.get_errno(), "the kernel has no Landlock")
    for folder, access in [(name, _READ) for name in readable] + [(writable, _ALL_1)]:
        if not os.path.isdir(folder):
            continue
        parent = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        below = _Below(access, parent)
        if libc.syscall(_ADD, handle, 1, ctypes.byref(below), 0):
            raise OSError(ctypes.get_errno(), f"no rule for {folder}")
        os.close(parent)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(_RESTRICT, handle, 0):
        raise OSError(ctypes.get_errno(), "the rules were refused")
    os.close(handle)


def main() -> None:
    """Lock in and run."""
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NPROC, (32, 32))
        lock([sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/bin"], os.getcwd())
    except (OSError, ValueError, AttributeError) as error:
        print(error, file=sys.stderr)
        return
    print(LOCKED_IN, file=sys.stderr, flush=True)
    with open("program.py", encoding="utf-8") as file:
        text = file.read()
    sys.argv = ["program.py"]
    exec(compile(text, "program.py", "exec"), {"__name__": "__main__"})
    os._exit(COMPLETED)


if __name__ == "__main__":
    main()
