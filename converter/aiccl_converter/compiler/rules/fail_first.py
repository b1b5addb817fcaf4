"""A function that is one `try`, whose handler only answers, says so first: `try{..}err e{next(e)}` is `fail ^next(e)`.

JavaScript and TypeScript, where a handler catches everything: the handler is one returned value, one throw, or the call
that hands the error on; nothing comes after it, and there is no `finally`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Call, Do, Fail, Func, Lambda, Name, Node, Raise, Return, Try, walk
from ..restate import Context, Example, Rule
from ._common import leaves, mentions
from ._ecmascript import LANGUAGES

USUAL = frozenset({"e", "err", "error", "ex", "exception"})
"""Names of an error that need no introduction."""


def _answer(attempt: Try) -> Node | None:
    if attempt.final is not None or attempt.other is not None or len(attempt.handlers) != 1:
        return None
    handler = attempt.handlers[0]
    if handler.types or len(handler.body) != 1:
        return None
    step = handler.body[0]
    if isinstance(step, Do) and isinstance(step.value, Call) and isinstance(step.value.fn, Name):
        if step.value.fn.id not in ("next", "reject", "done", "cb", "callback"):
            return None
        step = Return(step.value)
    if not isinstance(step, (Return, Raise)) or (isinstance(step, Raise) and step.value is None):
        return None
    if handler.name and handler.name not in USUAL and mentions(step, handler.name):
        return None
    return None if any(isinstance(n, (Lambda, Func)) for n in walk(step)) else step


def rewrite(unit: Func, ctx: Context) -> Node | None:
    if unit.body is None or len(unit.body) != 1 or not isinstance(unit.body[0], Try):
        return None
    attempt = unit.body[0]
    answer = _answer(attempt)
    if answer is None or not attempt.body:
        return None
    # Without a value at its end the body and its failure would read as one way out.
    if isinstance(answer, Return) and not isinstance(answer.value, Call) and not leaves(attempt.body):
        return None
    return replace(unit, body=[Fail(None, answer), *attempt.body])


RULE = Rule(
    name="fail_first",
    says="a function that is one try says first what any error gives",
    nodes={Func: rewrite},
    languages=LANGUAGES,
    order=30,
    examples=(
        Example(
            "javascript",
            "async function show(req, res, next) {\n  try {\n    const user = await users.find(req.params.id);\n"
            "    if (!user) return res.status(404).json({ message: 'no such user' });\n    res.json(user);\n"
            "  } catch (err) {\n    next(err);\n  }\n}\n",
            "~show(req,res,next)\nfail ^next(err)\nuser=~users.find(req.params.id)|^res.status(404).json({me"
            "ssage:'no such user'})\nres.json(user)",
        ),
    ),
)
