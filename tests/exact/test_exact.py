"""The exact level: what is squeezed out comes back as the same tokens, in every language and whatever the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiccl_converter.levels.exact import compress, exact, expand, same_tokens
from aiccl_converter.levels.exact.leaves import read
from aiccl_converter.source import LANGUAGES
from aiccl_converter.tokens import count
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[1] / "source" / "examples"


def example(name: str) -> str:
    (path,) = (path for path in EXAMPLES.glob(f"{name}.*") if path.suffix != ".chunks")
    return path.read_text(encoding="utf-8")


def check(code: str, name: str) -> str:
    """Compress and expand, and compare; gives the view."""
    view = compress(code, name)
    back = expand(view, name)
    assert same_tokens(back, code, name), back
    return view


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_file_comes_back_and_is_shorter(name: str) -> None:
    code = example(name)
    result = exact(code, name)
    assert not result.fell_back
    assert read(expand(result.text, name), name).same(read(code, name))
    assert count(result.text) < count(code)


@pytest.mark.parametrize("name", LANGUAGES)
def test_expanding_is_stable(name: str) -> None:
    once = expand(compress(example(name), name), name)
    assert check(once, name)
    assert expand(compress(once, name), name) == once


TRAPS = [
    ("python", "def f():\n    'doc'\n    if a: return 1; x = 2\n    else:\n        pass\n    return (a +\n  b)\n"),
    (
        "python",
        'def f():\n  x = 1; y = 2;\n  z = "a" \'b\' r\'\\d\' ""\n  t = """a\n    b"""\n  return 1 if x else not(y)\n',
    ),
    ("python", "if a:\n  if b:\n    c()\n  else:\n    d()\nfor x in y: pass\nelse:\n  e()\n"),
    ("python", "@a\n@b(1)\nclass C(D): x: int = 1\n\n@c\nasync def f(*, a, b=1, **k) -> int: ...\n"),
    ("python", "try:\n  a()\nexcept* E as e:\n  b()\nfinally:\n  c()\nwith a as b, c as d:\n  pass\nx = a \\\n  + b\n"),
    ("python", "match x:\n  case {'a': 1}: y()\n  case [1, *_] if z:\n    a = 1\n    b = 2\n  case _: pass\n"),
    (
        "python",
        "x = 1 .real\ny = 1. .real\nz = a if b else-1\nw = lambda: 0\nprint(f'{a!r:>{w}} {{}}', end='')\nv = a@b\n",
    ),
    ("python", "def f():\n  if a:\n    b; c\n    d\n  global x; x = 1 # end\n"),
    ("javascript", "a\n++b\nvar c = function () {}\n(d)\nreturn\ne\n"),
    (
        "javascript",
        "let a = b\n/re/g.exec(c)\nlet t = `x ${ a + `${b}` } \n y`\nlet s = a / b / c\nlet u = a - -b + +c - --d\n",
    ),
    (
        "javascript",
        "class A { x = 1\n y\n static z\n 'a b' = 2\n get\n f() {}\n *g() {} }\nif (a) b\nelse c\ndo d(); while (e)\n",
    ),
    (
        "javascript",
        "x = a ? .5 : b\ny = a?.b ?? c\nz = 1 .toFixed()\nfor (;;) break\nl: for (const k in o) continue l\n",
    ),
    ("javascript", "const v = <A b='c' {...d}> text {x} <B/>{' '}\n  more &nbsp; <></> </A>\n"),
    (
        "typescript",
        "type A = {\n a: string\n b?: number\n}\ninterface B { c(): void\n d: A }\nlet x = <A>y as B\nlet g = f<number>(1)\n",
    ),
    ("tsx", "const C = <T,>(p: P<T>) => <div>{p.a > 1 && <b>{p.b}</b>} a  b\n  c</div>\n"),
    (
        "java",
        'class A { int f() { return a - -1 + (b > c ? 1 : 2) >>> 3; } List<Map<String, int[]>> x; char c = \' \'; String t = """\n  a\n  """; }',
    ),
    (
        "php",
        "<p>a</p>\n<?php if ($a): ?>\n  b <?= $c ?>\n\n<?php endif;\n$x = <<<EOT\n  a {$b['c']}\n  EOT . 'd' . 1 . 2.5;\n$y = $a . -1;\n",
    ),
    ("php", "public function f(): ?int { return $this?->a ?? 1; }"),
    (
        "go",
        "func f() (int, error) {\n\tx := T{\n\t\ta: 1,\n\t}\n\tif y := <-c; y != nil {\n\t\treturn 0, y\n\t}\n\tswitch z := a.(type) {\n\tcase int:\n\t\tb()\n\tdefault:\n\t}\n\tselect {\n\tcase <-c:\n\t}\n\tc <- -1\n\treturn *p, &q{}\n}\n",
    ),
    (
        "go",
        'package p\n\nimport (\n\t"a"\n\tb "c"\n)\n\nconst (\n\tA = iota\n\tB\n)\n\ntype S struct {\n\ta, b int `json:"x y"`\n\t*T\n}\n\nvar x = `a\n  b`\n',
    ),
    (
        "rust",
        "fn f<'a>(x: &'a str) -> Vec<Vec<u8>> { let r = 1..=2; let c = |a, b| a & b; let s = r#\"a \"b\" \"#; m!{ a => b, $c:expr }; x.0 .1; 'l: loop { break 'l } }",
    ),
    (
        "c",
        "#include <a.h>\n#define F(x) ((x) + \\\n  1)\n#define G (1)\n#if A && \\\n    B\nint x;\n#else\nint y;\n#endif\nint f(void) { return a - -b + *p / *q; } /* end */\n",
    ),
    ("c", 'int f(int a) {\n#ifdef X\n  if (a) {\n#endif\n  g("a" "b" L"c", \'d\', u8"e");\n  return a ? -1 : +1; }\n'),
    (
        "cpp",
        'template <class T> struct A : B<C<T>> { A() : a{1} {} auto f() -> int { return a <=> b; } }; auto s = R"x(a\n b)x";\nint operator"" _k(int);\n',
    ),
    (
        "csharp",
        '#region a\nclass A {\n#if X\n  int a = 1;\n#endif\n  string s = $"{a + 1} b" + @"c\n d"; int? b = c ?? -1; void F() => G<int>(x => -x); }\n#endregion\n',
    ),
    (
        "ruby",
        "def f(a, b = 1, *c, d: 2, &e)\n  x = [1, -1] .map { |y| y - 1 }\n  puts -x, foo [1], bar (2)\n  z = a ? b : c\n  s = <<~A + <<-'B'\n    one #{ x }\n  A\n    two\n    B\n  %w[a b].each do |q| p q end\n  return unless x\n  a ||\n    b\nend\n",
    ),
    (
        "ruby",
        "class A < B; attr_reader :a, :b; def x=(v) @x = v end; def ==(o) = true; A = 1 if B; end\nx = y *z\nfoo :a => 1, b: 2\nraise A, 'b' unless c\n",
    ),
    (
        "kotlin",
        'class A(val a: Int) : B(), C by d {\n  val x: Int\n    get() = field\n  var y = 1\n    private set\n  fun f() = a\n    ?.b\n    ?: c\n  init { g { it -> it + 1 } }\n}\nval s = "$a ${ b + 1 }"\nval m = when (x) { 1, 2 -> a; in 3..4 -> b\n else -> c }\n',
    ),
]


@pytest.mark.parametrize(("name", "code"), TRAPS)
def test_where_layout_means_something(name: str, code: str) -> None:
    check(code, name)


@pytest.mark.parametrize(
    ("name", "code", "view"),
    [
        ("java", "int f(int a) {\n    // why\n    return a;\n}\n", "int f(int a){\nreturn a;}"),
        ("javascript", "/** Doc. */\nfunction f(a, b) {\n  return [a, b];\n}\n", "function f(a,b){\nreturn [a, b];}"),
        ("go", "// F does.\nfunc F() {\n\tx := 1 // one\n\n\ty(x)\n}\n", "func F() {\nx := 1\ny(x)}"),
    ],
)
def test_views_as_they_look(name: str, code: str, view: str) -> None:
    assert same_tokens(view, code, name)
    assert count(compress(code, name)) <= count(view)


def test_python_blocks_share_lines_where_that_is_shorter() -> None:
    code = "class A:\n    def f(self):\n        for x in self.xs:\n            if x:\n                a = x\n                return a\n"
    view = check(code, "python")
    assert view.splitlines()[-1].endswith("a = x;return a")
    assert expand(view, "python") == code


def test_a_semicolon_of_the_source_is_a_token() -> None:
    code = "def f():\n    while a:\n        b();c()\n        d()\n"
    assert "b(); c()" in check(code, "python")


def test_an_assertion_is_a_token() -> None:
    view = compress("x = a && b!.size > 3;\n", "typescript")
    assert "b!.size" in view
    check("x = a && b!.size > 3;\n", "typescript")


def test_doc_strings_are_tokens() -> None:
    assert "  Two\n" in check('def f():\n    """One.\n\n      Two\n    """\n    # three\n', "python")


def test_a_source_that_does_not_parse_is_its_own_view() -> None:
    code = "def f(:\n    # keep\n    return )\n"
    result = exact(code, "python")
    assert same_tokens(expand(result.text, "python"), code, "python")


def test_text_with_comments_is_expanded_as_it_is() -> None:
    code = "f(  1 ) # said so\n"
    assert expand(code, "python") == code


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("code", ["", "\n\n", "\ufeff", "\0", "x"])
def test_next_to_nothing(name: str, code: str) -> None:
    check(code, name)


@pytest.mark.parametrize("code", ["(" * 20_000, "x = " + "[" * 5_000 + "]" * 5_000 + "\n"])
def test_deep_nesting(code: str) -> None:
    check(code, "python")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(LANGUAGES),
    st.lists(
        st.sampled_from(
            "a b1 f( ) { } [ ] , ; : . = == + - -- > < ! & * / ? 'x' \"y\" 1 2.5 if else return for in \n \n\t class def end".split(
                " "
            )
        ),
        max_size=25,
    ),
)
def test_any_text_comes_back(name: str, words: list[str]) -> None:
    check(" ".join(words), name)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(0, 40), st.integers(0, 40))
def test_any_lines_of_an_example_come_back(name: str, begin: int, length: int) -> None:
    lines = example(name).split("\n")
    check("\n".join(lines[begin : begin + length]), name)
