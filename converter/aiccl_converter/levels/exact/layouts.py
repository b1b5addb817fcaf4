"""What a language's layout means to the exact view: tables only.

A language without an entry gets the defaults, which are safe for one whose line ends mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """How one language may be laid out."""

    opaque: frozenset[str] = frozenset()
    """Nodes kept byte for byte: strings, templates, markup text, heredocs."""
    bodies: Mapping[str, int] = field(default_factory=dict)
    """Nodes whose children stand on lines of their own -> how much deeper than the line that opens them."""
    headed: Mapping[str, str] = field(default_factory=dict)
    """Bodies that begin with a head (`case x:`) -> the token that ends it."""
    quiet: frozenset[str] = frozenset()
    """Bodies that may stay on one line when a text is laid out again: lambdas, blocks handed to a call."""
    lines: frozenset[str] = frozenset()
    """Nodes (besides the bodies) between whose children a line's end in the source must stay."""
    anywhere: bool = False
    """A line's end must stay wherever it stands, but within `loose`."""
    loose: frozenset[str] = frozenset()
    markup: frozenset[str] = frozenset()
    """Nodes between whose children a space would be text (JSX)."""
    solid: frozenset[str] = frozenset()
    """Tokens that need what stands behind them as it is: `<?php`, the end of a heredoc."""
    directives: bool = False
    """A line that begins with `#` ends where it ends (C, C++, C#)."""
    shy: bool = False
    """Blanks tell things apart (Ruby): they go only beside brackets, commas and `=`."""
    clauses: frozenset[str] = frozenset()
    """Nodes that begin a line of the statement that they are part of: `else` in Python."""
    compound: frozenset[str] = frozenset()
    """Statements that cannot share a line (Python)."""
    tab: str = "    "
    """One step of indentation when the text is laid out again."""


_JS_OPAQUE = frozenset(
    {"string", "template_string", "regex", "jsx_text", "html_character_reference", "template_literal_type"}
)
_JS = Layout(
    opaque=_JS_OPAQUE,
    bodies={
        "program": 0,
        "statement_block": 1,
        "class_body": 1,
        "switch_body": 1,
        "switch_case": 1,
        "switch_default": 1,
        "interface_body": 1,
        "enum_body": 1,
    },
    headed={"switch_case": ":", "switch_default": ":"},
    lines=frozenset({"object_type", "class_static_block"}),
    markup=frozenset({"jsx_element", "jsx_fragment"}),
    tab="  ",
)
_C = Layout(
    opaque=frozenset(
        {
            "string_literal",
            "char_literal",
            "raw_string_literal",
            "system_lib_string",
            "preproc_arg",
            "preproc_directive",
        }
    ),
    bodies={
        "translation_unit": 0,
        "compound_statement": 1,
        "field_declaration_list": 1,
        "declaration_list": 0,
        "case_statement": 1,
        "enumerator_list": 1,
    },
    headed={"case_statement": ":"},
    directives=True,
)

