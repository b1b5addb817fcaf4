"""Handlers that an annotation or attribute binds to a path are routes: `@GET @Path("x")` is `R:GET x`.

JAX-RS (`@GET`, `@Path`), Spring (`@GetMapping`, `@RequestMapping`) and ASP.NET (`[HttpGet]`, `[Route]`). What the
framework fills in is told by a short word behind the parameter's type, `@query`, `@body`, `@header`, `@context`, with
the name in the request where it is another; a path parameter that the path names by the same word needs none. Defaults
become defaults. A media type that the handler gives stands behind the type of its result, `->s@text/plain`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.tree import Class, Func, Node, Param, Route, Str
from ...source.typed import kept_param
from ..restate import Context, Example, Rule

VERBS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
MAPPINGS = {f"{verb.capitalize()}Mapping": verb for verb in VERBS}
ATTRIBUTES = {f"Http{verb.capitalize()}": verb for verb in VERBS}

SOURCES = {
    "PathParam": "path",
    "PathVariable": "path",
    "FromRoute": "path",
    "QueryParam": "query",
    "RequestParam": "query",
    "FromQuery": "query",
    "RequestBody": "body",
    "FromBody": "body",
    "HeaderParam": "header",
    "RequestHeader": "header",
    "FromHeader": "header",
    "CookieParam": "cookie",
    "CookieValue": "cookie",
    "FormParam": "form",
    "FromForm": "form",
    "RequestPart": "part",
    "MatrixParam": "matrix",
    "ModelAttribute": "model",
    "Context": "context",
    "FromServices": "services",
    "Suspended": "suspended",
    "AuthenticationPrincipal": "principal",
}
"""Where a parameter's value comes from, by its annotation."""

