"""Nothing leaves the machine, and nothing is written but the cache: the server without a network, under strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .samples import CODE

ROOT = Path(__file__).parents[2]
SESSION = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("client", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
home, project = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
model = sys.argv[4] if len(sys.argv) > 4 else ""
client = module.Client(home, environment={"AICCL_MODEL": model})
client.settings = {"index": {"enable": True}}
client.initialize(project)
path = project / "invoices.py"
client.open(path.as_uri(), path.read_text())
client.hover_with("is closed", path.as_uri(), 0, 6)
client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 1, what="index")
client.request("aiccl/views", {"uri": project.as_uri()})
if model:
    told = lambda: client.request("aiccl/status", {})["model"]
    client.until(lambda: (home / "cache" / "model.sqlite").exists(), 240, what="the model")
    client.until(lambda: told()["id"] and not told()["chunks"] and not told()["files"], 240, what="all through it")
assert client.shutdown() == 0
"""


@pytest.mark.skipif(sys.platform != "linux", reason="strace")
@pytest.mark.parametrize("model", [None, ROOT / "tests" / "model" / "tiny"], ids=["alone", "with a model"])
def test_no_connection_and_no_file_outside_the_cache(tmp_path, model) -> None:
    if model is not None:
        pytest.importorskip("onnxruntime", reason="needs aiccl[model]")
        pytest.importorskip("tokenizers", reason="needs aiccl[model]")
    tools = [tool for tool in ("strace", "unshare") if shutil.which(tool) is None]
    if tools and not os.environ.get("CI"):
        pytest.skip(f"needs {' and '.join(tools)}")
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    home.mkdir()
    (project / "invoices.py").write_text(CODE)
    trace = tmp_path / "trace"
    calls = (
        "trace=connect,sendto,sendmsg,socket,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat"
    )
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    command = [*unshare, "strace", "-f", "-qq", "-o", str(trace), "-e", calls]
    command += [sys.executable, "-c", SESSION, str(Path(__file__).with_name("conftest.py")), str(home), str(project)]
    command += [] if model is None else [str(model)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "nowhere")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    text = trace.read_text(errors="replace")
    network = [line for line in text.splitlines() if re.search(r"\b(connect|socket)\(.*AF_INET", line)]
    assert network == []
    written = {
        found[1]
        for found in re.finditer(r'(?:openat|open|creat|mkdir|mkdirat|rename\w*)\((?:AT_FDCWD, )?"([^"]+)"[^\n]*', text)
        if (
            "O_WRONLY" in found[0]
            or "O_RDWR" in found[0]
            or "O_CREAT" in found[0]
            or "mkdir" in found[0]
            or "rename" in found[0]
        )
        and " = -1 " not in found[0]
    }
    allowed = (str(home / "cache"), "/dev/", "/proc/", str(home / "server.log"))
    assert any(path.startswith(str(home / "cache")) for path in written), "the trace shows nothing"
    assert [path for path in written if not path.startswith(allowed)] == []
    assert sorted(p.name for p in project.iterdir()) == ["invoices.py"]
    assert sorted(p.name for p in home.iterdir()) == ["cache", "server.log"]


def test_telemetry_is_switched_off_for_all_that_is_started(start) -> None:
    client = start(environment={"ORT_DISABLE_TELEMETRY": "0"})
    client.settings = {"index": {"enable": True}}
    client.initialize()
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"], what="the worker")
    pid = client.request("aiccl/status", {})["worker"]["pid"]
    environment = Path(f"/proc/{pid}/environ")
    if environment.exists():
        assert b"ORT_DISABLE_TELEMETRY=1" in environment.read_bytes().split(b"\0")
