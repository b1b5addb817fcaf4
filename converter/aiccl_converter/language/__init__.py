"""AICCL-1: the tree, its printer and parser, and the base map that explains it."""
