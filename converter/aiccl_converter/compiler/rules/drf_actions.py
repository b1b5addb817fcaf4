"""An extra action of a Django REST framework view set is a route below the set's own: `@action(detail=True,
methods=["post"])` on `cancel` is `R:POST /{pk}/cancel`.

What else the decorator says (permissions, names) stays as one.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Func, Node, Route
from ..restate import Context, Example, Rule
from ._decorators import parts, path_of, verbs_of


def rewrite(node: Func, ctx: Context) -> Node | None:
    for at, decorator in enumerate(node.decorators):
        found = parts(decorator)
        if found is None or found[0] not in ("action", "decorators.action"):
            continue
        verb, path, detail, rest = "GET", node.name, "", []
        for key, value in found[1]:
            if key == "detail" and value in ("True", "False"):
                detail = value
            elif key == "methods" and (told := verbs_of(value)) is not None:
                verb = told
            elif key == "url_path" and path_of(value):
                path = path_of(value) or ""
            else:
                rest.append(f"{key}={value}" if key else value)
        if not detail or not path:
            return None
        kept = [*node.decorators[:at], *([f"@action({','.join(rest)})"] if rest else []), *node.decorators[at + 1 :]]
        where = "/{pk}/" if detail == "True" else "/"
        return Route(verb, where + path, replace(node, decorators=kept), pos=node.pos)
    return None


RULE = Rule(
    name="drf_actions",
    says="an extra action of a Django REST framework view set is a route",
    nodes={Func: rewrite},
    languages=frozenset({"python"}),
    order=50,
    normal=True,
    examples=(
        Example(
            "python",
            "class LampViewSet(ModelViewSet):\n"
            "    @action(detail=True, methods=['post'], permission_classes=[IsOwner])\n"
            "    def light(self, request, pk=None):\n"
            "        self.get_object().light()\n        return Response(status=204)\n",
            "C:LampViewSet(ModelViewSet){@action(permission_classes=[IsOwner])\n"
            "R:POST /{pk}/light light(request,pk=None){.get_object().light()\n^204}}",
        ),
    ),
)
