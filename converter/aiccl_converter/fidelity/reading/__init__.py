"""The reader of trees, part by part: one class a file, each built on the one before.

Contract: `facts.extract` is the way in.
"""
