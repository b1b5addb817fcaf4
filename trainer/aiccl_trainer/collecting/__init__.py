"""From other people's code to functions: `manifest` says from where, `fetch` and `unpack` get it, `functions` cuts
it up, `nearly` finds copies, `splits` keeps projects apart, `gather` does it all."""

from __future__ import annotations
