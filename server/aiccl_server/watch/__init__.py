"""Noticing that files change: by the client where it offers that, else by ourselves.

`globs` is what to ask a client to watch. `start` watches ourselves: with inotify on Linux, with watchdog elsewhere, and
where neither can, by looking at the files now and then. Ignored folders are never watched, links never followed.
`Debounce` makes one answer of many changes; whether a path counts at all, `Covered` says.
"""

from __future__ import annotations

from aiccl_server.watch.covered import Covered
from aiccl_server.watch.debounce import Debounce, Rescan
from aiccl_server.watch.globs import globs
from aiccl_server.watch.start import Watch, start

__all__ = ["Covered", "Debounce", "Rescan", "Watch", "globs", "start"]