_ANNOTATION = re.compile(r"@([\w.]+)(\((?:[^()\"]|\"(?:[^\"\\]|\\.)*\"|\((?:[^()\"]|\"(?:[^\"\\]|\\.)*\")*\))*\))?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONSTANT = re.compile(r"[A-Za-z_][\w.]*(?=,|\Z)")
_NOISE = frozenset({"ResponseBody", "CrossOrigin", "ApiController", "AllowAnonymousAttribute"})
_MARKERS = frozenset({"RestController", "Controller", "ApiController"})


def _parsed(decorators: list[str]) -> list[tuple[str, str, str]]:
    """Decorators as (name, what stands in their parentheses, whole text)."""
    out = []
    for text in decorators:
        found = _ANNOTATION.match(text)
        if found is None:
            out.append(("", "", text))
        else:
            out.append((found.group(1).rsplit(".", 1)[-1], (found.group(2) or "()")[1:-1], text))
    return out


def _first_text(inside: str) -> str | None:
    """The path in an annotation's arguments: its only string, or `value`'s or `path`'s."""
    if not inside:
        return ""
    named = re.search(r'(?:value|path|template)=\{?("(?:[^"\\]|\\.)*")', inside.replace(" ", ""))
    found = _TEXT.match(named.group(1)) if named else _TEXT.match(inside.lstrip("{"))
    return found.group(1) if found else None


def rewrite(node: Func, ctx: Context) -> Node | None:
    verb = ""
    path: str | None = None
    rest: list[str] = []
    extra = ""
    for name, inside, text in _parsed(node.decorators):
        if name in VERBS and not inside:
            verb = verb or name
        elif name in MAPPINGS or name in ATTRIBUTES:
            verb = MAPPINGS.get(name) or ATTRIBUTES[name]
            path = _first_text(inside)
            extra = _others(inside)
            if path is None:
                return None
        elif name == "RequestMapping" and "method" in inside:
            found = re.search(r"RequestMethod\.([A-Z]+)", inside)
            if found is None or inside.count("RequestMethod") > 1:
                return None
            verb, path, extra = found.group(1), _first_text(inside), _others(inside)
            if path is None and '"' in inside:
                return None
        elif name in ("Path", "Route") and inside:
            if path:
                return None
            path = _first_text(inside)
            if path is None:
                return None
        elif name not in _NOISE:
            rest.append(text)
    if not verb or " " in (path or ""):
        return None
    if extra:
        rest.append(f"@{extra}")
    params = [_param(p, path or "") for p in node.params]
    returns = node.returns
    kept = []
    for text in rest:
        media = _media(text)
        if media and "@" not in (returns or ""):
            returns = f"{returns or ''}@{media}"
        else:
            kept.append(text)
    func = replace(node, decorators=kept, params=params, returns=returns)
    return Route(verb, path or "/", func, pos=node.pos)


def _others(inside: str) -> str:
    """`produces=..`, `consumes=..` and the like beside a mapping's path."""
    parts = re.findall(r"(produces|consumes|headers|params)=(\{[^}]*\}|\"[^\"]*\"|[\w.]+)", inside.replace(" ", ""))
    return " @".join(f"{key}({value.strip('{}')})" for key, value in parts)


def _media(text: str) -> str | None:
    """The one media type of `@Produces("text/plain")`."""
    found = re.fullmatch(r'@Produces\(\{?(?:"([\w.+*/-]+)"|MediaType\.([A-Z_]+))\}?\)', text)
    if found is None:
        return None
    if found.group(1):
        return found.group(1)
    kind, _, rest = found.group(2).lower().removesuffix("_type").partition("_")
    rest = rest.replace("_", "-")
    return f"{kind}/{rest}" if rest in ("octet-stream", "form-data") or rest.isalnum() else None


def _param(param: Param, path: str) -> Param:
    if not param.type or "@" not in param.type:
        return param
    at = param.type.index("@")
    type_, notes = param.type[:at], param.type[at:]
    default = param.default
    words = ""
    filled = False
    for found in _ANNOTATION.finditer(notes):
        name, inside = found.group(1).rsplit(".", 1)[-1], (found.group(2) or "()")[1:-1]
        if name == "DefaultValue":
            text = _TEXT.fullmatch(inside)
            if text is None:
                return param
            if _NUMBER.fullmatch(text.group(1)):
                words += f"@default({text.group(1)})"
            else:
                default = Str('"' + text.group(1) + '"')
            continue
        if name not in SOURCES:
            words += found.group()
            continue
        bare = re.sub(r"\b(?:value|[nN]ame) ?= ?", "", inside)
        word, given = SOURCES[name], _TEXT.match(bare)
        fallback = re.search(r'defaultValue="((?:[^"\\]|\\.)*)"', inside.replace(" ", ""))
        if fallback:
            if _NUMBER.fullmatch(fallback.group(1)):
                words += f"@default({fallback.group(1)})"
            else:
                default = Str('"' + fallback.group(1) + '"')
        if re.search(r"required=false", inside.replace(" ", "")):
            param = replace(param, mark="?")
        own = given.group(1) if given and not inside.startswith("defaultValue") else param.name
        constant = _CONSTANT.match(bare)
        if constant:
            words += f"@{word}({constant.group()})"
        elif word == "path" and own == param.name and ("{" + own) in path:
            continue
        else:
            words += f"@{word}" if own == param.name else f'@{word}("{own}")'
        filled = True
    plain = not filled or type_ in ("s", "i", "b", "")
    kept = (kept_param(param.name, type_ or None) or "") if plain else type_
    return replace(param, type=(kept + words) or None, default=default)


def _class(node: Class, ctx: Context) -> Node | None:
    """`@RestController` says no more than the routes in it."""
    if not any(isinstance(m, Route) for m in node.members):
        return None
    kept = [d for d in node.decorators if d.split("(")[0].lstrip("@").rsplit(".", 1)[-1] not in _MARKERS]
    return None if len(kept) == len(node.decorators) else replace(node, decorators=kept)


RULE = Rule(
    name="annotated_routes",
    says="a handler that annotations bind to a path is a route",
    nodes={Func: rewrite, Class: _class},
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=50,
    examples=(
        Example(
            "java",
            '@GET\n@Path("lamps/{id}")\n@Produces("text/plain")\n'
            'public String show(@PathParam("id") long id, @QueryParam("fmt") @DefaultValue("short") String format) {\n'
            "    return lamps.find(id).describe(format);\n}\n",
            'R:GET lamps/{id} show(id:long,format:@query("fmt")="short")->s@text/plain\n'
            "^lamps.find(id).describe(format)",
        ),
        Example(
            "java",
            '@GET\n@Path("lamps")\n@Produces(MediaType.APPLICATION_JSON)\n'
            "public Lamp show(@HeaderParam(Keys.LAMP_KEY) LampKey key, @Context HttpHeaders headers) {\n"
            "    return lamps.find(key.open(), headers.getRequestHeaders());\n}\n",
            "R:GET lamps show(key:LampKey@header(Keys.LAMP_KEY),headers:HttpHeaders@context)->Lamp@application/json\n"
            "^lamps.find(key.open(),headers.getRequestHeaders())",
        ),
        Example(
            "java",
            '@PostMapping("/lamps")\n'
            "public Lamp add(@Valid @RequestBody LampForm form, @RequestParam(required = false) String room) {\n"
            "    return service.add(form, room);\n}\n",
            "R:POST /lamps add(form:LampForm@Valid@body,room?:s@query)->Lamp\n^service.add(form,room)",
        ),
        Example(
            "csharp",
            '[HttpDelete("{id}")]\npublic async Task<IActionResult> Remove(int id)\n{\n'
            "    await lamps.Drop(id);\n    return NoContent();\n}\n",
            "R:DELETE {id} ~Remove(id:i)->IActionResult\n~lamps.Drop(id)\n^204",
        ),
    ),
)
