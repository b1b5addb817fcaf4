"""From what a user names to source text: walking folders, honouring ignore files, reading with care, working in
parallel.

`walk` finds the files of a folder, `ignore` reads ignore files with `patterns`, `skip` holds the tables of what is
never source of one's own, `read` gives the text of a file or says in one line why not, `pool` runs a function over
many items in worker processes.
"""

from __future__ import annotations

import os
from collections import Counter

from .read import Source, read_source
from .walk import Walk


def walk_sources(path: str | os.PathLike[str]) -> tuple[list[str], Counter[str]]:
    """The source files below a folder, in order, and how many others were passed over, by kind."""
    from aiccl_converter.source.detect import language_of

    walk = Walk(os.fspath(path), lambda name: language_of(name) is not None)
    return list(walk.files()), walk.skipped


__all__ = ["Source", "Walk", "read_source", "walk_sources"]
