"""The parser, part by part; `language/parser.py` holds the functions to call."""
