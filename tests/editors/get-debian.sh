#!/bin/bash
# get-debian.sh PACKAGE SUITE BINARY: unpacks a Debian suite's package with all that it depends on into the cache folder and
# prints the path of its binary (usr/bin/...). Needs apt, dpkg and patchelf; x86_64.
#
# The C library that it was built for comes with it, and the system's own package state is not touched: apt resolves
# against an empty status file in a temporary folder, dpkg-deb only unpacks, patchelf points the binary at its own
# loader and libraries (so that programs that it starts still use the system's).
set -euo pipefail
. "$(dirname "$0")/cache.sh"
package=${1:?usage: get-debian.sh PACKAGE SUITE BINARY} suite=${2:?} binary=${3:?}
dir=$AICCL_EDITORS_CACHE/$package-$suite
if [ ! -e "$dir/.ready" ]; then
    work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
    rm -rf "$dir" && mkdir -p "$dir" "$work/lists/partial" "$work/archives/partial"
    : > "$work/status"
    mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main" \
        > "$work/sources.list"
    apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work"
        -o "Dir::Cache::Archives=$work/archives" -o APT::Sandbox::User=root
        -o Binary::apt-get::APT::Keep-Downloaded-Packages=true)
    "${apt[@]}" update >&2
    "${apt[@]}" install --yes --download-only --no-install-recommends "$package" >&2
    for archive in "$work"/archives/*.deb; do dpkg-deb --extract "$archive" "$dir"; done
    libraries=usr/lib/x86_64-linux-gnu
    patchelf --set-interpreter "$dir/$libraries/ld-linux-x86-64.so.2" --force-rpath \
        --set-rpath "$dir/$libraries" "$(realpath "$dir/$binary")" >&2
    "$dir/$binary" --version >&2
    touch "$dir/.ready"
fi
echo "$dir/$binary"
