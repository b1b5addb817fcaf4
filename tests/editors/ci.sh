#!/bin/bash
# ci.sh PYTHON: what continuous integration runs of the real editors: Neovim 0.10.4, 0.11 and 0.12, VS Code, Emacs and Helix,
# with the server of this checkout. PYTHON has the repository's packages installed.
#
# Debian packages that are missing are installed (root), editors go into the cache folder (cache.sh) on first use. What
# cannot be had is a failure, never a skip; so is more than AICCL_EDITORS_MINUTES (20), installing included.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${1:?usage: ci.sh PYTHON}

# Run under a clock, once: the rest of this file is the inner run.
if [ -z "${AICCL_EDITORS_TIMED:-}" ]; then
    minutes=${AICCL_EDITORS_MINUTES:-20}
    AICCL_EDITORS_TIMED=1 timeout --kill-after=15 "${minutes}m" "$here/ci.sh" "$python" && exit 0 || code=$?
    if [ "$code" = 124 ]; then echo "ci.sh: the editors took more than $minutes minutes" >&2; fi
    exit "$code"
fi

# Chromium shows VS Code's workbench, and code-server compiles a dependency; patchelf fits Debian's newer binaries to their
# libraries; Helix is typed into by tmux.
packages=(chromium fonts-dejavu-core libkrb5-dev build-essential patchelf tmux emacs-nox elpa-eglot ca-certificates python3-venv)

installed() { [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

command -v dpkg-query >/dev/null || { echo "ci.sh: this runs on Debian; by hand: tests/editors/run.py, see docs/editors.md" >&2; exit 1; }
command -v npm >/dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "ci.sh: not root, and packages are missing; run: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
fi

exec "$python" "$here/run.py" neovim vscode emacs helix --neovim all
