"""A path that leads elsewhere than in the source is seen, whether the view writes paths or the source's own calls."""

from __future__ import annotations

import pytest
from aiccl_converter.fidelity import Report, check

DJANGO = """def routes():
    urlpatterns = [
        path("lamps/", views.index, name="lamps"),
        path("lamps/<int:pk>/", views.show, {"shade": "dim"}, name="lamp"),
        path("rooms/", include("rooms.urls")),
    ]
    return urlpatterns
"""
DJANGO_VIEW = (
    'routes()\n^[R:/lamps/ views.index,name="lamps"\nR:/lamps/<int:pk>/ views.show,{"shade":"dim"},name="lamp"\n'
    'R:/rooms/ include("rooms.urls")]'
)
AXUM = 'fn app() -> Router {\n    Router::new().route("/a", get(list).post(add)).route("/b/{id}", get(show)).layer(log())\n}'
AXUM_VIEW = "app()->Router\n^Router::new(){R:/a get(list).post(add)\nR:/b/{id} get(show)}.layer(log())"
FAULTS = [
    ("/lamps/<int:pk>/", "/lamps/<int:id>/"),
    ("views.show,", "views.index,"),
    ('name="lamp"', 'name="lamps"'),
    ('"dim"', '"lit"'),
    ('{"shade":"dim"},', ""),
    ('"rooms.urls"', '"room.urls"'),
    ('\nR:/rooms/ include("rooms.urls")', ""),
    ("post(add)", "put(add)"),
    ("get(show)", "get(list)"),
    (".layer(log())", ""),
]


def judged(view: str) -> Report:
    return check(AXUM, view, "rust") if "Router" in view else check(DJANGO, view, "python")


@pytest.mark.parametrize("view", [DJANGO_VIEW, AXUM_VIEW])
def test_paths_say_what_the_calls_say(view: str) -> None:
    report = judged(view)
    assert report.passed and report.score == 1.0


@pytest.mark.parametrize(("right", "wrong"), FAULTS)
def test_a_fault_is_seen(right: str, wrong: str) -> None:
    view = DJANGO_VIEW if right in DJANGO_VIEW else AXUM_VIEW
    assert right in view
    assert not judged(view.replace(right, wrong)).passed
