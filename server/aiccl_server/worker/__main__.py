"""`python -m aiccl_server.worker CACHE_FOLDER`: started by the server, of no use by hand."""

from __future__ import annotations

import sys

from aiccl_server.worker.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
