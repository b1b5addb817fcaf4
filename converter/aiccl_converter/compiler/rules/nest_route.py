"""A controller's method with a verb's decorator is a route: `@Get(':id') find(id)` is `R:GET /:id find(id)`.

Nest and its like: inside a class with `@Controller`, whose own decorator keeps the common path. A parameter's
decorator goes where the parameter's name says what it says.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.tree import Class, Func, Node, Param, Route
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES

_VERB = re.compile(r"@(Get|Post|Put|Patch|Delete|Head|Options|All)(?:\(\s*(?:(['\"`])([^'\"`]*)\2)?\s*\))?$")
_HANDED = re.compile(r"@(?:Param|Query|Headers)\((['\"])(\w+)\1\) (\w+)$")
_WHOLE = re.compile(r"@(Body|Query|Param)\(\) (body|dto|\w*(?:Dto|Input|query|params?|filter|data))$", re.I)


def _param(param: Param) -> Param:
    match = _HANDED.match(param.name)
    if match and match.group(2) == match.group(3):
        return replace(param, name=match.group(3))
    match = _WHOLE.match(param.name)
    return replace(param, name=match.group(2)) if match and match.group(1) == "Body" else param


def _route(member: Node) -> Node:
    if not isinstance(member, Func):
        return member
    for at, decorator in enumerate(member.decorators):
        match = _VERB.match(decorator)
        if match:
            path = "/" + (match.group(3) or "").lstrip("/")
            rest = [d for i, d in enumerate(member.decorators) if i != at]
            func = replace(member, decorators=rest, params=[_param(p) for p in member.params])
            return Route(match.group(1).upper(), path, func)
    return member


def rewrite(unit: Class, ctx: Context) -> Node | None:
    if not any(d.startswith("@Controller") for d in unit.decorators):
        return None
    members = [_route(m) for m in unit.members]
    if all(a is b for a, b in zip(members, unit.members, strict=True)):
        return None
    return replace(unit, members=members)


RULE = Rule(
    name="nest_route",
    says="a controller's method with a verb's decorator is a route",
    nodes={Class: rewrite},
    languages=LANGUAGES,
    order=52,
    examples=(
        Example(
            "typescript",
            "@Controller('cats')\nexport class CatsController {\n"
            "  constructor(private readonly catsService: CatsService) {}\n\n"
            "  @Get(':id')\n  findOne(@Param('id') id: string) {\n    return this.catsService.findOne(id);\n  }\n\n"
            "  @Post()\n  @HttpCode(201)\n  create(@Body() dto: CreateCatDto) {\n"
            "    return this.catsService.create(dto);\n  }\n}\n",
            "@Controller('cats')\nC:CatsController{constructor(catsService){.catsService=catsService}\n"
            "R:GET /:id findOne(id:s){^.catsService.findOne(id)}\n@HttpCode(201)\n"
            "R:POST / create(dto){^.catsService.create(dto)}}",
        ),
    ),
)
