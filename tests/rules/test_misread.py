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
    "an error that is printed with its trace has one format": (
        "go",
        'func Open(p string) error {\n\tif err := try(p); err != nil {\n\t\treturn fmt.Errorf("open %s: %+v", p, err)\n\t}\n'
        '\tif err := check(p); err != nil {\n\t\treturn fmt.Errorf("check %s: %q", p, err)\n\t}\n\treturn nil\n}',
        ['"open {p}: {err:+v}"', '"check {p}: {err:q}"'],
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
        ["same<I,T:PartialEq>(a:&I,n)->b where &I:IntoIterator<Item=T>"],
        [],
    ),
    "a bound on another type makes no type parameter": (
        "rust",
        "fn tagged<K>(key: K, size: u64) -> Tag\nwhere\n    Tag: TryFrom<K>,\n    <Tag as TryFrom<K>>::Error: Into<Odd>,\n{\n"
        "    let made = Tag::try_from(key);\n    note(made, size, made)\n}",
        ["tagged<K>(key:K,size:u64)->Tag where Tag:TryFrom<K>,<Tag as TryFrom<K>>::Error:Into<Odd>"],
        [],
    ),
    "a copy that is changed is not the original": (
        "rust",
        "fn sorted(&self, tx: Sender<Row>) -> Vec<Row> {\n    let mut rows = self.rows.clone();\n    rows.sort();\n"
        "    spawn(move || {\n        let tx = tx.clone();\n        tx.close(3)\n    });\n    rows\n}",
        ["rows=.rows.clone()", "tx=tx.clone()"],
        ["tx=tx;"],
    ),
    "what was before a change is not what is there after it": (
        "rust",
        "fn step(&mut self, n: u8) -> State {\n    let before = self.state.clone();\n    let name = self.name.clone();\n"
        "    self.state.turn = n;\n    note(&before, &name, n);\n    show(&before, &name)\n}",
        ["before=.state.clone()", "name=.name"],
        [".name.clone"],
    ),
    "what an arm gives is bound": (
        "rust",
        "fn rows(at: &Path) -> Rows {\n    let rows = match open(at) {\n        Ok(rows) => rows,\n        Err(odd) => {\n"
        "            note(odd, 3);\n            Rows::none(at)\n        }\n    };\n    check(&rows, at);\n    rows\n}",
        ["Ok(rows):rows=rows"],
        [],
    ),
    "a result is no truth value": (
        "rust",
        "fn skip(path: &Path, n: u8) {\n    if read(path).is_ok() || find(path, n).is_none() {\n        return;\n    }\n"
        "    while load(path, n).is_err() {\n        wait(n);\n    }\n}",
        ["read(path).is_ok()||!find(path,n)", "*load(path,n).is_err()"],
        [],
    ),
    "what is lent to be changed is changed before it is handed over": (
        "rust",
        "fn join(res: Reply) -> Reply {\n    let (mut parts, body) = res.split();\n"
        "    let decoder = detect(&mut parts.headers, body);\n    let size = measure(&mut parts.headers, 3);\n"
        "    put(size, 7);\n    Reply::join(parts, decoder)\n}",
        ["put(measure(&mut parts.headers,3),7)", "decoder=detect(&mut parts.headers,body)"],
        ["Reply::join(parts,detect"],
    ),
    "and so what go lends": (
        "go",
        "func total(in Source) int {\n\tvar head Head\n\tn := read(in, &head)\n\treturn sum(head, n)\n}",
        ["n=read(in,&head)"],
        ["sum(head,read"],
    ),
    "shapes that bind a name are asked one by one": (
        "rust",
        "fn place() -> Option<Place> {\n    match home() {\n        Some(at) => return Some(at),\n        None => {}\n    }\n"
        "    match work(3) {\n        None => {}\n        Some(at) => return Some(at),\n    }\n    elsewhere()\n}",
        ["home() is Some(at)?^Some(at)", "work(3) is Some(at)?"],
        ["match", "||"],
    ),
    "what the package sees half made is made in steps": (
        "go",
        "func Init(path string) {\n\tshared = &Config{}\n\tshared.Path = path\n\tshared.Rows = load(path)\n"
        "\town := &Config{}\n\town.Path = path\n\town.Rows = load(path)\n\trun(own, path)\n}",
        ["shared=&Config{}", "own=&Config{Path=path,Rows=load(path)}"],
        [],
    ),
    "a declared local keeps a type that its first value does not tell": (
        "go",
        "func open(zip bool, name string) (int, error) {\n\tvar in io.Reader\n\tvar n int64\n\tvar out *os.File\n"
        "\tout = first(name)\n\tn = 3\n\tin = out\n\tif zip {\n\t\tin = unzip(in, n)\n\t}\n\treturn copy(out, in, n)\n}",
        ["in:io.Reader=out", "n:int64=3", "out=first(name)"],
        ["out:"],
    ),
    "fields by their place are not fields of these names": (
        "go",
        "func add(name string, rule Rule) *Entry {\n\te := &Entry{name, rule}\n\tuse(Pair{name, 3}, e, Size{w: rule.W})\n"
        "\treturn e\n}",
        ["&Entry{0:name,rule}", "Pair{name,3}", "Size{w=rule.W}"],
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
        ["kind.class==::Hash? ::Hash[size]:Hash.new(size)"],
        [],
    ),
    "a symbol made of a name uses the name": (
        "ruby",
        'def show(value)\n  kind_name = kind_of(value)\n  kind_name != :own ? send(:"show_#{kind_name}", value) : note(value)\n'
        '  note("#{kind_name} it": 1)\nend',
        ['send("show_{name}".to_sym,value)', '["{name} it".to_sym]:1', "!=:own ?"],
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
    "a unit that does nothing but log keeps its calls": (
        "kotlin",
        'fun warn(c: Config) {\n    val any = c.a || c.b\n    if (any && !c.on) {\n        Log.e(TAG, "a, b need on")\n    }\n'
        '    for (x in c.rest) { Log.w(TAG, "left: $x") }\n}',
        ['(c.a||c.b)&&!c.on?Log.e(TAG,"a, b need on")', 'x<-c.rest{Log.w(TAG,"left: {x}")}'],
        [],
    ),
    "so does one that makes its logger first": (
        "go",
        'func Warn(n *Node) {\n\tlogger := log.WithField("node", n.Name)\n\tfor _, w := range n.Waits {\n'
        '\t\tlogger.Warnf("waits for %s", w)\n\t}\n}',
        ['logger=log.WithField("node",n.Name)', 'w<-n.Waits{logger.Warnf("waits for {w}")}'],
        [],
    ),
    "even where nothing is left but to get one": (
        "python",
        "def note(key, n):\n    logger = logging.getLogger(__name__)\n    logger.info('seen %s %d', key, n)\n",
        ["logging.getLogger(__name__).info('seen %s %d',key,n)"],
        [],
    ),
    "and where a module has its own function for it": (
        "javascript",
        "function noteOpen(door) {\n  debug('opened %s', door.name);\n}",
        ["debug('opened %s',door.name)"],
        [],
    ),
    "a logger that is handed in is called": (
        "typescript",
        "export function guard(run: Run, logger: Logger) {\n  return (x: X) => {\n    try { return run(x); } catch (e) {\n"
        "      log.debug('failed');\n      logger.error('run failed', e);\n    }\n  };\n}",
        ["err e{logger.error('run failed',e)}"],
        ["log.debug"],
    ),
    "a pointer that is taken for another steps by what that points to": (
        "c",
        "char** f(int n, char** argv, void* arg) {\n  loop_t* loop = (loop_t*) arg;\n  char* s;\n  s = (char*) &argv[n];\n"
        "  s += n;\n  node* p = (node*) malloc(8);\n  use(loop->x, s, (void*) p);\n  return argv;\n}",
        ["loop=arg as loop_t*", "s=&argv[n] as char*", "use(loop.x,s,malloc(8))"],
        [],
    ),
    "a copy that is lent to be changed is not the original": (
        "rust",
        "fn resolve(&self, name: Name) -> Resolving {\n    let this = &mut self.0.clone();\n    call(this, name)\n}",
        ["&mut .0.clone()"],
        [],
    ),
    "what a lifetime leaves behind goes with it": (
        "rust",
        "fn f<'a>(headers: &'a Map) -> impl Iterator<Item = Cookie<'a>> + 'a { all(headers) }",
        ["->impl Iterator<Item=Cookie>\n"],
        [],
    ),
    "the type of a null chooses what is called": (
        "java",
        "Response get() { return request.evaluate((EntityTag) null, x); }",
        ["evaluate(null as EntityTag,x)"],
        [],
    ),
    "a class of c# may have its own ==": (
        "csharp",
        "void F(G g) { var t = g.Get(); if (t == null) { t = g.Add(); } t.Go(); }",
        ["!t?t=g.Add()"],
        ["??"],
    ),
    "a function of another object keeps its owner": (
        "javascript",
        "this.node.update = function(wires) { var self = this; self.flow.update(wires); };",
        ["this.node.update(wires)"],
        [],
    ),
    "a logger that is taken out of a parameter is called": (
        "typescript",
        "export function on({ events, logger }: Options) {\n  try { events.go() } catch (e) { logger.error(e) }\n}",
        ["err e{logger.error(e)}"],
        [],
    ),
    "what a type is made of is cut nowhere": (
        "typescript",
        "set(key: Key, options: Partial<OmitKeyof<QueryObserverOptions<A, B, C, D>, 'queryKey'>>) { this.m.set(key, options) }",
        ["set(key,options)"],
        [],
    ),
    "of a test that only logged, the call that may do something stays": (
        "go",
        'func Close(c *Conn, n int) {\n\tif n > 0 && c.drain(n) == 0 {\n\t\tlog.Printf("nothing to drain")\n\t}\n'
        "\tc.stop()\n}",
        ["n>0?c.drain(n)\n"],
        ["{}"],
    ),
    "what a test reads only to log goes, what it does besides stays": (
        "java",
        "void open(Door d) {\n  if (log.isDebugEnabled()) {\n    String s = d.describe();\n    log.debug(s);\n  }\n"
        "  if (log.isTraceEnabled()) {\n    seen = d.count();\n    log.trace(seen);\n  }\n  d.turn(3);\n}",
        ["log.isTraceEnabled()? .seen=d.count()"],
        ["describe", "isDebugEnabled"],
    ),
    "an error that the body only catches is declared": (
        "java",
        "void dim(int steps) throws IOException {\n    try {\n        lamp.dim(steps);\n"
        "    } catch (IOException e) {\n        handle(e, steps);\n    }\n}\n",
        ["dim(steps:i) throws IOException"],
        [],
    ),
    "a list of errors is shown whole": (
        "java",
        "Lamp light(Room room) throws IOException, DarkException, WiringFault {\n    if (room.sealed()) {\n"
        '        throw new DarkException("sealed");\n    }\n    return room.switchOn(3);\n}\n',
        ["throws IOException,DarkException,WiringFault"],
        [],
    ),
    "what a property may run in between is not chained": (
        "kotlin",
        "fun dim(lamp: Lamp, watts: Int) {\n    this.watts = watts\n    this.panel?.watts = watts\n"
        "    lamp.near.watts = watts\n    lamp.far.watts = watts\n    send(3)\n}\n",
        [".watts=watts", ".panel?.watts=watts", "lamp.near.watts=watts", "lamp.far.watts=watts"],
        [],
    ),
    "a lambda on an object sets that object's fields": (
        "kotlin",
        "fun make(x: Lamp): Set {\n    val a = Fade(x).apply { play(x, 3) }\n    seen = a.count\n"
        "    return Set(7).apply {\n        play(a, 5)\n        duration = 300\n    }\n}\n",
        ["apply(()=>play(x,3))", "apply(this=>{play(a,5)", ".duration=300"],
        ["apply(this=>play"],
    ),
    "a local whose address is taken is no value": (
        "c",
        "int port_of(int fd) {\n  struct sockaddr_in addr;\n  unsigned int size = sizeof(addr);\n"
        "  if (getsockname(fd, (struct sockaddr*) &addr, &size) == -1)\n    return -7;\n  return ntohs(addr.sin_port);\n}",
        ["size:unsigned int=sizeof(addr)", "getsockname(fd,&addr,&size)==-1"],
        ["&sizeof"],
    ),
    "nor is one of go": (
        "go",
        "func Next(at int) error {\n\tstep := at * 3\n\treturn advance(&step)\n}",
        ["step=at*3", "^advance(&step)"],
        [],
    ),
    "but rust lends a value": (
        "rust",
        "fn next(at: u32) -> Step {\n    let step = at * 3;\n    advance(&step)\n}",
        ["^advance(&(at*3))"],
        [],
    ),
    "a global keeps what it was where a value is missing": (
        "c",
        "int grow(int n) {\n  int *bigger;\n  bigger = realloc(table, n);\n  if (!bigger)\n    return -7;\n"
        "  table = bigger;\n  ++grown;\n  return 0;\n}",
        ["global grown,table", "=realloc(table,n)|^-7;table="],
        ["table=realloc"],
    ),
    "so does a local that is read where the guard leads": (
        "c",
        "int *last(int n) {\n  int *at = first(n);\n  int *next;\n  for (;;) {\n    next = step(at, n);\n    if (!next)\n"
        "      break;\n    at = next;\n  }\n  return at;\n}",
        ["next=step(at,n)|break;at=next"],
        [],
    ),
    "assertions show what they ask": (
        "c",
        "void stop(box *b, int n) {\n  assert(b->type == BOX);\n  assert(!b->closing);\n  assert(n > 3);\n  CHECK(b, 1);\n"
        "  CHECK(b, 2);\n  CHECK(b, 3);\n  halt(b, n);\n}",
        ["assert(b.type==BOX)", "assert(!b.closing)", "CHECK(b,2)"],
        ["<-["],
    ),
    "a guard is made of what a call gives": (
        "cpp",
        "bool Copy(const string& name, Sink& sink) {\n  ScopedHandle handle = ::CreateFileA(name.c_str(), 3);\n"
        "  Slice rest = sink.Rest(name);\n  note(rest, name);\n"
        "  return handle.is_valid() && sink.Take(handle.get(), rest);\n}",
        ["handle:ScopedHandle=CreateFileA(", "rest=sink.Rest("],
        [],
    ),
    "pointers that a callee sets have types of their own": (
        "cpp",
        "Status Open(Env* env) {\n  File* file = nullptr;\n  Table* table = nullptr;\n  Status s = env->NewFile(3, &file);\n"
        "  if (s.ok()) s = env->NewTable(file, &table);\n  return s;\n}",
        ["file:File* =nullptr;table:Table* =nullptr"],
        [],
    ),
    "a constructor makes each member by itself": (
        "cpp",
        "Rep(const Options& opt, File* f) : options(opt), index_options(opt), file(f), offset(0), size(0) {\n"
        "  index_options.interval = 1;\n}",
        [".{options=opt,index_options=opt,file=f,offset=0,size=0}"],
        [],
    ),
    "a chain of appended sums is one flat sum": (
        "java",
        "String read(String tag) {\n    StringBuilder out = new StringBuilder();\n    open(3);\n"
        '    out.append("a " + id("v") + " = " + tag + ";\\n");\n    out.append("b " + id("v") + ";\\n");\n'
        '    out.append(more(id("e"), true));\n    out.append("}\\n");\n    return out.toString();\n}\n',
        ['"a "+id("v")+" = "+tag+";\\nb "+id("v")+";\\n"+more(id("e"),true)+"}\\n"'],
        ['""+'],
    ),
    "a component that stands in a tag keeps its name": (
        "tsx",
        "function Stack(props: Props) {\n  const GestureDetector = useContext(Detectors);\n  check(GestureDetector, 3);\n"
        "  return <GestureDetector ref={props.ref}>{props.children}</GestureDetector>;\n}",
        ["GestureDetector=useContext(Detectors)", "^GestureDetector(ref=props.ref)"],
        ["detector="],
    ),
    "a tag reads the component that it names": (
        "tsx",
        "function show(kind: Kind, rows: Row[]) {\n  const View = pick(kind);\n  load(rows);\n  return <View rows={rows}/>;\n}",
        ["View=pick(kind)"],
        [],
    ),
    "a function that is fetched and called has no receiver in tsx either": (
        "tsx",
        "function show(props: Props) {\n  load(props.rows);\n  const render = props.render;\n  return render(3);\n}",
        ["render=props.render", "^render(3)"],
        [],
    ),
    "a spread of a member is not one of four dots": (
        "typescript",
        "options(limit: number) {\n  check(limit, 3);\n  return { ...this.#own.options, ...this.more, limit };\n}",
        ["{... .#own.options,... .more,limit}"],
        ["...."],
    ),
    "so in go": (
        "go",
        "func (mx *Mux) Wrap(h Handler) Handler {\n\tmx.count++\n\treturn Chain(mx.layers...).Around(h, 3)\n}",
        ["Chain(... .layers)"],
        ["...."],
    ),
    "a function's second name is told": (
        "javascript",
        "res.set =\nres.header = function header(field, val) {\n  check(field, 3);\n  this.setHeader(field, val);\n"
        "  return this;\n};\n",
        ["res.set(field,val){", "res.header=res.set"],
        [],
    ),
    "a function that is exported under its own name has no second one": (
        "javascript",
        "exports = module.exports = function open(path) {\n  check(path, 3);\n  return read(path);\n};\n"
        "Shop.find = exports.find = function (key) {\n  check(key, 3);\n  return read(key);\n};\n",
        ["open(path){", "Shop.find(key){"],
        ["module", "exports.find"],
    ),
    "a closure sets what the function around only declares": (
        "typescript",
        "function wait(start: Start) {\n  let finish: (() => void) | undefined;\n  let own = 1;\n"
        "  const done = new Promise((resolve) => {\n    finish = resolve;\n    own = 2;\n    start(resolve, 3);\n  });\n"
        "  start(() => finish?.(), own);\n  return done;\n}",
        ["nonlocal finish;finish=resolve"],
        ["own;", ",own;own=2"],
    ),
    "what a closure reads before it sets it cannot be its own": (
        "javascript",
        "function debounce(fn, wait) {\n  let timer;\n  return function (...args) {\n    clearTimeout(timer);\n"
        "    timer = setTimeout(() => fn(...args), wait);\n  };\n}",
        ["clearTimeout(timer)"],
        ["nonlocal", "global"],
    ),
    "a closure's own variable of the same name is its own": (
        "javascript",
        "function each(rows, act) {\n  let best;\n  rows.forEach((row) => {\n    let best;\n    best = row.first();\n"
        "    act(best, row);\n  });\n  best = act(rows, 3);\n  return best;\n}",
        [],
        ["nonlocal"],
    ),
    "go sets one variable of the function around and one of the closure": (
        "go",
        "func Get(client *Client, req *Req) (*Res, error) {\n\tvar res *Res\n\terr := retry(func() error {\n\t\tvar err error\n"
        "\t\tres, err = client.Do(req)\n\t\treturn err\n\t})\n\tif err != nil {\n\t\treturn nil, err\n\t}\n"
        "\treturn res, check(res)\n}",
        ["nonlocal res;res,err=client.Do(req)"],
        ["global"],
    ),
    "go sets an error that is only declared outside": (
        "go",
        "func Get(client *Client) error {\n\tvar err error\n\tonce.Do(func() {\n\t\terr = client.Open(3)\n\t\tuse(client)\n\t})\n"
        "\treturn err\n}",
        ["nonlocal err;err=client.Open(3)"],
        ["global"],
    ),
    "a type that is made of another is not that other": (
        "typescript",
        "function apply(methods: Partial<Events>, rest: Omit<Props<P>, 'id'>, config: Partial<Config>): Partial<Events> {\n"
        "  check(methods, rest, config, 3);\n  return merge(methods, rest);\n}",
        ["apply(methods:Partial<Events>,rest:Omit<Props<P>,'id'>,config)->Partial<Events>"],
        [],
    ),
    "a type that is made of another is left out where it is long": (
        "typescript",
        "function apply(given: Omit<AccountSettings<P>, 'clientSecret'> & { clientSecret: string }) {\n"
        "  check(given, 3);\n  return merge(given);\n}",
        ["apply(given)"],
        [],
    ),
    "a bound of a type argument is told": (
        "java",
        "Kind find(Class<? extends Node> kind, List<? extends Node> nodes, Class<?> top) {\n    check(kind, top, 3);\n"
        "    return pick(kind, nodes);\n}",
        ["kind:Class<? extends Node>,nodes,top:Class)"],
        [],
    ),
    "what a pointer lends for reading is told from what is set": (
        "cpp",
        "bool Get(const Slice* begin, Slice* out, const Options& how) {\n  Check(begin, 3);\n  return Fill(begin, out, how);\n}",
        ["begin:const Slice*,out:Slice*"],
        [],
    ),
    "what a function lends for reading": (
        "cpp",
        "const Rows& Table::rows(int n) const {\n  Check(n, 3);\n  Check(n, 4);\n  return rows_[n];\n}",
        ["->const Rows&"],
        [],
    ),
    "a way out behind a way out is none": (
        "javascript",
        "function open(path) {\n  if (path.bad) {\n    throw new Error('bad ' + path);\n    return;\n  }\n"
        "  check(path, 3);\n  return read(path);\n}",
        ['path.bad?^!Error("bad {path}")'],
        ["{^!"],
    ),
    "a value of a ruby block is not returned from the method": (
        "ruby",
        "def made(parts)\n  lock.with do |key|\n    raise Old if key.old?\n    key.wash(1)\n    key.part(parts)\n  end\n"
        "  done\nend",
        ["key.wash(1)\nkey.part(parts)})\ndone"],
        ["^key"],
    ),
    "a choice of a ruby block": (
        "ruby",
        "def made(parts)\n  parts.map do |part|\n    if part.old?\n      part.wash(1)\n    elsif part.thin?\n      0\n"
        "    else\n      part\n    end\n  end\nend",
        ["parts.map(part=>part.old?()?part.wash(1):part.thin?()?0:part)"],
        ["^"],
    ),
    "a return in a loop of a ruby block leaves the method, in a lambda it does not": (
        "ruby",
        "def made(parts)\n  cut = ->(p) { return 1 if p.old; note(p); 2 }\n  parts.map do |part|\n    part.each do |one|\n"
        "      return one if one.old\n    end\n    cut.call(part)\n  end\nend",
        ["p.old?^1", "one.old?{return one}"],
        ["^one"],
    ),
    "a predicate whose name an attribute may have keeps its mark": (
        "ruby",
        "def shown(part)\n  note(part)\n  part.valid? && part.items.any? && part.file\nend",
        ["part.valid?()&&part.items.any&&part.file"],
        [],
    ),
    "a self that a nested function is given": (
        "python",
        "def logged(kind):\n    def around(call):\n        @wraps(call)\n        def run(self, *args):\n"
        "            note(self.name, kind)\n            return call(self, *args)\n        return run\n    return around\n",
        ["F:run(self,*args)", "note(.name,kind)", "call(self,*args)"],
        [],
    ),
    "types that an endpoint reads its parameters by": (
        "python",
        '@router.post("/lamps/{id}")\nasync def add(id: int, call: Request, mail: Mail = Body(...), q: str = "",\n'
        "        store: Store = Depends(get_store), form: Form = Depends()):\n"
        "    note(id, call, q)\n    return await store.add(mail, form)\n",
        ['add(id:int,call:Request,mail:Mail=Body(...),q="",store=Depends(get_store),form:Form=Depends())'],
        [],
    ),
    "a text in a text would need its quotes escaped": (
        "rust",
        'fn quoted(name: &str) -> String {\n    let plain = name.replace("\\"", "\\\\\\"");\n    note(name, 3);\n'
        '    let safe = plain.replace("\\n", " ");\n    format!("<{}>", safe)\n}',
        [r'safe=plain.replace("\n"," ")', '^"<{safe}>"'],
        [],
    ),
    "a text with values in a text": (
        "python",
        "def shown(part):\n    name = f'{part.kind}-{part.id}'\n    return f'<{name}>'\n",
        ['name="{part.kind}-{part.id}"', '^"<{name}>"'],
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
