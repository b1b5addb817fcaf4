"""The child of `sandbox`: locks itself in, then runs program.py. Started by its file's name, with nothing but the
standard library. Its first line on standard error says that it is locked in, or why not; then nothing was run. It ends
with `COMPLETED` where the program came to its end.

Landlock's numbers are those of the kernel's interface (linux/landlock.h): a ruleset, rules that allow reading below a
few folders and everything below the working folder, and then no way back. It does not know sockets, and a UNIX socket
is reached by its path from any network namespace; so a seccomp filter (linux/seccomp.h, linux/filter.h) refuses all
that are not of the network, which is empty here.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES, _SECCOMP, _BY_FILTER = 38, 22, 2
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_1 = (1 << 13) - 1
"""Everything that the first version of Landlock knows: execute, write, read, make and remove."""
LOCKED_IN, COMPLETED = "locked in", 17
_PROCESSORS = {"x86_64": (0xC000003E, 41, 53), "aarch64": (0xC00000B7, 198, 199)}
"""Name -> its number for the kernel's audit, the numbers of the calls `socket` and `socketpair`."""
_IO_URING_SETUP, _FOREIGN = 425, 0x40000000
"""The call that would open sockets past a filter; where the numbers of another interface begin (x32)."""
_UNIX, _INET, _INET6, _STREAM = 1, 2, 10, 1
_LOAD, _SAME, _NOT_BELOW, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _Below(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


class _Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def refuse_sockets() -> None:
    """Refuse sockets other than those of the network, for good; a pair that is connected to itself stays (asyncio has
    one). A pair of datagrams does not: it can be sent to any path. After `lock`, which gives up privileges."""
    name = os.uname().machine
    if name not in _PROCESSORS:
        raise OSError(f"no filter for the processor {name}")
    processor, socket, pair = _PROCESSORS[name]
    # What is looked at (struct seccomp_data): the call at 0, the processor at 4, its first arguments at 16 and 24.
    told: list[tuple[int, int, str, str]] = [
        (_LOAD, 4, "", ""),
        (_SAME, processor, "", "kill"),
        (_LOAD, 0, "", ""),
        (_NOT_BELOW, _FOREIGN, "refuse", ""),
        (_SAME, _IO_URING_SETUP, "refuse", ""),
        (_SAME, socket, "socket", ""),
        (_SAME, pair, "pair", "allow"),
    ]
    labels = {"pair": len(told)}
    told += [
        (_LOAD, 16, "", ""),
        (_SAME, _UNIX, "", "refuse"),
        (_LOAD, 24, "", ""),
        (_MASK, 0xF, "", ""),
        (_SAME, _STREAM, "allow", "refuse"),
    ]
    labels["socket"] = len(told)
    told += [(_LOAD, 16, "", ""), (_SAME, _INET, "allow", ""), (_SAME, _INET6, "allow", "refuse")]
    for label, answer in (("refuse", _REFUSE), ("allow", _ALLOW), ("kill", _KILL)):
        labels[label] = len(told)
        told.append((_RETURN, answer, "", ""))
    steps = (_Step * len(told))()
    for at, (code, k, yes, no) in enumerate(told):
        jumps = [labels[label] - at - 1 if label else 0 for label in (yes, no)]
        steps[at] = _Step(code, *jumps, k)
    program = _Program(len(told), steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SECCOMP, _BY_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel has no seccomp filters")


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
        refuse_sockets()
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
