"""Which functions are trained on, and which are held out: whole projects, so that nothing of a held-out one was seen.

Contract: `split_of(project)` depends on the name and the seed alone: a project that is added later moves no other.
"""

from __future__ import annotations

import hashlib

VALID, TEST = 0.05, 0.1
"""Shares of projects, not of functions: give the manifest's large projects a `split` of their own."""


def split_of(project: str, seed: int = 0, valid: float = VALID, test: float = TEST) -> str:
    """`train`, `valid` or `test`."""
    at = int(hashlib.sha256(f"{seed}\n{project}".encode()).hexdigest()[:12], 16) / 16**12
    return "test" if at < test else "valid" if at < test + valid else "train"
