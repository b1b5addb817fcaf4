"""The levels of a view: exact, flow, outline."""
