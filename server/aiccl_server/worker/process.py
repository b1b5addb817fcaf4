"""The process around the loop: its pipes, its manners, its end.

Standard output carries the protocol and nothing else: the descriptor is moved away before anything is imported that
could print. It ends when its input does, which is when the server does, however that ended.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from aiccl_server.worker.messages import Message, decode, encode

#: Seconds for the file that is being converted when the input ends.
GRACE_S = 1.0


def main(arguments: Sequence[str]) -> int:
    """Run until the input ends. The argument: the cache folder; then, optionally, the parent's process id."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    source, sink = _take_pipes()
    import faulthandler

    faulthandler.enable()
    from aiccl_server.worker import limits

    limits.be_nice()
    limits.bound_memory()
    if len(arguments) > 1:
        limits.die_with_parent(int(arguments[1]), lambda: os._exit(0))
    lock = threading.Lock()

    def say(message: Message) -> None:
        data = memoryview(encode(message))
        try:
            with lock:
                while data:
                    data = data[os.write(sink, data) :]
        except OSError:
            os._exit(0)  # nobody listens any more

    from aiccl_converter import tokens
    from aiccl_converter.files.pool import relax_collector

    from aiccl_server.worker.loop import Loop
    from aiccl_server.worker.slow import load
    from aiccl_server.worker.slowly import loaded

    loop = Loop(arguments[0], say, loaded(lambda: load(Path(arguments[0]))))

    def listen() -> None:
        with open(source, "rb") as lines:
            for line in lines:
                message = decode(line)
                if message is None:
                    continue
                if message.get("do") == "ping":
                    say({"is": "pong", "n": message.get("n"), "used": time.process_time()})
                else:
                    loop.post(message)
        loop.post({"do": "stop"})
        time.sleep(GRACE_S)
        os._exit(0)

    threading.Thread(target=listen, name="aiccl-listen", daemon=True).start()
    tokens.expect_much()
    relax_collector()
    loop.run()
    return 0


def _take_pipes() -> tuple[int, int]:
    """Descriptors of our own for the protocol; 0 and 1 lead nowhere and to the log from now on."""
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink
