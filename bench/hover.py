"""How long a hover takes while the workspace is being indexed, as an editor sees it.

    python bench/hover.py TREE [--files 1000] [--hovers 1000]

TREE's source files (so many of them) are copied to a folder of their own, a server is started on it with an empty
cache, and the functions of one file are hovered while the worker indexes. Times are from sending the request to
having read its answer, client included: upper bounds of the server's own. Printed: the first useful hover after the
start of the process, p50, p95 and p99 while indexing, a save until the changed function's hover is fresh, and the
resident memory of server and worker.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "converter"), str(ROOT / "server")]

CODE = """\
def settle(invoice, rate):
    if invoice.closed:
        raise RuntimeError("the invoice is closed")
    total = 0
    for line in invoice.lines:
        if line.amount > 0:
            total = total + line.amount * rate
    invoice.total = total
    return invoice
"""
NAMES = 20


class Server:
    """A server process and the little of LSP that is needed."""

    def __init__(self, cache: Path) -> None:
        path = os.pathsep.join(str(ROOT / folder) for folder in ("converter", "server"))
        environment = {**os.environ, "PYTHONPATH": path, "AICCL_CACHE_DIR": str(cache)}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aiccl_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._count = 0
        self.state: dict[str, Any] = {}

    def send(self, method: str, params: Any, number: int | None = None) -> None:
        """A request or a notification."""
        body = json.dumps(
            {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {})
        ).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def ask(self, method: str, params: Any) -> Any:
        """A request and its answer."""
        self._count += 1
        self.send(method, params, self._count)
        assert self.process.stdout is not None
        while True:
            message = _read(self.process.stdout)
            if message.get("method") == "aiccl/statusChanged":
                self.state = message["params"]
            elif message.get("id") == self._count and "method" not in message:
                return message.get("result")


def _read(stream: BinaryIO) -> dict[str, Any]:
    length = 0
    while line := stream.readline().strip():
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
    if not length:
        raise EOFError("the server has ended")
    read: dict[str, Any] = json.loads(stream.read(length))
    return read


def copied(tree: Path, files: int, target: Path) -> int:
    """Copy source files, keeping their folders."""
    from aiccl_converter.files import walk_sources

    found, _ = walk_sources(tree)
    for source in found[:files]:
        place = target / Path(source).relative_to(tree)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    return min(len(found), files)


def resident(process: int) -> float:
    """Megabytes in memory."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError):
        return 0.0


def processor_time(process: int) -> float:
    """Seconds that a process has computed: what a busy machine does not change."""
    try:
        parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def main() -> None:
    """Run it and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--hovers", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        count = copied(given.tree, given.files, workspace)
        code = "\n\n".join(CODE.replace("settle", f"settle{n}") for n in range(NAMES))
        path = workspace / "invoices.py"
        path.write_text(code)
        server = Server(Path(folder, "cache"))
        try:
            measure(server, workspace, path, code, count, given.hovers)
        finally:
            server.process.kill()
            server.process.wait()


def measure(server: Server, workspace: Path, path: Path, code: str, count: int, hovers: int) -> None:
    """See the module."""
    uri, height = path.as_uri(), CODE.count("\n") + 2
    folders = [{"uri": workspace.as_uri(), "name": "workspace"}]
    server.ask(
        "initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": {}, "workspaceFolders": folders}
    )
    server.send("initialized", {})
    document = {"uri": uri, "languageId": "python", "version": 1, "text": code}
    server.send("textDocument/didOpen", {"textDocument": document})

    def hover(number: int) -> str:
        at = {"line": number % NAMES * height, "character": 6}
        answer = server.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": at})
        return "" if answer is None else str(answer["contents"]["value"])

    while "fidelity" not in hover(0):
        time.sleep(0.002)
    first = time.perf_counter() - server.started
    spent = processor_time(server.process.pid)
    print(f"first useful hover  {first:.2f} s after the process began ({spent:.2f} s of it computing), {count} files")
    print(f"hover               {_hovers(server, hover, hovers)}")
    for version in range(2, 12):
        text = code.replace("is closed", f"is closed {version}")
        begun = time.perf_counter()
        identifier = {"uri": uri, "version": version}
        server.send("textDocument/didChange", {"textDocument": identifier, "contentChanges": [{"text": text}]})
        server.send("textDocument/didSave", {"textDocument": {"uri": uri}})
        hover(0)
        answered = (time.perf_counter() - begun) * 1000
        while f"is closed {version}" not in hover(0):
            time.sleep(0.002)
        fresh = (time.perf_counter() - begun) * 1000
        print(f"save                answered after {answered:6.2f} ms, hover fresh after {fresh:6.1f} ms")
    worker = (server.ask("aiccl/status", {}) or {}).get("worker", {}).get("pid")
    held = resident(worker) if worker else 0.0
    print(f"resident            server {resident(server.process.pid):.0f} MB, worker {held:.0f} MB")


def _hovers(server: Server, hover: Callable[[int], str], count: int) -> str:
    times = []
    for number in range(count):
        begun = time.perf_counter()
        hover(number)
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.005)
    times.sort()
    busy = server.state.get("total", 0) and server.state["done"] < server.state["total"]
    p50, p95, p99 = (times[min(count - 1, count * part // 100)] for part in (50, 95, 99))
    still = "all of it while indexing" if busy else "indexing ended before the last"
    return f"p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms ({count} hovers, {still})"


if __name__ == "__main__":
    main()
