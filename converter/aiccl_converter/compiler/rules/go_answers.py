"""Go: an HTTP answer is its status and what it carries: `c.JSON(http.StatusOK, x)` at a handler's end is `^200 x`.

gin and fiber (`c.JSON(..)` and `return` behind it, or as the handler's last step), echo (`return c.JSON(..)`),
net/http (`http.Error(w, "text", 404)`). A status is a number or one of `http.Status..`; `gin.H` and `echo.Map` are
plain maps. What answers and goes on keeps its call.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Build,
    Call,
    Coll,
    Do,
    Func,
    If,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Return,
    Str,
    Switch,
    Template,
    Words,
)
from ..restate import Context, Example, Rule
from ._go import dotted

STATUSES = {
    "OK": 200,
    "Created": 201,
    "Accepted": 202,
    "NoContent": 204,
    "MovedPermanently": 301,
    "Found": 302,
    "SeeOther": 303,
    "NotModified": 304,
    "TemporaryRedirect": 307,
    "BadRequest": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "RequestTimeout": 408,
    "Conflict": 409,
    "Gone": 410,
    "PreconditionFailed": 412,
    "RequestEntityTooLarge": 413,
    "UnsupportedMediaType": 415,
    "UnprocessableEntity": 422,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "NotImplemented": 501,
    "BadGateway": 502,
    "ServiceUnavailable": 503,
    "GatewayTimeout": 504,
}
MAPS = frozenset({"gin.H", "echo.Map", "fiber.Map", "H"})
CONTEXTS = frozenset({"c", "ctx", "e", "g", "gc", "gctx", "context"})
SENDS = frozenset({"JSON", "IndentedJSON", "AbortWithStatusJSON", "XML", "String"})
EMPTY = frozenset({"NoContent", "AbortWithStatus", "Status"})


def status(node: Node | None) -> str | None:
    """The number of a status, where it is one."""
    if isinstance(node, Num) and len(node.text) == 3 and node.text.isdigit():
        return node.text
    if isinstance(node, Member) and node.name.startswith("Status"):
        known = STATUSES.get(node.name[6:])
        return str(known) if known is not None else None
    return None


def _body(node: Node) -> Node | None:
    """What an answer carries, where it can stand behind its status."""
    if isinstance(node, Build) and dotted(node.type) in MAPS:
        return Coll("{", node.items)
    return node if isinstance(node, (Call, Coll, Member, Name, Str, Template)) else None


def answer(value: Node | None) -> Node | None:
    """What a call answers, as a view writes it; None for any other value."""
    if not isinstance(value, Call) or not isinstance(value.fn, Member) or not isinstance(value.fn.obj, Name):
        return None
    name, owner, args = value.fn.name, value.fn.obj.id, value.args
    if owner == "http" and name == "Error" and len(args) == 3:
        code, body = status(args[2]), _body(args[1])
    elif owner in CONTEXTS and name in SENDS and len(args) == 2:
        code, body = status(args[0]), _body(args[1])
    elif owner in CONTEXTS and name in EMPTY and len(args) == 1:
        code = status(args[0])
        return Num(code) if code is not None else None
    else:
        return None
    return Words([Num(code), body]) if code is not None and body is not None else None


def _return(node: Return, ctx: Context) -> Node | None:
    given = answer(node.value)
    return Return(given) if given is not None else None


def _answered(steps: list[Node], ctx: Context) -> list[Node] | None:
    """`c.JSON(..)` with `return` right behind it."""
    if len(steps) < 2 or not isinstance(steps[-1], Return) or steps[-1].value is not None:
        return None
    before = steps[-2]
    given = answer(before.value) if isinstance(before, Do) else None
    return [*steps[:-2], Return(given)] if given is not None else None


def _ended(steps: list[Node]) -> list[Node]:
    """The steps that a handler ends with, their answers returned."""
    if not steps:
        return steps
    last = steps[-1]
    if isinstance(last, Do):
        given = answer(last.value)
        return [*steps[:-1], Return(given)] if given is not None else steps
    if isinstance(last, If):
        then, other = _ended(last.then), _ended(last.other) if last.other else last.other
        if then is not last.then or other is not last.other:
            return [*steps[:-1], replace(last, then=then, other=other)]
    if isinstance(last, Switch):
        cases = [replace(c, body=_ended(c.body)) for c in last.cases]
        if cases != last.cases:
            return [*steps[:-1], replace(last, cases=cases)]
    return steps


def _handler(node: Func | Lambda, ctx: Context) -> Node | None:
    if not isinstance(node.body, list) or getattr(node, "returns", None):
        return None
    body = _ended(node.body)
    return None if body is node.body else replace(node, body=body)


RULE = Rule(
    name="go_answers",
    says="an HTTP answer is its status and what it carries: `^404 {..}`",
    nodes={Return: _return, Func: _handler, Lambda: _handler},
    blocks=_answered,
    among=frozenset({Return}),
    least=2,
    languages=frozenset({"go"}),
    normal=True,
    order=9,
    examples=(
        Example(
            "go",
            'func (h *Handler) Show(c *gin.Context) {\n\tlamp, err := h.lamps.Find(c.Param("id"))\n\tif err != nil {\n'
            '\t\tc.JSON(http.StatusNotFound, gin.H{"error": "no lamp"})\n\t\treturn\n\t}\n'
            "\tc.JSON(http.StatusOK, lamp)\n}",
            'Show(c:*gin.Context)\nlamp=.lamps.Find(c.Param("id"))|^404 {"error":"no lamp"}\n^200 lamp',
        ),
    ),
)
