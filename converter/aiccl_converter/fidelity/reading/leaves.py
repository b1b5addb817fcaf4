"""Names, numbers and literals.

Contract: each leaf becomes one word (`name` bare, `.name` for what is no local, `"text`, `#1`); holes of a literal give
their names too.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Place
from aiccl_converter.fidelity.reading.core import Core
from aiccl_converter.fidelity.reading.tables import EMPTY
from aiccl_converter.fidelity.vocabulary import FALSE, NIL, TRUE
from aiccl_converter.fidelity.words import IDENT, holed, literal, number
from aiccl_converter.language import tree as T


class Leaves(Core):
    """One part of the reader; see the contract above."""

    def name(self, n: T.Name, at: Place) -> None:
        word = n.id
        if not word.isidentifier():
            found = IDENT.findall(word)
            for w in found[:-1]:
                self.mention("." + w if w in NIL else w, at)
            if not found:
                return
            word = found[-1]
            if len(found) > 1:
                word = "." + word
            elif n.id[0] == "@":
                word = "." + word
        if word in self.members and word not in self.unit.params:
            word = "." + word
        elif word in NIL:
            word = ".nil"
        elif word in TRUE:
            word = ".true"
        elif word in FALSE:
            word = ".false"
        elif self.english:
            self.facts.english.append(word)
        else:
            self.facts.strict.append((word, "name"))
        self.words.append(word)
        self.places.append(at)

    def num(self, n: T.Num, at: Place) -> None:
        text = number(n.text)
        if text not in EMPTY:
            self.facts.numbers.append((text, len(self.words)))
        self.words.append("#" + text)
        self.places.append(at)

    def string(self, n: T.Str, at: Place) -> None:
        raw = n.text
        text = literal(raw)
        if not text and len(raw) > 2:  # blanks and escapes alone: a literal, and not the empty one
            self.facts.texts.append((text, len(self.words)))
            self.mention('"' + raw.strip("\"'`").replace("\\", "") + " ", at)
        else:
            self.text(text, at)
        if "{" in raw or "$" in raw:
            self.holes(raw, at)

    def holes(self, raw: str, at: Place) -> None:
        """Names in the holes of a literal that stayed text."""
        self.english += 1
        depth = 0
        start = 0
        for i, c in enumerate(raw):
            if c == "{":
                depth += 1
                if depth == 1:
                    start = i + 1
            elif c == "}" and depth:
                depth -= 1
                if depth == 0:
                    for w in IDENT.findall(raw[start:i])[:12]:
                        self.mention(w, at)
            elif c == "$" and depth == 0:
                found = IDENT.match(raw, i + 1)
                if found:
                    self.mention(found.group(), at)
        self.english -= 1

    def text(self, text: str, at: Place) -> None:
        self.facts.texts.append((text, len(self.words)))
        self.mention("." + text if text.isidentifier() else '"' + text, at)

    def template(self, n: T.Template, at: Place) -> None:
        self.text(holed("".join([p if isinstance(p, str) else "{}" for p in n.parts])), at)
        for part in n.parts:
            if not isinstance(part, str):
                self.visit(part, at)

    def raw(self, n: T.Raw, at: Place) -> None:
        self.loose(n.text, at)

    def loose(self, text: str, at: Place) -> None:
        self.english += 1
        for w in IDENT.findall(text):
            self.mention(".nil" if w in NIL else w, at)
            self.facts.english.append(w)
        self.english -= 1