LAYOUTS: dict[str, Layout] = {
    "python": Layout(
        opaque=frozenset({"string"}),
        bodies={"module": 0, "block": 1},
        clauses=frozenset({"else_clause", "elif_clause", "except_clause", "except_group_clause", "finally_clause"}),
        compound=frozenset(
            {
                "if_statement",
                "for_statement",
                "while_statement",
                "try_statement",
                "with_statement",
                "function_definition",
                "class_definition",
                "decorated_definition",
                "match_statement",
                "case_clause",
                "ERROR",
            }
        ),
    ),
    "javascript": _JS,
    "typescript": _JS,
    "tsx": _JS,
    "java": Layout(
        opaque=frozenset({"string_literal", "character_literal", "template_expression"}),
        bodies={
            "program": 0,
            "block": 1,
            "class_body": 1,
            "constructor_body": 1,
            "interface_body": 1,
            "annotation_type_body": 1,
            "enum_body": 1,
            "enum_body_declarations": 0,
            "switch_block": 1,
            "switch_block_statement_group": 1,
        },
        headed={"switch_block_statement_group": ":"},
    ),
    "php": Layout(
        opaque=frozenset(
            {
                "string",
                "encapsed_string",
                "heredoc",
                "nowdoc",
                "shell_command_expression",
                "text",
                "text_interpolation",
            }
        ),
        bodies={
            "program": 0,
            "compound_statement": 1,
            "declaration_list": 1,
            "enum_declaration_list": 1,
            "switch_block": 1,
            "case_statement": 1,
            "default_statement": 1,
            "match_block": 1,
            "colon_block": 1,
        },
        headed={"case_statement": ":", "default_statement": ":"},
        solid=frozenset({"php_tag", "heredoc", "nowdoc", "text", "text_interpolation"}),
    ),
    "go": Layout(
        opaque=frozenset({"raw_string_literal", "interpreted_string_literal", "rune_literal"}),
        bodies={
            "source_file": 0,
            "block": 1,
            "statement_list": 0,
            "expression_case": 1,
            "default_case": 1,
            "type_case": 1,
            "communication_case": 1,
            "expression_switch_statement": 0,
            "type_switch_statement": 0,
            "select_statement": 0,
            "field_declaration_list": 1,
            "interface_type": 1,
            "import_spec_list": 1,
            "var_spec_list": 1,
        },
        headed={
            "expression_case": ":",
            "default_case": ":",
            "type_case": ":",
            "communication_case": ":",
            "interface_type": "{",
            "expression_switch_statement": "{",
            "type_switch_statement": "{",
            "select_statement": "{",
        },
        lines=frozenset(
            {
                "const_declaration",
                "type_declaration",
                "var_declaration",
                "labeled_statement",
            }
        ),
        tab="\t",
    ),
    "rust": Layout(
        opaque=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
        bodies={
            "source_file": 0,
            "block": 1,
            "declaration_list": 1,
            "field_declaration_list": 1,
            "enum_variant_list": 1,
            "match_block": 1,
        },
    ),
    "c": _C,
    "cpp": _C,
    "csharp": Layout(
        opaque=frozenset(
            {
                "string_literal",
                "verbatim_string_literal",
                "raw_string_literal",
                "interpolated_string_expression",
                "character_literal",
            }
        ),
        bodies={
            "compilation_unit": 0,
            "block": 1,
            "declaration_list": 1,
            "accessor_list": 1,
            "switch_body": 1,
            "switch_section": 1,
            "enum_member_declaration_list": 1,
        },
        headed={"switch_section": ":"},
        directives=True,
    ),
    "ruby": Layout(
        opaque=frozenset(
            {
                "string",
                "regex",
                "subshell",
                "heredoc_body",
                "string_array",
                "symbol_array",
                "delimited_symbol",
                "character",
                "uninterpreted",
            }
        ),
        bodies={
            "program": 0,
            "body_statement": 1,
            "block_body": 1,
            "then": 1,
            "do": 1,
            "begin": 1,
            "else": 1,
            "ensure": 1,
            "begin_block": 1,
            "end_block": 1,
        },
        headed={"else": "else", "ensure": "ensure"},
        quiet=frozenset({"block_body"}),
        clauses=frozenset({"rescue", "ensure", "else"}),
        anywhere=True,
        loose=frozenset({"array", "hash", "argument_list", "method_parameters", "block_parameters", "binary", "pair"}),
        solid=frozenset({"heredoc_body", "uninterpreted"}),
        shy=True,
        tab="  ",
    ),
    "kotlin": Layout(
        opaque=frozenset({"string_literal", "multiline_string_literal", "character_literal"}),
        bodies={
            "source_file": 0,
            "block": 1,
            "class_body": 1,
            "enum_class_body": 1,
            "lambda_literal": 1,
            "when_expression": 1,
        },
        headed={"when_expression": "{"},
        quiet=frozenset({"lambda_literal"}),
        lines=frozenset({"property_declaration"}),
    ),
}

DEFAULT = Layout(opaque=frozenset({"string", "string_literal", "raw_string_literal", "char_literal", "heredoc"}))


def layout(language: str) -> Layout:
    """The layout table of a language."""
    return LAYOUTS.get(language, DEFAULT)
