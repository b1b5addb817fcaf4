"""An HTTP answer put together by a builder is its status and what it carries: `return Response.ok(x).build()` is
`^200 x`.

JAX-RS `Response`, Spring `ResponseEntity` and ASP.NET's `Ok(x)`, `NotFound()`. Only where a well-known name or a
number tells the status and nothing else (headers, cookies, a type) is said, and only what a handler returns.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Call, Coll, Cond, Member, Name, Node, Num, OrElse, Return, Str, Template, Words
from ..restate import Context, Example, Rule

STATUS = {
    "OK": 200, "CREATED": 201, "ACCEPTED": 202, "NO_CONTENT": 204, "MOVED_PERMANENTLY": 301, "FOUND": 302,
    "SEE_OTHER": 303, "NOT_MODIFIED": 304, "BAD_REQUEST": 400, "UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405, "NOT_ACCEPTABLE": 406, "CONFLICT": 409, "GONE": 410, "PRECONDITION_FAILED": 412,
    "UNSUPPORTED_MEDIA_TYPE": 415, "UNPROCESSABLE_ENTITY": 422, "TOO_MANY_REQUESTS": 429,
    "INTERNAL_SERVER_ERROR": 500, "NOT_IMPLEMENTED": 501, "BAD_GATEWAY": 502, "SERVICE_UNAVAILABLE": 503,
}  # fmt: skip

_STARTS = {
    "ok": 200, "accepted": 202, "noContent": 204, "notFound": 404, "badRequest": 400, "serverError": 500,
    "unprocessableEntity": 422, "notModified": 304, "internalServerError": 500,
}  # fmt: skip
"""First calls on `Response` and `ResponseEntity`."""

_RESULTS = {
    "Ok": 200, "Accepted": 202, "NoContent": 204, "BadRequest": 400, "Unauthorized": 401, "Forbid": 403,
    "NotFound": 404, "Conflict": 409, "UnprocessableEntity": 422,
}  # fmt: skip
"""Methods of an ASP.NET controller, and of `Results` and `TypedResults`."""

_ENDS = frozenset({"build", "entity", "body"})


def _status(node: Node) -> int | None:
    if isinstance(node, Num):
        return int(node.text) if node.text.isdigit() and len(node.text) == 3 else None
    name = node.name if isinstance(node, Member) else ""
    owner = node.obj if isinstance(node, Member) else None
    last = owner.name if isinstance(owner, Member) else owner.id if isinstance(owner, Name) else ""
    return STATUS.get(name) if last in ("Status", "HttpStatus") else None


def _answer(value: Node) -> tuple[int, Node | None, list[str]] | None:
    """The status, what is carried, and the calls that said so."""
    calls: list[str] = []
    carried: Node | None = None
    if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id == "ResponseEntity":
        status = _status(value.args[-1]) if value.args else None
        if status is None or len(value.args) > 2:
            return None
        return status, value.args[0] if len(value.args) == 2 else None, ["ResponseEntity"]
    while isinstance(value, Call) and isinstance(value.fn, Member) and value.fn.name in _ENDS:
        if value.fn.name == "build":
            if value.args:
                return None
        elif carried is not None or len(value.args) != 1:
            return None
        else:
            carried = value.args[0]
        calls.append(value.fn.name)
        value = value.fn.obj  # type: ignore[assignment]
    if not isinstance(value, Call) or not isinstance(value.fn, Member) or not isinstance(value.fn.obj, Name):
        return None
    name, owner, args = value.fn.name, value.fn.obj.id, value.args
    if owner not in ("Response", "ResponseEntity"):
        return None
    calls.append(name)
    if name == "status" and len(args) == 1:
        status = _status(args[0])
        return (status, carried, calls) if status is not None and "build" in calls + _closing(calls) else None
    if name not in _STARTS or len(args) > 1 or (args and (name != "ok" or carried is not None)):
        return None
    if owner == "Response" and "build" not in calls:
        return None
    return _STARTS[name], args[0] if args else carried, calls


def _closing(calls: list[str]) -> list[str]:
    """`ResponseEntity.status(..).body(x)` ends without a build."""
    return ["build"] if "body" in calls else []


def _result(value: Node) -> tuple[int, Node | None, list[str]] | None:
    if not isinstance(value, Call) or len(value.args) > 1:
        return None
    fn = value.fn
    if isinstance(fn, Member) and isinstance(fn.obj, Name) and fn.obj.id in ("Results", "TypedResults"):
        name = fn.name
    elif isinstance(fn, Name):
        name = fn.id
    else:
        return None
    return (_RESULTS[name], value.args[0] if value.args else None, [name]) if name in _RESULTS else None


def _said(value: Node | None, ctx: Context) -> Node | None:
    if isinstance(value, Cond):
        then, other = _said(value.then, ctx), _said(value.other, ctx)
        return None if then is None or other is None else replace(value, then=then, other=other)
    if value is None:
        return None
    got = _result(value) if ctx.language == "csharp" else _answer(value)
    if got is None:
        return None
    status, body, calls = got
    if body is not None and not isinstance(body, (Call, Coll, Member, Name, Str, Template)):
        return None
    ctx.stated.update(f"call {name}" for name in calls)
    return Num(str(status)) if body is None else Words([Num(str(status)), body])


def rewrite(node: Return, ctx: Context) -> Node | None:
    value = node.value
    if isinstance(value, OrElse) and isinstance(value.other, Return):
        return None
    got = _said(value, ctx)
    return None if got is None else Return(got)


RULE = Rule(
    name="response_builders",
    says="an HTTP answer put together by a builder is its status and what it carries",
    nodes={Return: rewrite},
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=9,
    normal=True,
    examples=(
        Example(
            "java",
            "Response show(String id) {\n    Lamp lamp = lamps.find(id);\n    if (lamp.broken(3)) {\n"
            '        return Response.status(Response.Status.NOT_FOUND).entity("no lamp").build();\n    }\n'
            "    return Response.ok(lamp.view()).build();\n}\n",
            'show(id:s)->Response\nlamp=lamps.find(id)\nlamp.broken(3)?{^404 "no lamp"}\n^200 lamp.view()',
        ),
        Example(
            "csharp",
            "IActionResult Show(string id)\n{\n    var lamp = lamps.Find(id, 3);\n"
            "    if (lamp == null) return NotFound();\n"
            "    return Ok(lamp.View());\n}\n",
            "Show(id:s)->IActionResult\nlamp=lamps.Find(id,3)|^404;^200 lamp.View()",
        ),
    ),
)
