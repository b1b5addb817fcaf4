"""Calls of a logger go, and the view says that logging was left out.

Matches a call of a logging method on something named like a logger. A handler or branch that did nothing else keeps its
place, empty; a guard that asks only whether the logger is on goes with what was prepared there. A unit that only logs
keeps its calls, and so do those of a logger that is the unit's own parameter: they are what its callers see.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ...language.tree import Assign, Bin, Call, Const, Do, Each, Func, If, Loop, Member, Name, Node, While, every, walk
from ..restate import Context, Example, Rule, names_among
from ._common import pure

LOGGERS = frozenset(
    "log logger logging LOG LOGGER _logger _log console Log _LOGGER Timber slog zap logrus debug klog glog"
    " _logging".split()
)
METHODS = frozenset(
    "debug info warning warn error exception critical fatal trace log verbose Debug Info Warn "
    "Warning Error Trace Debugf Infof"
    " Warnf Errorf Warningf Tracef Printf Println Print notice fine finer finest config severe "
    "LogInformation LogError LogWarning"
    " LogDebug d e i v w wtf Infow Debugw Warnw Errorw Infoln Debugln Errorln Warnln isDebugEnabled isTraceEnabled"
    " debug_print alert emergency".split()
)
_MACROS = frozenset(
    "debug! info! warn! error! trace! log! log::debug! log::info! log::warn! log::error! log::trace!".split()
)


_NAMED_LOG = re.compile(r"^lg$|[lL]ogger$|^[acdhplst]log$|[a-z_](?:Log|_log)$")
"""`plog`, `accessLog`, `httpLogger`."""


def is_logging(node: Node) -> bool:
    """Whether an expression only logs."""
    if not isinstance(node, Call):
        return False
    fn = node.fn
    if isinstance(fn, Name):
        return fn.id in _MACROS
    if isinstance(fn, Member) and fn.name == "Log" and isinstance(fn.obj, Call):  # go-kit: level.Info(logger).Log(..)
        level = fn.obj.fn
        return isinstance(level, Member) and isinstance(level.obj, Name) and level.obj.id == "level"
    if not isinstance(fn, Member) or fn.name not in METHODS:
        return False
    last = _title(_logger(fn))
    if last in ("log", "Log", "zap", "slog") and fn.name in ("Fatal", "Panic"):
        return False
    return _names_logger(last)


def _logger(fn: Member) -> Node | None:
    """What is asked to log: logger.x(), self.logger.x(), app.logger.x(), log.WithField(..).x()."""
    obj = fn.obj
    while isinstance(obj, Call) and isinstance(obj.fn, Member):
        obj = obj.fn.obj
    return obj


def _title(node: Node | None) -> str:
    return node.name if isinstance(node, Member) else node.id if isinstance(node, Name) else ""


def _names_logger(name: str) -> bool:
    return name in LOGGERS or _NAMED_LOG.search(name) is not None


_GIVES_LOGGER = frozenset("WithField WithFields WithError WithValues With withFields child bind".split())


def _is_logger(value: Node | None) -> bool:
    """A logger made of another: `log.WithField("n",n)`."""
    if not isinstance(value, Call) or not isinstance(value.fn, Member) or value.fn.name not in _GIVES_LOGGER:
        return False
    return _names_logger(_title(_logger(value.fn)))


def drops(ctx: Context, logs: Callable[[Node], bool]) -> bool:
    """Whether the innermost unit does more than log, so that its logging may go. `logs`: whether a value only logs."""
    unit = next((u for u in reversed(ctx.units) if isinstance(u, Func)), None)
    return unit is None or not _only_logs(unit.body or [], logs)


def _only_logs(steps: list[Node], logs: Callable[[Node], bool]) -> bool:
    for step in steps:
        if isinstance(step, Do):
            met = logs(step.value)
        elif isinstance(step, If):
            met = _only_logs(step.then, logs) and _only_logs(step.other or [], logs)
        elif isinstance(step, (Each, Loop, While)):
            met = _only_logs(step.body, logs)
        else:
            met = _makes_logger(step) or (
                isinstance(step, Assign)
                and all(isinstance(t, Name) for t in step.targets)
                and (pure(step.value) or _is_logger(step.value))
            )
        if not met:
            return False
    return True


_NAMES = re.compile(r"[\w$]+")
"""In a parameter's name, which may be a pattern: `{events,logger}`."""


def _given(step: Do, ctx: Context) -> bool:
    """Whether the logger is a parameter of a unit around."""
    fn = step.value.fn if isinstance(step.value, Call) else None
    logger = _logger(fn) if isinstance(fn, Member) else None
    if not isinstance(logger, Name):
        return False
    names = (
        name for unit in ctx.units if isinstance(unit, Func) for p in unit.params for name in _NAMES.findall(p.name)
    )
    return logger.id in names


