"""What is taken before a `try` and given back in its `finally` is held for its extent: `with lock.lock(){..}`.

Locks (`lock`/`unlock`, `Enter`/`Exit`, `acquire`/`release`) and what is opened and closed. The step before the `try`
takes it, the `finally` does nothing but give it back (behind a null test or not). Handlers run inside the extent, as
they did.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Do, If, Member, Name, Node, Try, With
from ..restate import Context, Example, Rule
from ._common import is_nothing, none_test

PAIRS = {
    "lock": "unlock",
    "acquire": "release",
    "EnterReadLock": "ExitReadLock",
    "EnterWriteLock": "ExitWriteLock",
    "Wait": "Release",
    "lockInterruptibly": "unlock",
}
CLOSES = frozenset({"close", "Close", "Dispose", "dispose", "recycle", "disconnect"})


def _method(step: Node) -> tuple[Node, str] | None:
    """Object and name of a call without arguments, as a step."""
    if isinstance(step, Do) and isinstance(step.value, Call) and not step.value.args:
        fn = step.value.fn
        if isinstance(fn, Member) and fn.obj is not None:
            return fn.obj, fn.name
    return None


def _given_back(final: list[Node] | None) -> tuple[Node, str] | None:
    if not final or len(final) != 1:
        return None
    step = final[0]
    if isinstance(step, If) and step.other is None and len(step.then) == 1:
        got = _method(step.then[0])
        tested = none_test(step.test)
        asked = tested[0] if tested is not None and not tested[1] else step.test
        return got if got is not None and asked == got[0] else None
    return _method(step)


def _monitor(step: Node, word: str) -> Node | None:
    """What `Monitor.Enter(x)` locks."""
    if isinstance(step, Do) and isinstance(step.value, Call) and len(step.value.args) == 1:
        if step.value.fn == Member(Name("Monitor"), word):
            return step.value.args[0]
    return None


def _extent(before: Node, step: Try) -> With | None:
    body: list[Node] = [Try(step.body, step.handlers, step.other)] if step.handlers else step.body
    if step.final is not None and len(step.final) == 1:
        held = _monitor(before, "Enter")
        if held is not None and _monitor(step.final[0], "Exit") == held:
            return With([Call(Name("lock"), [held])], body)
    back = _given_back(step.final)
    if back is None:
        return None
    taken = _method(before)
    if taken is not None and taken[0] == back[0] and PAIRS.get(taken[1]) == back[1]:
        assert isinstance(before, Do)
        return With([before.value], body)
    if isinstance(before, Assign) and before.op == "=" and len(before.targets) == 1 and before.targets[0] == back[0]:
        if back[1] in CLOSES and isinstance(before.value, Call) and not is_nothing(before.value):
            return With([before], body)
    return None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        if isinstance(step, Try) and out:
            got = _extent(out[-1], step)
            if got is not None:
                out[-1] = got
                changed = True
                continue
        out.append(step)
    return out if changed else None


RULE = Rule(
    name="held_extent",
    says="what is taken before a try and given back in its finally is held for its extent",
    blocks=rewrite,
    among=frozenset({Try}),
    least=2,
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=5,
    normal=True,
    examples=(
        Example(
            "java",
            "void add(Lamp lamp) {\n    lock.lock();\n    try {\n        lamps.add(lamp);\n        lamp.light(3);\n"
            "    } finally {\n        lock.unlock();\n    }\n}\n",
            "add(lamp)\nwith lock.lock(){lamps.add(lamp)\nlamp.light(3)}",
        ),
        Example(
            "java",
            "int read(File file) {\n    Reader in = open(file);\n    try {\n        return in.parse(3);\n"
            "    } catch (BadText e) {\n"
            "        return -1;\n    } finally {\n        if (in != null) {\n            in.close();\n        }\n"
            "    }\n}\n",
            "read(file)->i\nwith in=open(file){try{^in.parse(3)}BadText e{^-1}}",
        ),
    ),
)
