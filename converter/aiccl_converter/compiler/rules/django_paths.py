"""Django's URL entries are routes: `path("lamps/", views.lamps, name="lamps")` is `R:/lamps/ views.lamps,name="lamps"`.

In lists only, in their order: those of `urlpatterns` and the like, and any other with an entry that names itself,
includes others or has a class for its view. The `/` in front is the one that every URL has; a regular expression
(`re_path`, `url`) is known by its `^`. A view class stands for its bare `as_view()`. What a path cannot tell stays a
call in its place: text that is translated, put together or has blanks, expressions that are not anchored, arguments by
keyword alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.tree import Arg, Assign, Bin, Call, Coll, Member, Name, Node, Path, Spread, Str
from ..restate import Context, Example, Rule

_LITERAL = re.compile(r"""([rR]?)(["'])(?!\2\2)(\S*)\2\Z""")
_LISTS = re.compile(r"(?:\w*_)?(?:url_?)?(?:patterns|urls)\Z")
_ANCHORED = {"path": False, "re_path": True, "url": True}


def _text(node: Node, anchored: bool) -> str | None:
    """The path of an entry where a route can tell it letter by letter."""
    match = _LITERAL.match(node.text) if isinstance(node, Str) else None
    if match is None or (not match.group(1) and "\\" in match.group(3)):
        return None
    return match.group(3) if match.group(3).startswith("^") is anchored else None


def _is_class(node: Node) -> bool:
    name = node.id if isinstance(node, Name) else node.name if isinstance(node, Member) else ""
    return name[:1].isupper()


def _bare_view(node: Node) -> Node | None:
    """The class of `Class.as_view()`."""
    if not isinstance(node, Call) or node.args or not isinstance(node.fn, Member) or node.fn.name != "as_view":
        return None
    return node.fn.obj if node.fn.obj is not None and _is_class(node.fn.obj) else None


def _path(node: Node) -> Node:
    """An entry as a path, anything else as it is."""
    if not isinstance(node, Call) or not isinstance(node.fn, Name) or len(node.args) < 2:
        return node
    anchored = _ANCHORED.get(node.fn.id)
    text = None if anchored is None else _text(node.args[0], anchored)
    view = node.args[1]
    if text is None or isinstance(view, (Arg, Spread)) or _is_class(view):
        return node
    view = _bare_view(view) or _included(view)
    return Path("/" + text, Coll("", [view, *node.args[2:]]) if len(node.args) > 2 else view, pos=node.pos)


def _included(view: Node) -> Node:
    """`include` with the entries of a list in it, bare or in a tuple with its name space, as paths."""
    if not isinstance(view, Call) or view.fn != Name("include") or not view.args:
        return view
    first = view.args[0]
    if isinstance(first, Coll) and first.open == "(" and first.items:
        inner: Node = replace(first, items=[_within(first.items[0]), *first.items[1:]])
    else:
        inner = _within(first)
    return replace(view, args=[inner, *view.args[1:]])


def _telling(node: Node) -> bool:
    """Whether an entry can only be Django's: it has a name, includes others, or a class is its view."""
    if not isinstance(node, Call):
        return False
    view = node.args[1]
    made = isinstance(view, Call) and (
        view.fn == Name("include") or (isinstance(view.fn, Member) and view.fn.name == "as_view")
    )
    sites = isinstance(view, Member) and view.name == "urls"
    return made or sites or any(isinstance(a, Arg) and a.name == "name" for a in node.args[2:])


def rewrite(node: Coll, ctx: Context) -> Node | None:
    if node.open != "[":
        return None
    items = [_path(item) for item in node.items]
    if not any(new is not old and _telling(old) for new, old in zip(items, node.items, strict=True)):
        return None
    return replace(node, items=items)


def _within(node: Node) -> Node:
    """A value with the entries of its lists as paths."""
    if isinstance(node, Coll) and node.open == "[":
        items = [_path(item) for item in node.items]
        return replace(node, items=items) if any(isinstance(item, Path) for item in items) else node
    if isinstance(node, Bin) and node.op == "+":
        left, right = _within(node.left), _within(node.right)
        return node if left is node.left and right is node.right else replace(node, left=left, right=right)
    return node


def assigned(node: Assign, ctx: Context) -> Node | None:
    target = node.targets[0]
    name = target.id if isinstance(target, Name) else target.name if isinstance(target, Member) else ""
    if node.value is None or not _LISTS.match(name):
        return None
    value = _within(node.value)
    return None if value is node.value else replace(node, value=value)


RULE = Rule(
    name="django_paths",
    says='an entry of Django\'s `urlpatterns` is a route: `R:/lamps/<int:pk>/ views.lamp,name="lamp"`',
    nodes={Coll: rewrite, Assign: assigned},
    languages=frozenset({"python"}),
    order=50,
    normal=True,
    examples=(
        Example(
            "python",
            'urlpatterns = [\n    path("admin/", admin.site.urls),\n'
            '    path("lamps/", views.LampList.as_view(), name="lamps"),\n'
            '    path("lamps/<int:pk>/", views.lamp, {"shade": "dim"}, name="lamp"),\n'
            '    path(_("about/"), views.about),\n'
            '    re_path(r"^(?P<room>[a-z]{2,8})/$", include("rooms.urls")),\n]\n',
            'urlpatterns=[R:/admin/ admin.site.urls\nR:/lamps/ views.LampList,name="lamps"\n'
            'R:/lamps/<int:pk>/ views.lamp,{"shade":"dim"},name="lamp"\npath(_("about/"),views.about)\n'
            'R:/^(?P<room>[a-z]{2,8})/$ include("rooms.urls")]',
        ),
    ),
)
