"""Lowering that JavaScript, JSX, TypeScript and TSX share; the tables are in `languages/`."""
