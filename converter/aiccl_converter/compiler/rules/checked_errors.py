"""`throws X` of a function with a body goes where the body shows X, or where any reader would write it again.

Shown: the body raises it or makes it, or raises again what it caught. Written again: the errors of input, output,
threads, reflection and SQL, and the plain `Exception`. An error of the project's own that only a callee throws stays.
So does one that the body only catches, since a handler alone reads as if no caller saw it. A list of which one stays
is shown whole. A function without a body keeps its list: there it is all that a caller sees.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Func, Handler, Name, Node, Raise, walk
from ..restate import Context, Example, Rule

PLUMBING = frozenset(
    "Exception Throwable IOException InterruptedException SQLException URISyntaxException MalformedURLException"
    " GeneralSecurityException NoSuchAlgorithmException UnsupportedEncodingException ClassNotFoundException"
    " ParseException"
    " ReflectiveOperationException IllegalAccessException InvocationTargetException NoSuchMethodException"
    " InstantiationException NoSuchFieldException ExecutionException TimeoutException CloneNotSupportedException"
    " FileNotFoundException UnknownHostException SocketException JSONException JsonProcessingException NamingException"
    " ServletException SAXException TransformerException ParserConfigurationException XMLStreamException JMSException"
    " RemoteException RuntimeException IllegalArgumentException IllegalStateException BeansException"
    " DataAccessException EOFException GSSException PrivilegedActionException BackingStoreException".split()
)
"""Errors that a rewrite declares because the compiler asks for it, or that need no declaration."""


def rewrite(node: Func, ctx: Context) -> Node | None:
    if node.body is None:
        return None
    at = next((i for i, m in enumerate(node.modifiers) if m.startswith("throws ")), None)
    if at is None:
        return None
    listed = node.modifiers[at][7:].split(",")
    shown, caught = _raised(node.body)
    if any(e not in shown and (e in caught or e.rsplit(".", 1)[-1] not in PLUMBING) for e in listed):
        return None
    return replace(node, modifiers=[m for i, m in enumerate(node.modifiers) if i != at])


def _raised(body: list[Node]) -> tuple[set[str], set[str]]:
    """The names in a body but for the types of its handlers, with those whose handler raises its error again; and the
    types of all handlers."""
    shown: set[str] = set()
    caught: set[str] = set()
    kinds: set[int] = set()
    for node in walk(body):
        if isinstance(node, Handler):
            types = {t.id for t in node.types if isinstance(t, Name)}
            caught |= types
            kinds |= {id(t) for t in node.types}
            if any(isinstance(n, Raise) and n.value in (None, Name(node.name or "")) for n in walk(node.body)):
                shown |= types
    shown |= {n.id for n in walk(body) if isinstance(n, Name) and id(n) not in kinds}
    return shown, caught


RULE = Rule(
    name="checked_errors",
    says="`throws` is left out where the body shows the error or any reader would declare it",
    nodes={Func: rewrite},
    languages=frozenset({"java"}),
    order=12,
    examples=(
        Example(
            "java",
            "void dim(Lamp lamp) throws IOException, DarkException {\n    if (lamp.off()) {\n"
            '        throw new DarkException("off");\n    }\n    lamp.dim(3);\n    lamp.save();\n}\n',
            'dim(lamp)\nlamp.off()?^!DarkException("off")\nlamp.dim(3)\nlamp.save()',
        ),
    ),
)
