"""No model is at work in tests that name none, wherever they run: one may have come with the package."""

import os

os.environ["AICCL_MODEL"] = ""
