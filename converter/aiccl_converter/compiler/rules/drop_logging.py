"""Calls of a logger go, and the view says that logging was left out.

Matches a call of a logging method on something named like a logger. A handler or branch that did nothing else keeps its
place, empty.
"""

from __future__ import annotations

import re

from ...language.tree import Assign, Call, Const, Do, If, Member, Name, Node
from ..restate import Context, Example, Rule

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
    obj = fn.obj
    # logger.x(), self.logger.x(), app.logger.x(), log.WithField(..).x()
    while isinstance(obj, Call) and isinstance(obj.fn, Member):
        obj = obj.fn.obj
    if obj is None:
        return False
    last = obj.name if isinstance(obj, Member) else obj.id if isinstance(obj, Name) else ""
    if last in ("log", "Log", "zap", "slog") and fn.name in ("Fatal", "Panic"):
        return False
    return last in LOGGERS or _NAMED_LOG.search(last) is not None


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


def _only_asks(test: Node) -> bool:
    if not (isinstance(test, Call) and isinstance(test.fn, Member)):
        return False
    return test.fn.name in ("isDebugEnabled", "isTraceEnabled", "isInfoEnabled", "isLoggable", "isEnabledFor")


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out = []
    for step in steps:
        if (isinstance(step, Do) and is_logging(step.value)) or _makes_logger(step):
            continue
        if isinstance(step, If) and not step.then and step.other is None and _only_asks(step.test):
            continue
        out.append(step)
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
    ),
)
