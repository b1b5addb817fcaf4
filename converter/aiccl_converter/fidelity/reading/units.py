"""Functions, classes, routes and constants.

Contract: a unit has its own locals; a nested one sees those around it.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Parameter, Place, Unit
from aiccl_converter.fidelity.reading.steps import Steps
from aiccl_converter.fidelity.reading.tables import DECORATED, NOTHING
from aiccl_converter.fidelity.words import IDENT, literal
from aiccl_converter.language import tree as T


class Units(Steps):
    """One part of the reader; see the contract above."""

    def unit_of(self, n: T.Func, at: Place) -> None:
        outer_unit, outer_globals, outer_class = self.unit, self.globals, self.in_class
        unit = Unit(n.name or outer_unit.name)
        if at.kind != "unit" or outer_unit.name:
            unit.defs = dict(outer_unit.defs)
            unit.forms = dict(outer_unit.forms)
            unit.params = set(outer_unit.params)
            if n.name:
                self.bind(n.name, NOTHING)
        self.unit, self.globals, self.in_class = unit, set(), 0
        inner = self.place(at, "unit" if not outer_unit.name else "fn")
        if n.name:
            self.facts.declared.append(("function", n.name))
            self.facts.headers.append(len(self.words))
            self.mention("." + n.name, inner)
            self.facts.strict.append((n.name, "unit"))
        for d in n.decorators:
            self.loose(d, inner)
        for p in n.params:
            default = self.span(p.default, inner) if p.default is not None else None
            nested = at.kind != "unit" or bool(outer_unit.name)
            for w in IDENT.findall(DECORATED.sub("", p.name)):
                unit.params.add(w)
                unit.defs.pop(w, None)
                unit.forms.pop(w, None)
                self.mention(w, inner)
                if not nested:
                    self.facts.parameters.append(Parameter(unit.name, w, default, p.star, p.name == w))
                self.facts.strict.append((w, "parameter"))
            if p.type:
                self.loose(p.type, inner)
                self.facts.typed.update(IDENT.findall(p.type))
        if n.returns:
            self.loose(n.returns, inner)
        body = n.body
        if body:
            begun = len(self.words)
            last = body[-1]
            ends = type(last) is T.Return and last.value is None  # the end of a unit says as much
            self.block(body[:-1] if ends else body, inner)
            if type(last) is T.Do and self.events:
                self.events[-1].op = self.events[-1].op or "last"
            if n.name and outer_unit.name:  # handing the function on hands on what it does
                outer_unit.defs.setdefault(n.name, []).append((begun, len(self.words)))
        self.unit, self.globals, self.in_class = outer_unit, outer_globals, outer_class

    def class_of(self, n: T.Class, at: Place) -> None:
        outer_unit, outer_class = self.unit, self.in_class
        self.unit, self.in_class = Unit(""), 1
        inner = self.place(at, "unit")
        self.facts.declared.append(("class", n.name))
        self.mention("." + n.name, inner)
        self.facts.strict.append((n.name, "unit"))
        for b in n.bases:
            self.loose(b, inner)
        for d in n.decorators:
            self.loose(d, inner)
        for p in n.params or ():
            self.mention("." + p.name, inner)
            if p.type:
                self.loose(p.type, inner)
            self.visit(p.default, inner)
        self.block(n.members, inner)
        self.unit, self.in_class = outer_unit, outer_class

    def route(self, n: T.Route, at: Place) -> None:
        self.facts.routes += 1
        self.mention("." + n.method.lower(), at)
        self.text(literal('"' + n.path + '"'), at)
        if n.func.name:
            self.visit(n.func, at)
        else:
            self.function(T.Lambda(n.func.params, n.func.body or []), at)

    def path(self, n: T.Path, at: Place) -> None:
        """A router's call, whatever its name, that calls its handler."""
        begin = len(self.words)
        self.mention(".route", at)
        given = n.to.items if isinstance(n.to, T.Coll) and not n.to.open else [n.to]
        given = [T.Call(v, []) if isinstance(v, T.Name | T.Member) else v for v in given]
        self.arguments([T.Str('"' + n.path + '"'), *given], at, "route", (begin, begin))

    def routed(self, n: T.Routed, at: Place) -> None:
        self.visit(n.router, at)
        for path in n.paths:
            self.visit(path, at)

    def constant(self, n: T.Const, at: Place) -> None:
        self.facts.declared.append(("constant", n.name))
        self.facts.strict.append((n.name, "unit"))
        self.mention("." + n.name, at)
        self.visit(n.value, at)

    def rule(self, n: T.Rule, at: Place) -> None:
        for p in n.params or ():
            self.bind(p.name, None)
        self.bind(n.name, None)
        self.block(n.body, self.place(at, "fn"))