def _makes_logger(step: Node) -> bool:
    """`LOG = LoggerFactory.getLogger(..)`, `logger = logging.getLogger(__name__)`."""
    value = step.value if isinstance(step, (Assign, Const)) else None
    if not isinstance(value, Call):
        return False
    fn = value.fn
    name = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
    if name not in ("getLogger", "get_logger", "GetLogger", "LogFactory", "createLogger", "getLog"):
        return False
    if isinstance(step, Const):
        return "log" in step.name.lower()
    target = step.targets[0] if isinstance(step, Assign) else None
    return (
        isinstance(target, (Name, Member)) and "log" in (target.id if isinstance(target, Name) else target.name).lower()
    )


_ASKS = frozenset(
    "isDebugEnabled isTraceEnabled isInfoEnabled isLoggable isEnabledFor IsLevelEnabled isLevelEnabled".split()
)
_LEVELS = frozenset("IsEnabled isEnabled Enabled GetLevel getLevel getEffectiveLevel".split())
"""Names that others than loggers have too."""


def _only_asks(test: Node) -> bool:
    """Whether a test asks only whether the logger is on."""
    if isinstance(test, Bin) and test.op in ("<", "<=", ">", ">=", "=="):
        asked = [side for side in (test.left, test.right) if not pure(side)]
        return len(asked) == 1 and _only_asks(asked[0])
    if not (isinstance(test, Call) and isinstance(test.fn, Member)):
        return False
    return test.fn.name in _ASKS or (test.fn.name in _LEVELS and _names_logger(_title(_logger(test.fn))))


def _prepares(step: If, ctx: Context) -> bool:
    """Whether the source's steps under a test give their values to locals that only such tests' logging reads."""
    if ctx.unit is None:
        return False
    nodes = ctx.every(ctx.unit)
    guards = [node for node in nodes if isinstance(node, If) and not node.other and _only_asks(node.test)]
    then = next((guard.then for guard in guards if guard.test is step.test), [])
    targets: list[Node] = []
    pending = list(then)
    while pending:
        inner = pending.pop()
        if isinstance(inner, Each):
            pending += inner.body
        elif isinstance(inner, Assign) and inner.op == "=":
            targets += inner.targets
        elif not isinstance(inner, Do) or not is_logging(inner.value):
            return False
    if not then:
        return False
    within = names_among(item for guard in guards for item in every(guard.then))
    everywhere = names_among(nodes)
    if not all(isinstance(t, Name) and (t.id == "_" or within[t.id] == everywhere[t.id]) for t in targets):
        return False
    ctx.stated.update(f"call {_title(call.fn)}" for call in walk(then) if isinstance(call, Call))
    return True


def forget(step: Node, ctx: Context) -> None:
    """What is left out reads no name any more."""
    if ctx.inside:
        ctx.uses.subtract(names_among(every(step)))


def _unread_logger(step: Node, ctx: Context) -> bool:
    """`clog=log.WithField("n",n)` where nothing reads it any more."""
    if not isinstance(step, Assign) or step.op != "=" or len(step.targets) != 1 or not ctx.inside:
        return False
    target = step.targets[0]
    if not isinstance(target, Name) or not _is_logger(step.value) or ctx.uses[target.id] != 1:
        return False
    return not any(target.id in unit.outer for unit in ctx.units if isinstance(unit, Func))


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    for step in steps:
        if isinstance(step, Do) and is_logging(step.value):
            if _given(step, ctx) or not drops(ctx, is_logging):
                out.append(step)
                continue
        elif isinstance(step, If):
            if step.other is not None or not _only_asks(step.test) or (step.then and not _prepares(step, ctx)):
                out.append(step)
                continue
        elif not _makes_logger(step) or not drops(ctx, is_logging):
            out.append(step)
            continue
        forget(step, ctx)
    unread = [step for step in out if _unread_logger(step, ctx)]
    for step in unread:
        forget(step, ctx)
    out = [step for step in out if not any(step is one for one in unread)]
    if len(out) == len(steps):
        return None
    if "logging" not in ctx.left_out:
        ctx.left_out.append("logging")
    return out


RULE = Rule(
    name="drop_logging",
    says="calls of a logger are left out",
    blocks=rewrite,
    among=frozenset({Assign, Const, Do, If}),
    order=10,
    examples=(
        Example(
            "python",
            'def close(self, door):\n    logger.info("closing %s", door)\n    door.close()\n'
            "    self.open.remove(door)\n",
            "close(door)\ndoor.close()\n.open.remove(door)",
        ),
        Example(
            "go",
            'func (s *Door) Open(req *Request) {\n\tclog := log.WithField("key", req.Key)\n'
            "\tif log.GetLevel() >= log.TraceLevel {\n\t\tdump, _ := describe(req)\n"
            '\t\tclog.Tracef("request %s", dump)\n\t}\n\ts.open(req.Key)\n}',
            "Open(req)\n.open(req.Key)",
        ),
    ),
)
