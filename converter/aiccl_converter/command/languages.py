"""`aiccl languages`: the languages, their file names, and the names that --language takes."""

from __future__ import annotations

import argparse

from . import exits, options, output, render


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.formats(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print them."""
    from ..source import LANGUAGES, language

    tables = [language(name) for name in LANGUAGES]
    if arguments.format == "json":
        output.write(
            render.dumps(
                [
                    {
                        "name": table.name,
                        "title": table.title or table.name,
                        "extensions": list(table.extensions),
                        "filenames": list(table.filenames),
                        "aliases": list(table.aliases),
                    }
                    for table in tables
                ]
            ),
            None,
        )
        return exits.OK
    rows = [("NAME", "ALSO", "FILES")]
    rows += [(table.name, " ".join(table.aliases), " ".join((*table.extensions, *table.filenames))) for table in tables]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    output.write("".join(f"{name:<{widths[0]}}  {also:<{widths[1]}}  {files}\n" for name, also, files in rows), None)
    return exits.OK
