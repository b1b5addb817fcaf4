"""Exit codes. docs/command.md lists them and a test compares."""

from __future__ import annotations

OK = 0
#: Something could not be converted, read or written; the rest was.
FAILED = 1
#: The command line makes no sense.
USAGE = 2
#: `check`: the view does not pass.
NOT_FAITHFUL = 3
#: A bug of ours.
INTERNAL = 70
INTERRUPTED = 130
#: The reader of standard output went away.
BROKEN_PIPE = 141
