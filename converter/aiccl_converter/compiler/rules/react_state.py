"""A component's state is declared and assigned: `[x,setX]=useState(0)` is `state x=0`, and `setX(v)` is `x=v`.

Only where the setter has the usual name and every use of it is a plain call with a value: a setter that is handed on,
or given a function of the state before, keeps its name, and so does one that is called where a parameter hides the
state's. The check reads states back into hooks (`fidelity/hooks.py`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...language.tree import Assign, Call, Coll, Do, Func, Lambda, Name, Node, Return, Word
from ..restate import Context, Example, Rule
from ._common import mentions
from ._ecmascript import LANGUAGES, bound_names, called, param_names, rebuilt_list


def _declared(step: Node) -> tuple[str, str, Node | None] | None:
    """The state's name, its setter's (or "") and its first value."""
    if not isinstance(step, Assign) or len(step.targets) != 1:
        return None
    target, call = step.targets[0], called(step.value, "useState")
    if call is None or len(call.args) > 1 or not (isinstance(target, Coll) and target.open == "["):
        return None
    names = [t.id for t in target.items if isinstance(t, Name)]
    if len(names) != len(target.items) or not 1 <= len(names) <= 2 or names[0] == "_":
        return None
    first = call.args[0] if call.args else None
    if isinstance(first, Lambda) and not first.params and isinstance(first.body, Node):
        first = first.body
    if len(names) == 2 and names[1] != "set" + names[0][:1].upper() + names[0][1:]:
        return None
    return names[0], names[1] if len(names) == 2 else "", first


def _set(node: Node, setter: str) -> Node | None:
    """The value that a call of the setter gives, None for any other node."""
    if isinstance(node, Call) and isinstance(node.fn, Name) and node.fn.id == setter and len(node.args) == 1:
        value = node.args[0]
        return None if isinstance(value, (Lambda, Func)) else value
    return None


def _settable(steps: list[Node], state: str, setter: str) -> bool:
    """Whether each use of the setter is a step, or a function's one expression, where the state's name is visible."""
    found = 0
    stack: list[tuple[Node, bool]] = [(s, False) for s in steps]
    while stack:
        node, hidden = stack.pop()
        if isinstance(node, (Lambda, Func)):
            body = node.body if isinstance(node.body, list) else [node.body] if node.body is not None else []
            inside = param_names(node.params)
            if setter in inside:
                return False
            hidden = hidden or state in inside or state in _own(body)
            if isinstance(node, Lambda) and isinstance(node.body, Node) and _set(node.body, setter) is not None:
                found += not hidden
        elif isinstance(node, (Do, Return)) and node.value is not None and _set(node.value, setter) is not None:
            found += not hidden
        stack.extend((child, hidden) for child in _children(node))
    return found == mentions(steps, setter)


def _own(body: list[Node]) -> set[str]:
    return bound_names([s for s in body if isinstance(s, Assign)])


def _children(node: Node) -> list[Node]:
    from ...language.tree import children

    return list(children(node))


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    current = steps
    for at, step in enumerate(steps):
        got = _declared(step)
        if got is None:
            continue
        state, setter, first = got
        rest = [s for i, s in enumerate(current) if i != at]
        if not setter or not _settable(rest, state, setter):
            if setter:
                continue
        else:
            current = rebuilt_list(current, partial(_assigned, state=state, setter=setter))
        if current is steps:
            current = list(steps)
        current[at] = Word("state", [Assign([Name(state)], first)])
    return None if current is steps else _merged(current)


def _assigned(node: Node, state: str, setter: str) -> Node:
    if isinstance(node, (Do, Return)) and node.value is not None:
        value = _set(node.value, setter)
        return node if value is None else Assign([Name(state)], value)
    if isinstance(node, Lambda) and isinstance(node.body, Node):
        value = _set(node.body, setter)
        return node if value is None else replace(node, body=[Assign([Name(state)], value)])
    return node


def _merged(steps: list[Node]) -> list[Node]:
    """States that are declared in a row share the word."""
    out: list[Node] = []
    for step in steps:
        before = out[-1] if out else None
        if isinstance(step, Word) and step.word == "state" and isinstance(before, Word) and before.word == "state":
            out[-1] = Word("state", [*before.args, *step.args])
        else:
            out.append(step)
    return out


RULE = Rule(
    name="react_state",
    says="`useState` declares a state, its setter's calls assign to it",
    blocks=rewrite,
    languages=LANGUAGES,
    order=15,
    examples=(
        Example(
            "tsx",
            "export const Toggle = ({ label }: Props) => {\n  const [open, setOpen] = useState(false);\n"
            "  const [count, setCount] = useState<number>(0);\n  const flip = () => {\n    setOpen(!open);\n"
            "    setCount(count + 1);\n  };\n"
            "  return <button onClick={flip} onBlur={() => setOpen(false)}>{label}: {open ? count : '-'}</button>;\n"
            "};\n",
            "Toggle({label})\nstate open=false,count=0;^button(onClick=()=>{open=!open;count=count+1},onBlur"
            "=()=>{open=false}){\"{label}: \";open?count:'-'}",
        ),
    ),
)
