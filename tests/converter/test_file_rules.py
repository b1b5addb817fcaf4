"""File rules and aliases: put back, they give exactly what they stand for, whatever names and texts a file has."""

from __future__ import annotations

import re

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.compiler.expand_rules import expand_document, expand_rules, macros, substituted
from aiccl_converter.compiler.filerules import RESERVED, factor
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.parser import parse_document, parse_members
from aiccl_converter.language.printer import print_members
from aiccl_converter.source.lower import lower_unit
from aiccl_converter.tokens import count
from hypothesis import given, settings
from hypothesis import strategies as st

from .samples import SAMPLES


def assert_lossless(code: str, language: str = "python") -> str:
    """The map that a source gets, after all that must hold of it."""
    steps = lower_unit(code, language)
    plain = print_members(steps)
    rules, shown = factor(steps, count)
    body = print_members(shown)
    assert parse_members(expand_rules(rules, body)) == parse_members(plain)
    if rules:
        assert count(rules) + count(body) < count(plain)
        words = set(re.findall(r"(?<![.\w])[A-Za-z_]\w*", plain))
        for macro in macros(rules).values():
            assert macro.name not in words or macro.name not in re.findall(r"(?<!\.)\b\w+\b", print_members(steps))
            assert macro.name not in RESERVED
    else:
        assert body == plain
    return rules


HANDLERS = "".join(
    f"""
class {name}View(Base):
    def get_{name.lower()}(self, request, key):
        if not request.user.can("read", "{name.lower()}"):
            raise Denied("no right to read this {name.lower()}")
        found = self.{name.lower()}s.find(key)
        if found is None:
            raise NotFound("no such {name.lower()}")
        return self.answer(found, status=200)
"""
    for name in ("Order", "Invoice", "Customer", "Parcel")
)


def test_what_repeats_is_a_rule() -> None:
    rules = assert_lossless(HANDLERS)
    assert "no such {" in rules and "get_{" in rules


def test_uses_in_a_row_share_a_name() -> None:
    code = "def setup(app):\n" + "".join(
        f"    app.fields.append(Column('{n}', String, nullable=False, index=True))\n"
        for n in ("one", "two", "three", "four")
    )
    steps = lower_unit(code, "python")
    rules, shown = factor(steps, count)
    assert re.search(r"\w+\(.one.;.two.;.three.;.four.\)", print_members(shown))
    assert rules.count("\n") == 0


@pytest.mark.parametrize("language", SAMPLES)
def test_samples_twice(language: str) -> None:
    name, text = SAMPLES[language]
    if language not in ("go", "kotlin", "php"):
        text += text.replace("Orders", "Returns").replace("TagList", "NameList").replace("total", "amount")
    whole = AICCLConverter().convert_to_aiccl(text, language, path=name)
    bare = AICCLConverter(workspace_rules=False).convert_to_aiccl(text, language, path=name)
    assert parse_document(expand_document(whole.text)) == parse_document(bare.text)
    assert [view.text for view in whole.views[1:]] == [view.text for view in bare.views[1:]]


HOSTILE = [
    # A template's value and a string's part look alike.
    "def f(a, log):\n"
    + "".join(f"    log.write(f'the value of the thing is {{{n}}} now')\n" for n in ("a", "log", "f")),
    "def f(a, log):\n"
    + "".join(f"    log.write('the value of {{x}} is not {n} now', 'x')\n" for n in ("one", "two", "six")),
    # Names that a parameter or a rule could be called.
    "def f(x, y, z, u, v, w):\n"
    + "".join(f"    x.call_the_other_side(y, z, u, v, w, {n}, 'the same text')\n" for n in ("a", "b", "c")),
    "def set(found, call):\n"
    + "".join(f"    call.set.found = call.set(found, {n}, 'the same text again')\n" for n in ("a", "b", "c")),
    # Members and keywords of the same name as an argument.
    "def f(a):\n" + "".join(f"    a.{n} = make(a, {n}={n}.{n}, text='the same text again')\n" for n in ("x", "y", "z")),
    # Numbers with a sign, brackets, commas and semicolons in strings.
    "def f(a):\n" + "".join(f"    a.move_somewhere_else(10-{n}, -{n}, 'left', 'right')\n" for n in (1, 2, 3)),
    "def f(a):\n"
    + "".join(f"    a.write_to_the_other('{n}', 'left', 'right', end=None)\n" for n in ("(", ",;", "])}", "it\\'s")),
    # Expressions in places where they bind less.
    "def f(a, b):\n"
    + "".join(
        f"    if not (a.is_somewhere(b) or a.is_elsewhere(b, 'the text')) and {n}:\n        g({n})\n" for n in "xyz"
    ),
    # Decorators and whole classes.
    "".join(
        f"class {n}:\n    @cached\n    @checked('some text that repeats')\n    def value(self):\n        return self.compute_the_value({n})\n\n\n"
        for n in "ABC"
    ),
    # Words of the language.
    "def f(a):\n"
    + "".join(
        f"    a.append_to_the_list([match for match in a.{n} if match.is_valid()])\n" for n in ("quirk", "fin", "state")
    ),
    "def f(a):\n"
    + "".join(
        f"    a['{n}'] = '{n}' if a.get('{n}') is None else a['{n}'].strip().lower()\n"
        for n in ("{x}", "{", "x}", "{{x}}")
    ),
]


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_names_and_texts(code: str) -> None:
    assert_lossless(code)


