"""What Claude refuses, and what to do about it.

Contract: `BY_STATUS` has a line for each status of a request that was refused; `blame` says of a row of a batch whether
its own request, the server or the account is at fault.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

BY_STATUS = {
    400: "the request was refused; name another --model, or report it",
    401: "the key was refused; set ANTHROPIC_API_KEY to a valid key",
    402: "the account has no credit; add credit",
    403: "the key may not use this model; name another --model",
    404: "there is no such model or batch; name another --model",
    413: "the request is too large; use a smaller --batch-size",
    429: "too many requests for this key; wait a while",
    529: "Claude is overloaded; try again later",
}
_BY_TYPE = {"authentication_error": 401, "billing_error": 402, "permission_error": 403, "not_found_error": 404}
_ITS_OWN = ("invalid_request_error", "request_too_large")
_PASSES = ("rate_limit_error", "timeout_error", "api_error", "overloaded_error", "expired")


class Blame(Enum):
    """What a request of a batch failed by."""

    REQUEST = auto()
    """Itself: asked again, it fails again."""
    SERVER = auto()
    """It may pass another time."""
    ACCOUNT = auto()
    """The account, the key or the model: every other one fails as well, until somebody does something about it."""


def blame(failure: dict[str, Any]) -> tuple[Blame, str]:
    """(what is at fault, why and what to do) of a row of `Api.results` that did not succeed."""
    kind, why = failure["type"], " ".join(str(failure["why"]).split())[:200]
    credit = "credit" in why.lower()
    if kind in _ITS_OWN and not credit:
        return Blame.REQUEST, why
    if kind in _PASSES:
        return Blame.SERVER, f"{why}; try again later"
    if kind == "canceled":
        return Blame.ACCOUNT, "the batch was canceled; run the same command again to ask anew"
    return Blame.ACCOUNT, f"{BY_STATUS[_BY_TYPE.get(kind, 402 if credit else 400)]} ({why})"
