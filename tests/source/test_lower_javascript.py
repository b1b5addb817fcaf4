"""What JavaScript and JSX become before any rule: own snippets and the unrestated view that is printed of them."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Class, Func, Member, Raw, walk

CASES = {
    "guards_and_loops": (
        """function pick(items, limit = 10, ...rest) {
          'use strict';
          let found; // nothing yet
          for (const item of items) {
            if (!item) continue; else if (item.x === limit) { found = item; break; }
          }
          for (let i = 0, n = rest.length; i < n; i++) rest[i]();
          for (const key in items) { delete items[key]; }
          while (true) { if (step()) break; }
          do { tick(); } while (busy);
          return found ?? null;
        }""",
        "F:pick(items,limit=10,...rest){item<-items{!item?continue:item.x===limit?{found=item;break}}\n"
        "for(i=0,n=rest.length;i<n;i++){rest[i]()}\n"
        "key<-keys of items{delete items[key]}\n"
        "*{step()?break};do{tick()}*busy\n^found??null}",
    ),
    "calls_and_members": (
        """const run = async ({id, tags: [first = 'a'] = []}, cb) => {
          const {a, b: c, ...d} = await this.load(new Url(id), new Date());
          this.#secret?.[0]?.(a, ...d);
          x = y = c;
          return `${a}-"${c}"`;
        };""",
        "F:~run({id,tags:[first='a']=[]},cb){global x,y;{a:a,b:c,...d}=~.load(Url(id),new Date())\n"
        '.#secret?.[0]?.(a,...d)\ny=c\nx=c\n^"{a}-\\"{c}\\""}',
    ),
    "switch": (
        """function kind(v) {
          switch (v.type) {
            case 'a':
            case 'b': { start(); break; }
            case 'c':
              stop();
            default:
              throw new TypeError("bad " + v);
          }
        }""",
        "F:kind(v){match v.type{'a','b':start();'c':{stop();fallthrough};else:^!TypeError(\"bad \"+v)}}",
    ),
    "errors": (
        """async function* rows(db) {
          try { for await (const row of db) yield row; yield* more(); }
          catch ({message}) { throw new Error(message); }
          finally { db.close(); }
        }""",
        "F:~rows(db){try{~row<-db{^^row};^^*more()}err {message}{^!Error(message)}fin{db.close()}}",
    ),
    "classes": (
        """class Box extends Base.of(1) {
          static count = 0;
          #size = 2;
          onClick = () => this.close();
          constructor(a) { super(a); this.a = a; }
          get size() { return this.#size; }
          static async *all() {}
        }""",
        "C:Box(Base.of(1)){static count=0\n#size=2\nonClick(){^.close()}\nconstructor(a){super(a);.a=a}\n"
        "get size(){^.#size}\nstatic ~all(){}}",
    ),
    "own_this": (
        "Store.prototype.each = function (fn) { this.items.forEach(function (x) { fn.call(this, this.y, x); }); };",
        "F:Store.each(fn){.items.forEach((this,x)=>{fn.call(this,this.y,x)})}",
    ),
    "objects": (
        """module.exports = {
          name: 'posts',
          ttl: {min: 1},
          query(frame) { return find(frame); },
          get id() { return 1; },
        };""",
        "object C:module.exports{name='posts'\nttl={min:1}\nquery(frame){^find(frame)}\nget id(){^1}}",
    ),
    "exports_say_nothing": (
        "const a = require('a');\nimport b from 'b';\nmodule.exports = {a, b};\nexports.c = c;\nexport {d};\nexport default e;",
        "",
    ),
    "markup": (
        """const Row = React.memo(({item, onOpen}) => (
          <li className="row" hidden {...item.props} onClick={() => onOpen(item.id)}>
            Hello {item.name}!{' '}
            {item.tags && <Tags list={item.tags} />}
            <>{/* none */}</>
          </li>
        ));""",
        '@React.memo\nF:Row({item,onOpen}){^li(className="row",hidden,...item.props,onClick=()=>onOpen(item.id)){"Hello ";'
        'item.name;"!";item.tags&&Tags(list=item.tags);<>()}}',
    ),
    "braces_in_strings": (
        'f(x) { return t("hi {name}") + /a{2}/g.test(x) + (a, b) + sql`  select\n   ${x}  `; }',
        "F:f(x){^t('hi {name}')+/a{2}/g.test(x)+(a,b)+sql(\"select {x}\")}",
    ),
}


def flat(view: str) -> str:
    """A view on one line: which steps share a line is the printer's business."""
    return view.replace("\n", ";")


@pytest.mark.parametrize("case", CASES)
def test_view_before_rules(case: str) -> None:
    source, view = CASES[case]
    assert flat(print_steps(lower_unit(source, "javascript"))) == flat(view)


def test_long_chains_cost_no_stack() -> None:
    steps = lower_unit("x = a" + ".b(1)" * 2000 + ";", "javascript")
    assert sum(isinstance(n, Member) for n in walk(steps)) == 2000


def test_deep_nesting_becomes_text() -> None:
    steps = lower_unit("x = " + "[" * 1000 + "]" * 1000, "javascript")
    assert any(isinstance(n, Raw) for n in walk(steps))


def test_units_know_where_they_start() -> None:
    source = "export const f = () => 1;\nclass A { m() {} }"
    places = {n.name: n.pos for n in walk(lower_unit(source, "javascript")) if isinstance(n, Func | Class)}
    assert places == {"f": source.index("f ="), "A": source.index("class"), "m": source.index("m()")}
