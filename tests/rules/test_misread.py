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
    "a function fetched from an object is not a method called on it": (
        "typescript",
        "function guard(adapter: Adapter, name: string) {\n  return async (...args: any[]) => {\n    try {\n"
        "      const method = adapter[name];\n      return await method(...args);\n    } catch (e) {\n"
        "      throw new GuardError(name, e);\n    }\n  };\n}",
        ["method=adapter[name]", "method(...args)"],
        ["adapter[name](...args)"],
    ),
    "nor is one that is called where it is there": (
        "javascript",
        "function tell(opts, text) {\n  log(text, text.length);\n  const done = opts.done;\n  done?.(text, 'told');\n}",
        ["done=opts.done", "done?.(text,'told')"],
        ["opts.done?.("],
    ),
    "nor does php call a method": (
        "php",
        "<?php\nfunction run($job, $input) {\n    note($input, 'the job begins');\n    $step = $job->step;\n"
        "    return $step($input, 'first');\n}",
        ["step=job.step", "step(input,'first')"],
        ["job.step("],
    ),
    "a function with its own this is no arrow function": (
        "javascript",
        "function bind(el, rows) {\n  el.on('click', function (e) { this.open(e.key); });\n"
        "  return rows.map(function (row) { return row.id; });\n}",
        ["(this,e)=>", "rows.map(row=>row.id)"],
        ["(this,row)"],
    ),
    "arguments are those of a function, a function in it has its own": (
        "typescript",
        "function wrap(fn: Fn, el: El) {\n  el.on('any', function () { return fn.apply(null, arguments); });\n"
        "  el.on('all', function (x) { return keep(function () { return this.y; }, x); });\n}",
        ["this=>fn.apply(null,arguments)", "x=>keep(this=>this.y,x)"],
        ["(this,x)"],
    ),
    "a boolean that may be null is tested for null": (
        "java",
        'int weigh(Boolean fresh, Options opts) {\n    Boolean ripe = opts.get("ripe");\n    if (fresh != null) {\n'
        '        note("fresh", fresh);\n    }\n    if (ripe == null) {\n        throw new IllegalStateException("ripe?");\n'
        "    }\n    return fresh == null ? 1 : 2;\n}",
        ["fresh!=null?note", "ripe:Boolean", "ripe==null?^!", "^fresh==null?1:2"],
        [],
    ),
    "so in csharp": (
        "csharp",
        'int Weigh(bool? fresh, Basket basket)\n{\n    if (fresh != null)\n    {\n        basket.Note("fresh", fresh);\n    }\n'
        "    return fresh == null || basket == null ? 1 : 2;\n}",
        ["fresh!=null?", "^fresh==null||!basket?1:2"],
        [],
    ),
    "and in kotlin": (
        "kotlin",
        "fun weigh(fresh: Boolean?, basket: Basket?): Int {\n    if (fresh == null) {\n        return basket.weight()\n    }\n"
        '    basket.note("fresh", fresh)\n    return 2\n}',
        ["fresh==null?^basket.weight()"],
        [],
    ),
    "a cast chooses the overload that is called": (
        "java",
        "Object decode(Object raw) throws DecodeError {\n    if (raw instanceof byte[]) {\n        return decode((byte[]) raw);\n"
        "    }\n    if (raw instanceof String) {\n        String text = (String) raw;\n        return decode(text);\n    }\n"
        "    if (raw instanceof Sealed && ((Sealed) raw).isOpen()) {\n        return ((Sealed) raw).value();\n    }\n"
        '    throw new DecodeError("cannot decode it");\n}',
        ["^decode(raw as byte[])", "^decode(raw as String)", "raw.isOpen()?^raw.value()"],
        ["^decode(raw)"],
    ),
    "an escape in a value of a text keeps its double quotes": (
        "ruby",
        'def show(names)\n  note(names)\n  "all:\\n#{names.join(",\\n")} #{names.first("x")}"\nend',
        [r"{names.join(\",\\n\")}", "{names.first('x')}"],
        [r"',\n'"],
    ),
    "a ruby body that ends in or, gives one of the two": (
        "ruby",
        "def seek(name)\n  found = shelf.look(name)\n  note(found)\n  found || begin\n    cellar.look(name)\n"
        "  rescue Locked\n    nil\n  end\nend",
        ["found?^found;try{"],
        ["not found?"],
    ),
    "a ruby body that ends in and": (
        "ruby",
        "def ready(name)\n  found = shelf.look(name)\n  found and note(found, name)\n  found.open and found.note(name)\nend",
        ["found?note(found,name)", "found.open and found.note(name)"],
        ["found.open?"],
    ),
    "a name at the top is not the one of the same name nearby": (
        "ruby",
        "def pick(kind, size)\n  raise Odd unless size\n  kind.class == ::Hash ? ::Hash[size] : Hash.new(size)\nend",
        ["kind.class==::Hash? (::Hash[size]):Hash.new(size)"],
        [],
    ),
    "a symbol made of a name uses the name": (
        "ruby",
        'def show(value)\n  kind_name = kind_of(value)\n  kind_name != :own ? send(:"show_#{kind_name}", value) : note(value)\n'
        '  note("#{kind_name} it": 1)\nend',
        ['send("show_{name}".to_sym,value)', '"{name} it".to_sym:1', "!=:own"],
        ["kind_name}"],
    ),
    "a method that a method of the class defines is not the class's own": (
        "ruby",
        "class << self\n  def extend_it(owner)\n    owner.class_eval do\n      def shown(*args)\n        note(args, @last)\n      end\n"
        "    end\n  end\nend",
        ["static extend_it(owner)", "F:shown(*args)"],
        ["static F:shown"],
    ),
    "a text over lines stands between double quotes": (
        "php",
        "<?php\nfunction groups($rule) {\n    note($rule);\n    return preg_match('~\n  (\\d+\\n) \\' [\"a]\n~x', $rule);\n}",
        [r"""^preg_match("~\n  (\d+\\n) ' [\"a]\n~x",rule)"""],
        [],
    ),
    "and in ruby": (
        "ruby",
        "def query(db, n)\n  note(n)\n  db.run('select \\d\n  from it', n)\nend",
        [r'db.run("select \\d\n  from it",n)'],
        [],
    ),
    "a cast to an array is no list of one": (
        "php",
        "<?php\nfunction all($it) {\n    $it = (array) $it;\n    note($it, array($it), (int) $it);\n    return $it;\n}",
        ["it=it as array", "note(it,[it],int(it))"],
        ["array(it)"],
    ),
    "an assertion stands closer than any operator": (
        "typescript",
        "export function pick(a: Crate, b?: Crate) {\n  if (a.open && b!.size > 3) { note('both are here', a); }\n"
        "  const sum = a.size + b!.size * 2;\n  return !a.flag && b! < sum || -b!.size === typeof a!.name;\n}",
        ["a.open&&b.size>3?", "a.size+b.size*2", "^not a.flag&&b<sum||-b.size===typeof a.name"],
        [],
    ),
}


@pytest.mark.parametrize(("language", "code", "says", "never"), CASES.values(), ids=CASES)
def test_the_view_says_it(language: str, code: str, says: list[str], never: list[str]) -> None:
    view = AICCLConverter().convert_to_aiccl(code, language, views=False).text
    for text in says:
        assert text in view
    for text in never:
        assert text not in view
