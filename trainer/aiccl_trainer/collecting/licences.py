"""Which licence a package has, and whether code under it may be learned from.

Contract: `licence_of(folder)` reads what the package says of itself (a wheel's METADATA, package.json, composer.json,
Cargo.toml, debian/copyright, a LICENSE file) and gives an SPDX-like name or nothing. `permissive` says whether a name
is one of those that ask for no more than a notice.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

_PERMISSIVE = re.compile(
    r"(?:mit(?:-0)?|x11|expat|apache(?:-2(?:\.0)?)?|bsd(?:-[0-4]-clause)?|0bsd|isc|zlib|libpng|bsl-1\.0|"
    r"boost|unlicense|cc0-1\.0|"
    r"cc0|public-domain|python-2\.0|psf-2\.0|psf|ncsa|postgresql|blueoak-1\.0\.0|upl-1\.0|artistic-2\.0|"
    r"ruby|wtfpl|afl-3\.0)"
    r"(?:-or-later)?"
)
# What a licence's text begins with -> its name.
_TEXTS = (
    (re.compile(r"Apache License\s+Version 2\.0", re.I), "Apache-2.0"),
    (re.compile(r"GNU (?:LESSER|AFFERO|LIBRARY)?\s*GENERAL PUBLIC LICENSE", re.I), "GPL"),
    (re.compile(r"Mozilla Public License", re.I), "MPL-2.0"),
    (re.compile(r"Permission is hereby granted, free of charge, to any person obtaining a copy", re.I), "MIT"),
    (re.compile(r"Permission to use, copy, modify, and/?(?:or)? distribute this software", re.I), "ISC"),
    (re.compile(r"Neither the name of", re.I), "BSD-3-Clause"),
    (re.compile(r"Redistribution and use in source and binary forms", re.I), "BSD-2-Clause"),
    (re.compile(r"Boost Software License", re.I), "BSL-1.0"),
    (re.compile(r"This is free and unencumbered software released into the public domain", re.I), "Unlicense"),
    (re.compile(r"This software is provided 'as-is', without any express or implied", re.I), "Zlib"),
)
_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "zlib/libpng License": "Zlib",
}
_LONGEST = 60


def permissive(licence: str) -> bool:
    """Whether every way to read a name's `or` and `and` ends in a licence that asks for no more than a notice."""
    text = licence.lower().replace("(generator)", " ")  # of code that a program wrote, under that program's licence
    text = re.sub(r",?\s+version\s+", " ", text.replace("(", " ").replace(")", " ")).strip()
    if not text:
        return False
    return any(
        all(_one(part) for part in re.split(r"\s+and\s+|,|\s*&\s*", choice))
        for choice in re.split(r"\s+or\s+|/|\|", text)
    )


def _one(name: str) -> bool:
    plain = re.sub(r"\s+(?:license|licence)$|^the\s+|\s+with\s+.*$|[+]$", "", name.strip()).strip()
    plain = re.sub(r"^(?:new|modified|simplified|revised)\s+", "", plain)
    plain = re.sub(r"\s+software\s*$|\s+licen[sc]e(?=\s|$)", "", plain).strip()
    plain = re.sub(r"\s+v?(?=\d)|\s+", "-", plain).replace("-software-license", "").replace("software-foundation-", "")
    return _PERMISSIVE.fullmatch(plain) is not None


def licence_of(folder: Path) -> str:
    """The name that a package gives its licence, or empty."""
    readers = (
        ("*.dist-info/METADATA", _wheel),
        ("PKG-INFO", _wheel),
        ("*/PKG-INFO", _wheel),
        ("package.json", _package_json),
        ("*/package.json", _package_json),
        ("composer.json", _package_json),
        ("*/composer.json", _package_json),
        ("Cargo.toml", _cargo),
        ("*/Cargo.toml", _cargo),
        ("debian/copyright", _debian),
        ("*/debian/copyright", _debian),
        ("usr/share/doc/*/copyright", _debian),
        ("LICEN[SC]E*", _text),
        ("COPYING*", _text),
        ("*/LICEN[SC]E*", _text),
        ("*/COPYING*", _text),
    )
    for pattern, read in readers:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and (found := read(path.read_text(encoding="utf-8", errors="replace"))):
                return found
    return ""


def _wheel(text: str) -> str:
    head = text.split("\n\n", 1)[0]
    for field in ("License-Expression", "License"):
        found = re.search(rf"^{field}:[ \t]*(.+)$", head, re.M)
        if found and len(found[1]) <= _LONGEST and found[1].strip().upper() != "UNKNOWN":
            return found[1].strip()
    names = re.findall(r"^Classifier:\s*License :: (?:OSI Approved :: )?(.+)$", head, re.M)
    return " and ".join(_CLASSIFIERS.get(name.strip(), name.strip()) for name in names)


def _package_json(text: str) -> str:
    try:
        said = json.loads(text).get("license")
    except (ValueError, AttributeError, RecursionError):
        return ""
    if isinstance(said, dict):
        said = said.get("type")
    if isinstance(said, list):
        said = " or ".join(str(s.get("type") if isinstance(s, dict) else s) for s in said)
    return said.strip() if isinstance(said, str) and len(said) <= _LONGEST else ""


def _cargo(text: str) -> str:
    try:
        said = tomllib.loads(text).get("package", {}).get("license", "")
    except (tomllib.TOMLDecodeError, AttributeError, RecursionError):
        return ""
    return said.replace("/", " or ") if isinstance(said, str) else ""


def _debian(text: str) -> str:
    """The licence of `Files: *`, or the first that is named."""
    for shape in (r"^Files:\s*\*\s*$(?:(?!^Files:).*\n)*?^License:[ \t]*(\S.*)$", r"^License:[ \t]*(\S.*)$"):
        if found := re.search(shape, text, re.M):
            return found[1].strip()[:_LONGEST]
    return _text(text)


def _text(text: str) -> str:
    return next((name for shape, name in _TEXTS if shape.search(text[:20_000])), "")
