"""`throws X` of a function with a body goes where the body shows X, or where any reader would write it again.

Shown: the body raises it, or names it in a handler. Written again: the errors of input, output, threads, reflection and
SQL, and the plain `Exception`. An error of the project's own that only a callee throws stays, as does every `throws` of
a function without a body: there it is all that a caller sees.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Func, Name, Node, walk
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
    shown = {n.id for n in walk(node.body) if isinstance(n, Name)}
    kept = [e for e in listed if e.rsplit(".", 1)[-1] not in PLUMBING and e not in shown]
    if kept == listed:
        return None
    rest = [m for i, m in enumerate(node.modifiers) if i != at]
    return replace(node, modifiers=[*rest, "throws " + ",".join(kept)] if kept else rest)


RULE = Rule(
    name="checked_errors",
    says="`throws` is left out where the body shows the error or any reader would declare it",
    nodes={Func: rewrite},
    languages=frozenset({"java"}),
    order=12,
    examples=(
        Example(
            "java",
            "Lamp light(Room room) throws IOException, DarkException, WiringFault {\n    if (room.sealed()) {\n"
            '        throw new DarkException("sealed");\n    }\n    return room.switchOn(3);\n}\n',
            'light(room)->Lamp throws WiringFault\nroom.sealed()?^!DarkException("sealed")\n^room.switchOn(3)',
        ),
    ),
)
