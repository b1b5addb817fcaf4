"""Watching on Linux: one descriptor, one thread, one watch a folder that is not ignored.

Not watchdog's: that takes a thread for each folder watched on its own, or one watch for every folder of a tree, ignored
ones included, and the number of watches is limited for the user, not for the process. Folders that appear later are
reported as paths; the scan that follows says which of them to watch.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import threading
from collections.abc import Sequence

from aiccl_server.watch.covered import Covered, is_of_interest
from aiccl_server.watch.start import Changed

#: More folders than this are not watched: a rescan now and then costs less.
MAX_FOLDERS = 8_192

IN_CLOSE_WRITE = 0x8
IN_MOVED_FROM = 0x40
IN_MOVED_TO = 0x80
IN_CREATE = 0x100
IN_DELETE = 0x200
IN_Q_OVERFLOW = 0x4000
IN_IGNORED = 0x8000
IN_ONLYDIR = 0x1000000
IN_DONT_FOLLOW = 0x2000000
IN_ISDIR = 0x40000000

_MASK = IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW
_EVENT = struct.Struct("iIII")
_BUFFER = 65_536


class Inotify:
    """Watches folders. Raises OSError where the kernel gives no descriptor or no watches."""

    kind = "inotify"

    def __init__(self, folders: Sequence[str], changed: Changed) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._changed = changed
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            raise _error()
        self._lock = threading.Lock()
        self._by_watch: dict[int, str] = {}
        self._by_path: dict[str, int] = {}
        self._ended, self._end = os.pipe()
        try:
            self._follow(folders)
        except OSError:
            self._close()
            raise
        self._thread = threading.Thread(target=self._run, name="aiccl-inotify", daemon=True)
        self._thread.start()

    def folders(self, paths: Sequence[str], covered: Covered) -> None:
        """Watch these and no others. Raises OSError where the limit is reached."""
        self._follow(paths)

    def _follow(self, paths: Sequence[str]) -> None:
        if len(paths) > MAX_FOLDERS:
            raise OSError(errno.ENOSPC, "too many folders to watch")
        if self._descriptor < 0:
            raise OSError(errno.EBADF, "the watch has ended")
        wanted = set(paths)
        with self._lock:
            for path in [path for path in self._by_path if path not in wanted]:
                watch = self._by_path.pop(path)
                self._by_watch.pop(watch, None)
                self._libc.inotify_rm_watch(self._descriptor, watch)
            for path in paths:
                if path not in self._by_path:
                    self._add(path)

    def stop(self) -> None:
        """End the thread and give the watches back."""
        with self._lock:
            if self._end >= 0:
                os.write(self._end, b"x")
        self._thread.join(timeout=2)

    def _add(self, path: str) -> None:
        # A root may be a link itself; within it none is followed, since a walk lists none.
        watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(path), _MASK & ~IN_DONT_FOLLOW)
        if watch < 0:
            error = _error()
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
                return  # gone since, or not ours to read
            raise error
        self._by_watch[watch] = path
        self._by_path[path] = watch

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._ended, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._ended in ready:
                self._close()
                return
            try:
                data = os.read(self._descriptor, _BUFFER)
            except BlockingIOError:
                continue
            except OSError:
                self._close()
                self._changed(None)
                return
            self._report(data)

    def _report(self, data: bytes) -> None:
        paths: list[str] = []
        at = 0
        while at + _EVENT.size <= len(data):
            watch, mask, _, length = _EVENT.unpack_from(data, at)
            name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
            at += _EVENT.size + length
            if mask & IN_Q_OVERFLOW:
                self._changed(None)
                continue
            with self._lock:
                folder = self._by_watch.get(watch)
                if mask & IN_IGNORED and folder is not None:
                    del self._by_watch[watch]
                    if self._by_path.get(folder) == watch:
                        del self._by_path[folder]
                elif mask & IN_ISDIR and mask & (IN_MOVED_FROM | IN_DELETE) and folder is not None:
                    self._forget(os.path.join(folder, os.fsdecode(name)))
            # A file that is created is reported again when it is closed; a hard link is not, but it is rare.
            plain_creation = mask & IN_CREATE and not mask & IN_ISDIR
            if folder is None or not name or mask & IN_IGNORED or plain_creation:
                continue
            entry = os.fsdecode(name)
            if mask & IN_ISDIR or is_of_interest(entry):
                paths.append(os.path.join(folder, entry))
        if paths:
            self._changed(paths)

    def _forget(self, gone: str) -> None:
        """A folder was moved or removed: its watches would go on under the old name."""
        prefix = gone + os.sep
        for path in [path for path in self._by_path if path == gone or path.startswith(prefix)]:
            watch = self._by_path.pop(path)
            self._by_watch.pop(watch, None)
            self._libc.inotify_rm_watch(self._descriptor, watch)

    def _close(self) -> None:
        with self._lock:
            for descriptor in (self._descriptor, self._ended, self._end):
                try:
                    os.close(descriptor)
                except OSError:
                    continue
            # The numbers may be other files' from now on.
            self._descriptor = self._ended = self._end = -1


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
