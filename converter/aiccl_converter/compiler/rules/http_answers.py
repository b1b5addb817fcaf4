"""An HTTP answer is its status and what it carries: `return Response(data, status=status.HTTP_201_CREATED)` is `^201
data`.

Flask's `jsonify(x), 404`, DRF's `Response`, Django's `JsonResponse` and empty `HttpResponse`; Laravel's
`response()->json(x, 201)`; Symfony's `JsonResponse`; Rails' `render json: x, status: :created` and `head
:no_content`. Only where a number or a well-known constant tells the status, and where nothing else (headers, a
content type) is said.
"""

from __future__ import annotations

import re

from ...language.tree import Arg, Call, Coll, Do, Member, Name, Node, Num, Return, Spread, Str, Words
from ..restate import Context, Example, Rule

_PYTHON = {"Response": "data", "JsonResponse": "data", "JSONResponse": "content", "HttpResponse": "content"}
_CONSTANT = re.compile(r"HTTP_(\d{3})(?:_\w+)?\Z")
_NAMED = {
    "HTTP_OK": "200", "HTTP_CREATED": "201", "HTTP_ACCEPTED": "202", "HTTP_NO_CONTENT": "204",
    "HTTP_BAD_REQUEST": "400",
    "HTTP_UNAUTHORIZED": "401", "HTTP_FORBIDDEN": "403", "HTTP_NOT_FOUND": "404", "HTTP_CONFLICT": "409",
    "HTTP_UNPROCESSABLE_ENTITY": "422", "HTTP_INTERNAL_SERVER_ERROR": "500",
}  # fmt: skip


_SYMBOLS = {
    "ok": "200", "created": "201", "accepted": "202", "no_content": "204", "bad_request": "400", "unauthorized": "401",
    "payment_required": "402", "forbidden": "403", "not_found": "404", "conflict": "409", "gone": "410",
    "unprocessable_entity": "422", "unprocessable_content": "422", "too_many_requests": "429",
    "internal_server_error": "500", "service_unavailable": "503",
}  # fmt: skip


def _status(node: Node | None) -> str | None:
    if isinstance(node, Num):
        return node.text if len(node.text) == 3 and node.text.isdigit() else None
    name = node.name if isinstance(node, Member) else node.id if isinstance(node, Name) else ""
    match = _CONSTANT.match(name)
    return match.group(1) if match is not None else _NAMED.get(name)


def rewrite(node: Return, ctx: Context) -> Node | None:
    got = _BY_LANGUAGE[ctx.language](node.value)
    if got is None:
        return None
    status, body = got
    # Words end where a name could go on: what is no plain operand stays in its call.
    if body is not None and not isinstance(body, (Call, Coll, Member, Name)) and not _text(body):
        return None
    for item in (node.value, *getattr(node.value, "items", ())):
        if isinstance(item, Call):
            called = item.fn
            if isinstance(called, (Name, Member)):
                ctx.stated.add(f"call {called.id if isinstance(called, Name) else called.name}")
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
    if (not json and fn != Name("JsonResponse")) or len(value.args) != 2:
        return None
    if any(isinstance(a, (Arg, Spread)) for a in value.args):
        return None
    status = _status(value.args[1])
    return None if status is None else (status, value.args[0])


def _ruby(value: Node | None) -> tuple[str, Node | None] | None:
    if not isinstance(value, Call) or not isinstance(value.fn, Name):
        return None
    if value.fn.id == "head" and len(value.args) == 1:
        status = _symbol(value.args[0])
        return None if status is None else (status, None)
    if value.fn.id != "render" or len(value.args) != 2 or not all(isinstance(a, Arg) for a in value.args):
        return None
    named = {a.name: a.value for a in value.args if isinstance(a, Arg)}
    status = _symbol(named.get("status"))
    return None if status is None or "json" not in named else (status, named["json"])


def _symbol(node: Node | None) -> str | None:
    return _SYMBOLS.get(node.text[1:]) if isinstance(node, Str) and node.text[:1] == ":" else _status(node)


def blocks(steps: list[Node], ctx: Context) -> list[Node] | None:
    """Rails: what is rendered and then left is the answer."""
    if ctx.language != "ruby" or len(steps) < 2 or steps[-1] != Return(None) or not isinstance(steps[-2], Do):
        return None
    answer = rewrite(Return(steps[-2].value), ctx)
    return None if answer is None else [*steps[:-2], answer]


_BY_LANGUAGE = {"python": _python, "php": _php, "ruby": _ruby}

RULE = Rule(
    name="http_answers",
    says="an HTTP answer is its status and what it carries",
    nodes={Return: rewrite},
    blocks=blocks,
    among=frozenset({Return}),
    least=2,
    languages=frozenset({"python", "php", "ruby"}),
    order=52,
    normal=True,
    examples=(
        Example(
            "python",
            "def create(self, request):\n    form = LampSerializer(data=request.data)\n    if not form.is_valid():\n"
            "        return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)\n    form.save()\n"
            "    return Response(form.data, status=201)\n",
            "create(request)\nform=LampSerializer(data=request.data)\n"
            "form.is_valid()|^400 form.errors;form.save()\n^201 form.data",
        ),
        Example(
            "ruby",
            "def create\n  lamp = Lamp.new(lamp_params)\n  unless lamp.valid?\n"
            "    render json: lamp.errors, status: :unprocessable_entity\n"
            "    return\n  end\n  lamp.save!\n  render json: lamp, status: :created\nend",
            "create()\nlamp=Lamp(lamp_params)\nlamp.valid?()|^422 lamp.errors;lamp.save!()\n^201 lamp",
        ),
        Example(
            "php",
            "<?php\nfunction store($lamp) { return response()->json(['id' => $lamp->id], 201); }",
            "store(lamp)\n^201 {lamp.id}",
        ),
    ),
)
