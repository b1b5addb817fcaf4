"""Every error that the server raises on purpose. `str(error)` is one line that may be shown to a user."""

from __future__ import annotations


class ServerError(Exception):
    """The base of all of them."""


class NotConvertible(ServerError):
    """A document that has no view: of no known language, no text, too large, or quarantined."""


class Cancelled(ServerError):
    """A job that nobody waits for any more."""


class TookTooLong(ServerError):
    """A text that cannot be converted in reasonable time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"given up after {seconds:.0f} s; leave this file out, or report it")


class NoCorrection(ServerError):
    """A text that cannot be saved as the correction of a view."""


class UnknownDocument(ServerError):
    """A URI that names nothing the server can read."""

    def __init__(self, uri: str) -> None:
        super().__init__(f"cannot read {uri}: it is neither open nor a file")
