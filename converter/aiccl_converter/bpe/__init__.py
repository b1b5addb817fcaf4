"""Byte-pair token counting in plain Python, over rank tables that ship with the package.

It needs no native code and no start-up: a table is mapped into memory and looked into, never parsed.
`aiccl_converter.tokens` uses it for small inputs, where the native counter's half second of loading would be most
of the run, and wherever the native counter has no wheel.

Files: `split` cuts text into pieces, `table` finds the rank of a piece, `merge` counts the tokens of a piece that
has none, `build` makes a table from a published rank file.
"""