NAMES = st.sampled_from("x y z a b set found user_id getName data _p X value call this self match log None".split())
TEXTS = st.text("abx{}()[],;'\"\\ \n-$%", max_size=8).map(repr)
VALUES = st.one_of(NAMES, TEXTS, st.integers(-5, 300).map(str), NAMES.map(lambda n: f"f'<{{{n}}}> and more'"))
SHAPES = st.sampled_from(
    [
        "    {0}.send_to_the_other(first={1}, second={2}, third='the same text')\n",
        "    {0} = make_the_thing({1}, {2}, 'the same text')\n",
        "    if {0}.has_a_value({1}) and not {0}.is_empty({2}):\n        {0}.remove({1})\n",
        "    for {0} in {0}_list.of_all_kinds({1}):\n        yield {0}, {2}\n",
        "    return [{0} for {0} in {1} if {0} != {2} and {0} is not None]\n",
        "    with {0}.opened({1}) as handle:\n        handle.write({2})\n",
        "    {0}[{1}] = 1 - {2} if {1} else {2} - 1\n",
    ]
)


@settings(max_examples=60, deadline=None)
@given(SHAPES, st.lists(st.tuples(NAMES, VALUES, VALUES), min_size=2, max_size=6), st.booleans())
def test_any_repetition(shape: str, rows: list[tuple[str, str, str]], apart: bool) -> None:
    lines = [
        shape.format(name if name.isidentifier() and name not in ("None",) else "x", one, two)
        for name, one, two in rows
    ]
    code = "".join(f"def f{n}():\n{line}" for n, line in enumerate(lines)) if apart else "def f():\n" + "".join(lines)
    assert_lossless(code)


def test_substitution() -> None:
    assert substituted("get{X}(){^.x['{x}']}", ["x"], ["name"]) == "getName(){^.name['name']}"
    assert substituted('f(x,"x {x} {x.y}")', ["x"], ["a"]) == 'f(a,"x a {a.y}")'
    assert substituted("f()", [], []) == "f()"


def test_expansion_by_hand() -> None:
    rules = 'found(k)=Article{slug}|^404 "no {k}"\nbase=app.settings.base\nboth=a or b'
    assert (
        expand_rules(rules, "f(slug){found(it)\n^base.name}")
        == 'f(slug){Article{slug}|^404 "no it"\n^app.settings.base.name}'
    )
    assert expand_rules(rules, "f(){not both?^x.base}") == "f(){not (a or b)?^x.base}"
    assert expand_rules(rules, "found(one;two)") == 'Article{slug}|^404 "no one"\nArticle{slug}|^404 "no two"'
    assert expand_rules("", "f(){both}") == "f(){both}"


@pytest.mark.parametrize("rules", ["a=b\nb=a c", "a=a(a)", "f(x)=f(x) f(x)"])
def test_rules_that_use_themselves(rules: str) -> None:
    with pytest.raises(ParseError):
        expand_rules(rules, "a\nf(1)")


AUDIT = """
def audit(book, request, clock, settings):
    book.record(request.user, request.path, at=clock.now(), limit=settings.audit_limit, keep=settings.audit_days)
    book.flush(limit=50, timeout=settings.audit_timeout_seconds, retries=settings.audit_retries)
    return book.last(request.user)
"""


def test_a_folders_layer(tmp_path) -> None:
    for name in ("one", "two", "three", "four"):
        (tmp_path / f"{name}.py").write_text(HANDLERS.replace("Base", f"{name.title()}Base") + AUDIT)
    result = AICCLConverter().convert_directory(tmp_path, jobs=1)
    assert "<comp:map:project>" in result.map
    bare = AICCLConverter(workspace_rules=False).convert_directory(tmp_path, jobs=1)
    whole = parse_document(expand_document(result.text))
    assert whole.blocks == parse_document(bare.text).blocks
