"""Errors of ours as errors of the protocol: -32803, "request failed", with a line for the user."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from aiccl_converter.errors import AICCLError
from pygls.exceptions import JsonRpcException

from aiccl_server.errors import ServerError

REQUEST_FAILED = -32803
Answer = TypeVar("Answer")


class RequestFailed(JsonRpcException):
    """A request that makes sense and cannot be answered."""

    CODE = REQUEST_FAILED
    MESSAGE = "Request failed"


async def asked(work: Awaitable[Answer]) -> Answer:
    """What is awaited; what it raises on purpose becomes the request's error."""
    try:
        return await work
    except (ServerError, AICCLError) as error:
        raise RequestFailed(str(error)) from None
