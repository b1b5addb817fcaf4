"""Makes a rank table from a published rank file (lines of base64 token, space, rank): a developer's tool.

python -m aiccl_converter.bpe.build RANKS.tiktoken[.gz] OUT.ranks
"""

from __future__ import annotations

import base64
import gzip
import sys
from pathlib import Path

from .table import encode


def read_ranks(path: str | Path) -> dict[bytes, int]:
    """Token -> rank, from a rank file, gzipped or not."""
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    ranks = {}
    for line in data.splitlines():
        if line:
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
    return ranks


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    Path(arguments[1]).write_bytes(encode(read_ranks(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
