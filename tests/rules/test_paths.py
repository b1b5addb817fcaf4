"""Which of Django's entries and which links of a Rust router's chain become paths, and what stays the call that it is."""

from __future__ import annotations

import pytest
from aiccl_converter import AICCLConverter

DJANGO = {
    "the empty path": ('path("", views.home)', "R:/ views.home"),
    "a converter in front": ('path("<slug:s>/", views.lamp)', "R:/<slug:s>/ views.lamp"),
    "a path with its own slash": ('path("/lamps", views.lamps)', "R://lamps views.lamps"),
    "a class with arguments": (
        'path("a/", Page.as_view(template_name="a.html"), name="a")',
        'R:/a/ Page.as_view(template_name="a.html"),name="a"',
    ),
    "a bare class view": ('path("a/", shop.views.Lamps.as_view())', "R:/a/ shop.views.Lamps"),
    "arguments by keyword": (
        'path("a/", views.a, kwargs={"n": 2}, name=NAME)',
        'R:/a/ views.a,kwargs={"n":2},name=NAME',
    ),
    "a wrapped view": ('path("a/", cached(60)(views.a))', "R:/a/ cached(60)(views.a)"),
    "a list in a list": (
        'path("v2/", include([path("a/", views.a), path("b/", views.b)]))',
        "R:/v2/ include([R:/a/ views.a\nR:/b/ views.b])",
    ),
    "a name space": (
        'path("a/", include(("a.urls", "a"), namespace="x"))',
        'R:/a/ include(("a.urls","a"),namespace="x")',
    ),
    "an expression": (r're_path(r"^(?P<n>\d{2,3})/$", views.n)', r"R:/^(?P<n>\d{2,3})/$ views.n"),
    "the old name": ('url(r"^$", views.home, name="home")', 'R:/^$ views.home,name="home"'),
    "brackets that do not pair": ('re_path(r"^[^)/]+/$", views.n)', "R:/^[^)/]+/$ views.n"),
}
CALLS = {
    "translated": 'path(_("about/"), views.about)',
    "a constant": "path(BASE, views.a)",
    "with values": 'path(f"{base}/a/", views.a)',
    "with a blank": 'path("a b/", views.a)',
    "with an escape": 'path("a\\u0062/", views.a)',
    "an expression without an anchor": 're_path(r"a/$", views.a)',
    "a path like an expression": 'path("^a/", views.a)',
    "all by keyword": 'path(route="a/",view=views.a)',
    "a class as it is": 'path("a/", Feed)',
    "an entry without a view": 'path("a/")',
    "of another module": 'other.path("a/", views.a)',
}


def view(source: str, language: str) -> str:
    """The compiler's view of a text, which passes the check of its own."""
    got = AICCLConverter().convert_to_aiccl(source, language)
    assert got.score == 1.0
    return got.text


def spaceless(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize("name", DJANGO)
def test_an_entry_becomes_a_path(name: str) -> None:
    entry, path = DJANGO[name]
    text = view(f'urlpatterns = [\n    {entry},\n    path("end/", views.end),\n]\n', "python")
    assert text.endswith(f"urlpatterns=[{path}\nR:/end/ views.end]")


@pytest.mark.parametrize("name", CALLS)
def test_an_entry_stays_a_call_in_its_place(name: str) -> None:
    entry = CALLS[name]
    source = f'urlpatterns = [\n    path("start/", views.start),\n    {entry},\n    path("end/", views.end),\n]\n'
    first, middle, last = view(source, "python").split("\n")[-3:]
    assert first.endswith("[R:/start/ views.start") and last == "R:/end/ views.end]"
    assert not middle.startswith("R:") and spaceless(middle) == spaceless(entry).replace('f"{base}', '"{base}')


def test_lists_that_are_added_keep_their_order() -> None:
    source = (
        'urlpatterns = router.urls + [path("a/", views.a)] + static(URL)\nurlpatterns += [path("b/", views.b)]\n'
        'urlpatterns += more.urls\nif DEBUG:\n    urlpatterns += [static(URL), path("c/", views.c)]\n'
    )
    assert view(source, "python") == (
        "urlpatterns=router.urls+[R:/a/ views.a]+static(URL)\nurlpatterns+=[R:/b/ views.b]\nurlpatterns+=more.urls\n"
        "DEBUG?urlpatterns+=[static(URL),\nR:/c/ views.c]"
    )


def test_lists_of_other_things_stay() -> None:
    source = 'def find(a, b):\n    shapes = [path("a", b), path("b", a)]\n    return [draw(s, a) for s in shapes]\n'
    assert "R:" not in view(source, "python")
    own = 'def routes(self):\n    found = [path("a/", self.a, name="a")]\n    return found + self.rest()\n'
    assert 'R:/a/ .a,name="a"' in view(own, "python")


RUST = {
    "links between routes stay between them": (
        'r().route("/a", get(a)).layer(l()).route("/b", get(b)).route("/c", any(c)).with_state(s)',
        "r(){R:/a get(a)}.layer(l()){R:/b get(b)\nR:/c any(c)}.with_state(s)",
    ),
    "a path that is no text": (
        'r().route("/a", get(a)).route(PATH, get(b)).route("/c", get(c))',
        "r(){R:/a get(a)}.route(PATH,get(b)){R:/c get(c)}",
    ),
    "routers in routers": (
        'r().nest("/x", r().route("/a", get(a).layer(l()))).route("/*rest", get(b))',
        'r().nest("/x",r(){R:/a get(a).layer(l())}){R:/*rest get(b)}',
    ),
    "actix": (
        'App::new().route("/a/{id}", web::get().to(show)).service(files)',
        "App::new(){R:/a/{id} web::get().to(show)}.service(files)",
    ),
    "a path with a blank": ('r().route("/a b", get(a))', 'r().route("/a b",get(a))'),
    "no path": ('map.route("north", steps)', 'map.route("north",steps)'),
}


@pytest.mark.parametrize("name", RUST)
def test_a_routers_chain(name: str) -> None:
    chain, told = RUST[name]
    assert view(f"fn app(s: S, l: L, map: M, steps: i32) -> Router {{\n    {chain}\n}}", "rust").endswith("^" + told)


def test_what_entries_share_is_factored_all_the_same() -> None:
    entries = [
        f'    path("{p}/map.xml", views.sitemap, {{"maps": {p}_maps, "depth": 12}}, name="the_map"),'
        for p in "abcdefgh"
    ]
    text = AICCLConverter().convert_to_aiccl("urlpatterns = [\n" + "\n".join(entries) + "\n]\n", "python").text
    assert "R:/a/map.xml" in text
