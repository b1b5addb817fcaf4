"""An HTTP answer is its status and what it carries: `return Response(data, status=status.HTTP_201_CREATED)` is `^201 data`.

Flask's `jsonify(x), 404`, DRF's `Response`, Django's `JsonResponse` and `HttpResponse`, `abort(404)`; Laravel's
`response()->json(x, 201)`, `abort(404)`; Symfony's `JsonResponse`. Only where a number or a well-known constant tells the
status, and where nothing else (headers, a content type) is said.
"""

from __future__ import annotations

import re

from ...language.tree import Arg, Call, Coll, Member, Name, Node, Num, Return, Spread, Words
from ..restate import Context, Example, Rule

_PYTHON = {"Response": "data", "JsonResponse": "data", "JSONResponse": "content", "HttpResponse": "content"}
_CONSTANT = re.compile(r"HTTP_(\d{3})(?:_\w+)?\Z")
_NAMED = {
    "HTTP_OK": "200", "HTTP_CREATED": "201", "HTTP_ACCEPTED": "202", "HTTP_NO_CONTENT": "204", "HTTP_BAD_REQUEST": "400",
    "HTTP_UNAUTHORIZED": "401", "HTTP_FORBIDDEN": "403", "HTTP_NOT_FOUND": "404", "HTTP_CONFLICT": "409",
    "HTTP_UNPROCESSABLE_ENTITY": "422", "HTTP_INTERNAL_SERVER_ERROR": "500",
}  # fmt: skip


def _status(node: Node | None) -> str | None:
    if isinstance(node, Num):
        return node.text if len(node.text) == 3 and node.text.isdigit() else None
    name = node.name if isinstance(node, Member) else node.id if isinstance(node, Name) else ""
    match = _CONSTANT.match(name)
    return match.group(1) if match is not None else _NAMED.get(name)


def rewrite(node: Return, ctx: Context) -> Node | None:
    got = _python(node.value) if ctx.language == "python" else _php(node.value)
    if got is None:
        return None
    status, body = got
    # Words end where a name could go on: what is no plain operand stays in its call.
    if body is not None and not isinstance(body, (Call, Coll, Member, Name)) and not _text(body):
        return None
    for item in (node.value, *getattr(node.value, "items", ())):
        if isinstance(item, Call):
            called = item.fn
            ctx.stated.add(f"call {called.id if isinstance(called, Name) else called.name}")  # type: ignore[attr-defined]
    return Return(Num(status) if body is None else Words([Num(status), body]))


def _text(node: Node) -> bool:
    return node.__class__.__name__ in ("Str", "Template")


def _python(value: Node | None) -> tuple[str, Node | None] | None:
    if isinstance(value, Coll) and value.open == "" and len(value.items) == 2:
        body, status = value.items[0], _status(value.items[1])
        if status is None or not isinstance(value.items[1], Num):
            return None
        if isinstance(body, Call) and body.fn == Name("jsonify") and len(body.args) == 1:
            only = body.args[0]
            return (status, only) if not isinstance(only, (Arg, Spread)) else None
        if isinstance(body, Call) and body.fn == Name("jsonify") and all(isinstance(a, Arg) for a in body.args):
            return status, body
        return (status, body) if isinstance(body, Coll) and body.open == "{" else None
    if not isinstance(value, Call) or not isinstance(value.fn, Name) or value.fn.id not in _PYTHON:
        return None
    carried: Node | None = None
    found: str | None = None
    for argument in value.args:
        if isinstance(argument, Spread):
            return None
        if not isinstance(argument, Arg):
            if carried is not None:
                return None
            carried = argument
        elif argument.name == _PYTHON[value.fn.id] and carried is None:
            carried = argument.value
        elif argument.name in ("status", "status_code"):
            found = _status(argument.value)
            if found is None:
                return None
        else:
            return None
    if value.fn.id == "HttpResponse" and carried is not None:
        return None  # text, not data
    return None if found is None else (found, carried)


def _php(value: Node | None) -> tuple[str, Node | None] | None:
    if not isinstance(value, Call):
        return None
    fn = value.fn
    json = isinstance(fn, Member) and fn.name == "json" and fn.obj == Call(Name("response"), [])
    if not json and fn != Name("JsonResponse") or len(value.args) != 2:
        return None
    if any(isinstance(a, (Arg, Spread)) for a in value.args):
        return None
    status = _status(value.args[1])
    return None if status is None else (status, value.args[0])


RULE = Rule(
    name="http_answers",
    says="an HTTP answer is its status and what it carries",
    nodes={Return: rewrite},
    languages=frozenset({"python", "php"}),
    order=52,
    normal=True,
    examples=(
        Example(
            "python",
            "def create(self, request):\n    form = LampSerializer(data=request.data)\n    if not form.is_valid():\n"
            "        return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)\n    form.save()\n"
            "    return Response(form.data, status=201)\n",
            "create(request)\nform=LampSerializer(data=request.data)\nform.is_valid()|^400 form.errors;form.save()\n^201 form.data",
        ),
        Example(
            "php",
            "<?php\nfunction store($lamp) { return response()->json(['id' => $lamp->id], 201); }",
            "store(lamp)\n^201 {lamp.id}",
        ),
    ),
)
