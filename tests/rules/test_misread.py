"""Views that once misled a reader: each case is a snippet, what its view must say, and what it must not say."""

from __future__ import annotations

import pytest
from aiccl_converter import AICCLConverter

CASES = {
    "a name of the module is written, not a local": (
        "javascript",
        "function open(loader) {\n  currentBook = loader.read();\n  pageMap = currentBook.pages;\n  pageMap.sort();\n}",
        ["global currentBook,pageMap", "pageMap=currentBook.pages"],
        [],
    ),
    "what is declared inside is no module's": (
        "typescript",
        "function count(xs: X[]) {\n  let total = 0;\n  for (const { n, ...rest } of xs) { total += n; use(rest); }\n"
        "  try { go(); } catch (e) { e = wrap(e); throw e; }\n  return total;\n}",
        [],
        ["global"],
    ),
    "go assigns a variable of its package": (
        "go",
        "func Note(key string) {\n\tlastKey = key\n\tseen++\n\tn, err := load(key)\n\tuse(n, err)\n}",
        ["global lastKey", "lastKey=key"],
        [],
    ),
    "c assigns a global": (
        "c",
        "int note(int n) {\n  int before = last_note;\n  last_note = n;\n  return before;\n}",
        ["global last_note", "last_note=n"],
        [],
    ),
    "a named result is set before a bare return": (
        "go",
        'func Total(xs []int) (total int, err error) {\n\tfor _, x := range xs {\n\t\tif x < 0 {\n\t\t\terr = errors.New("low")\n'
        "\t\t\treturn\n\t\t}\n\t\ttotal += x\n\t}\n\treturn\n}",
        ['err=errors.New("low")', "(total int,err error)"],
        [],
    ),
    "a named result keeps its name where the end returns it": (
        "go",
        "func (s *stack) Take() (out Item) {\n\tout = s.top\n\ts.top = out.below\n\treturn\n}",
        ["(out Item)"],
        [],
    ),
    "an error that is printed is not one that is wrapped": (
        "go",
        'func Open(p string) error {\n\tif err := try(p); err != nil {\n\t\treturn fmt.Errorf("open %s: %v", p, err)\n\t}\n'
        '\tif err := check(p); err != nil {\n\t\treturn fmt.Errorf("check %s: %w", p, err)\n\t}\n\treturn nil\n}',
        ['"open {p}: {err:v}"', '"check {p}: {err}"'],
        [],
    ),
    "an import in a function, and one that may fail": (
        "python",
        "def dump(xs):\n    from os import path as osp\n    try:\n        import fastdump as fd\n    except ImportError:\n"
        "        fd = None\n    return osp.join(*xs), fd\n",
        ["from os import path as osp", "try{import fastdump as fd}ImportError{fd=None}"],
        [],
    ),
    "what an inner function shares keeps its name": (
        "python",
        "def insert(self, rows):\n    inserted_numbers = []\n\n    def update(table):\n        for row in rows:\n"
        "            inserted_numbers.append(row.number)\n            table[row.number] = row\n\n    self.apply(update)\n"
        "    return inserted_numbers\n",
        ["inserted_numbers.append(row.number)"],
        [],
    ),
    "braces of a plain text are no values": (
        "python",
        'def show(b):\n    keep("use {b} as it is", 1)\n    return f"{b} is used"\n',
        ["'use {b} as it is'", '"{b} is used"'],
        ['"use {b}'],
    ),
    "doubled braces of an interpolated text are single": (
        "csharp",
        'string Show(string b) {\n    Check(b);\n    Check(b, 2);\n    return $"{b} {{c}}";\n}',
        ['"{b} {{c}}"'],
        ["{{{{"],
    ),
    "a queue that grows is no range": (
        "javascript",
        "function all(queue) {\n  for (let i = 0; i < queue.length; i++) {\n    const next = queue[i].next;\n"
        "    if (next) queue[queue.length] = next;\n  }\n  return queue;\n}",
        ["for(i=0;i<queue.length;i++)"],
        [],
    ),
    "a counter that is read after its loop is no range": (
        "c",
        "int place(int *xs, int n, int x) {\n  int i;\n  for (i = 0; i < n; i++)\n    if (xs[i] == x)\n      break;\n"
        "  return i == n ? -1 : i;\n}",
        ["for(i=0;i<n;i++)"],
        [],
    ),
    "null alone is not what is missing": (
        "javascript",
        "function pick(a, b) {\n  const x = a !== null ? a : 5;\n  const y = b != null ? b : 5;\n  return join(x, y, x, y);\n}",
        ["a!==null?a:5", "b??5"],
        [],
    ),
    "what a closure changes outside it": (
        "php",
        "function watch($rows) {\n    $seen = 0;\n    each($rows, function ($row) use (&$seen, $rows) { $seen += $row->n; });\n"
        "    return $seen;\n}",
        ["use &seen"],
        [],
    ),
    "a parameter that is changed says so": (
        "rust",
        "fn rename(url: &mut Url, host: &str) -> bool {\n    let old = url.host();\n    url.set_host(host);\n    old != url.host()\n}",
        ["url:&mut Url"],
        [],
    ),
    "a pointer is told from a reference": (
        "cpp",
        "void put(Handler* handler, const Slice& slice) {\n  handler->Put(slice);\n  handler->Close();\n  count(handler, slice);\n}",
        ["handler:Handler*"],
        [],
    ),
    "an unsigned parameter is told from a plain one": (
        "c",
        "size_t cut(size_t len, int max) {\n  if (len > 10)\n    len = len - max;\n  note(len, max);\n  return len;\n}",
        ["len:size_t,max"],
        [],
    ),
    "a local is not renamed to a verb of the view": (
        "python",
        "def tidy(self, path):\n    skipped_some = self.look(path)\n    if skipped_some > 3:\n        self.note(skipped_some)\n"
        "    some = skipped = self.look(skipped_some)\n    return skipped_some, some, skipped\n",
        [],
        ["s>3", "s="],
    ),
    "a type that its parameter's name tells in part only": (
        "go",
        "func New(client *APIClient, request *Request) error {\n\tuse(client, request, 1)\n\treturn check(client, request)\n}",
        ["client:*APIClient,request)"],
        [],
    ),
    "a bound of something made of the parameters": (
        "rust",
        "fn same<'a, I, T>(a: &'a I, n: usize) -> bool\nwhere\n    &'a I: IntoIterator<Item = T>,\n    T: PartialEq,\n{\n"
        "    let found = a.into_iter().count();\n    check(found, n) && found == n\n}",
        ["<I,T:PartialEq,&I:IntoIterator<Item=T>>"],
        [],
    ),
    "what is lent to a call may be converted": (
        "rust",
        "fn show(&self, n: usize) -> usize {\n    let size = self.name.as_ref().map(|x| x.len());\n    put(self.0.as_ref(), size, n)\n}",
        ["size=.name.map(x=>x.len())", "put(.0.as_ref(),size,n)"],
        [],
    ),
    "a buffer of bytes": (
        "go",
        "func Pack(s string, n int) string {\n\tbuf := make([]byte, 0, n)\n\tbuf = append(buf, s...)\n\treturn string(trim(buf, buf[1:]))\n}",
        ["[]byte{}"],
        [],
    ),
    "a local is not renamed to a word of the language": (
        "ruby",
        "def call(options)\n  page_rescue = options[:one]\n  go(page_rescue, 1)\n  go(page_rescue, 2)\n  page_rescue\nend",
        [],
        ["rescue"],
    ),
    "a type named like a local keeps its name": (
        "go",
        "func dispatch(ctx *Context) http.Handler {\n\ttagsHandler := &tagsHandler{Context: ctx}\n"
        "\ttagsHandler.check(3)\n\treturn wrap(tagsHandler)\n}\n",
        ["&tagsHandler{"],
        ["&handler{"],
    ),
}


@pytest.mark.parametrize(("language", "code", "says", "never"), CASES.values(), ids=CASES)
def test_the_view_says_it(language: str, code: str, says: list[str], never: list[str]) -> None:
    view = AICCLConverter().convert_to_aiccl(code, language, views=False).text
    for text in says:
        assert text in view
    for text in never:
        assert text not in view
