"""One connection, from the first message to the exit code."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from typing import Any, BinaryIO

from aiccl_server.transport import Reader, Writer

log = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.001
"""Seconds after which the engine's thread lets the loop run: what a hover may lose to a conversion."""


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve until `exit`, or until the client is gone."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    # Loading makes a hundred thousand objects that stay: `AicclServer` switches collection on when all is loaded.
    gc.disable()
    return asyncio.run(_serve(stdin, stdout))


async def _serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    from aiccl_server.features import create

    loop = asyncio.get_running_loop()
    server = create()
    protocol = server.protocol
    code: asyncio.Future[int] = loop.create_future()

    def end(value: int) -> None:
        if not code.done():
            code.set_result(value)

    def later(call: Any, *arguments: Any) -> None:
        try:
            loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            pass  # the loop is closed

    def receive(data: Any) -> None:
        if code.done():
            return
        wanted = protocol.receive(data)  # type: ignore[attr-defined]
        if wanted is not None:
            end(wanted)

    def arrived(data: Any) -> None:
        protocol.note(data)  # type: ignore[attr-defined]
        later(receive, data)

    writer = Writer(stdout, lambda: later(end, 1))
    protocol.set_writer(writer)
    Reader(stdin, arrived, lambda: later(end, 1)).start()
    watch = asyncio.ensure_future(server.ended.wait())
    watch.add_done_callback(lambda _: end(1))
    try:
        return await code
    finally:
        watch.cancel()
        server.stop()
        writer.close()
