"""Who writes the views and intents that the model learns from. One teacher a file."""

from __future__ import annotations
