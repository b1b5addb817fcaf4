"""The little of a language client that the measurements need: a server process, requests, and what its processes cost.

Figures are the kernel's: resident memory and processor time of the server and of the worker that it started.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
DOC = ROOT / "docs" / "reliability.md"


class Server:
    """A server on a workspace, with a cache folder of its own."""

    def __init__(self, cache: Path, workspace: Path) -> None:
        path = os.pathsep.join(str(ROOT / folder) for folder in ("converter", "server"))
        # As installed: with the byte code of our modules, after the first start of a measurement.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(cache.parent / "bytecode")
        environment |= {"PYTHONPATH": path, "AICCL_CACHE_DIR": str(cache)}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "aiccl_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._count = 0
        self.state: dict[str, Any] = {}
        folders = [{"uri": workspace.as_uri(), "name": "workspace"}]
        asked = {"processId": os.getpid(), "rootUri": None, "capabilities": {}, "workspaceFolders": folders}
        self.ask("initialize", asked)
        self.send("initialized", {})

    def send(self, method: str, params: Any, number: int | None = None) -> None:
        """A request or a notification."""
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {})
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        """A request and its answer."""
        self._count += 1
        self.send(method, params, self._count)
        while True:
            message = self.next()
            if message.get("id") == self._count and "method" not in message:
                return message.get("result")

    def next(self) -> dict[str, Any]:
        """The next message that comes."""
        assert self.process.stdout is not None
        message = _read(self.process.stdout)
        if message.get("method") == "aiccl/statusChanged":
            self.state = message["params"]
        return message

    def open(self, path: Path, text: str) -> None:
        """Open a Python file."""
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})

    def hover(self, path: Path, line: int, character: int) -> str:
        """The text of a hover, or nothing."""
        at = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}
        answer = self.ask("textDocument/hover", at)
        return "" if answer is None else str(answer["contents"]["value"])

    @property
    def busy(self) -> bool:
        """Whether files still wait to be indexed."""
        return bool(self.state.get("total", 0)) and self.state["done"] < self.state["total"]

    def until_ready(self) -> None:
        """Read what comes until the index is complete."""
        while not (self.state.get("state") == "ready" and not self.busy):
            self.next()

    def processes(self) -> list[int]:
        """The server and all that it has started."""
        found = [self.process.pid]
        for process in found:
            for task in Path(f"/proc/{process}/task").glob("*/children"):
                try:
                    found.extend(int(child) for child in task.read_text().split())
                except OSError:
                    continue
        return found

    def resident(self) -> list[float]:
        """Megabytes in memory, of each process."""
        return [_resident(process) for process in self.processes()]

    def used(self) -> list[float]:
        """Seconds of processor time, of each process."""
        return [processor_time(process) for process in self.processes()]

    def end(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.wait()


class Peak:
    """The most memory that all processes of a server have held at once, looked at often."""

    def __init__(self, server: Server) -> None:
        self.megabytes = 0.0
        self.parts: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(server,), daemon=True)
        self._thread.start()

    def _look(self, server: Server) -> None:
        while not self._ended.wait(0.1):
            parts = server.resident()
            if sum(parts) > self.megabytes:
                self.megabytes, self.parts = sum(parts), parts

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()


def _resident(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 1e6
    except (OSError, ValueError):
        return 0.0


def processor_time(process: int) -> float:
    """Seconds that a process has computed: what a busy machine hardly changes."""
    try:
        parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS
    except (OSError, ValueError, IndexError):
        return 0.0


def loop_time(process: int) -> float:
    """Seconds that a process's first thread has computed: the server's loop, which all answers go through."""
    try:
        return int(Path(f"/proc/{process}/task/{process}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        return 0.0


def copied(tree: Path, files: int, target: Path) -> list[Path]:
    """Copy so many source files at most, keeping their folders; the copies."""
    sys.path[:0] = [str(ROOT / "converter")]
    from aiccl_converter.files import walk_sources

    copies = []
    for source in walk_sources(tree)[0][:files]:
        place = target / Path(source).relative_to(tree)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        copies.append(place)
    return copies


def parts_of(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    ordered = sorted(times)
    p50, p95, p99 = (ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95, 99))
    return p50, p95, p99


def write(name: str, rows: list[tuple[str, str, str]]) -> None:
    """Put a table between its markers in docs/reliability.md."""
    table = ["| | measured | bar |", "|---|---|---|", *(f"| {what} | {value} | {bar} |" for what, value, bar in rows)]
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    if load > cores:
        before = ", run before all other work (`nice -n -15`)" if os.nice(0) < 0 else ""
        table += ["", f"(At a load of {load:.0f} on {cores} cores{before}: on a quiet machine wall times are shorter.)"]
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = DOC.read_text("utf-8").partition(begin)
    _, _, tail = rest.partition(end)
    DOC.write_text("\n".join([f"{head}{begin}", *table, f"{end}{tail}"]), "utf-8")


def _read(stream: BinaryIO) -> dict[str, Any]:
    length = 0
    while line := stream.readline().strip():
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
    if not length:
        raise EOFError("the server has ended")
    read: dict[str, Any] = json.loads(stream.read(length))
    return read
