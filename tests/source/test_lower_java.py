"""What Java says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.language.printer import print_unit
from aiccl_converter.language.tree import Call, walk
from aiccl_converter.source.lower import lower_unit


def view(code: str) -> str:
    """The view on one line: which steps share a line is the printer's business."""
    return "\n".join(print_unit(unit) for unit in lower_unit(code, "java")).replace("\n", ";")


CASES = {
    "locals": (
        "int size(final List<String> names, Clock clock, long limit) {\n"
        "    long total = 0;\n    byte low = (byte) limit;\n    String label;\n    double share = total / 3;\n"
        "    int n = names.size();\n    return n;\n}",
        "size(names:List<String>,clock,limit:long)\ntotal:long=0;low=limit as byte;share:f=total/3;n=names.size()\n^n",
    ),
    "new": (
        "Object make(int n) {\n    Map<String, Integer> seen = new HashMap<String, Integer>();\n"
        '    int[] row = new int[n];\n    int[][] grid = new int[n][];\n    String[] two = {"a", "b"};\n'
        "    return new Pair<>(new int[] {1, 2}, two);\n}",
        'make(n)\nseen=HashMap()\nrow=new int[n]\ngrid=new (int[n][])\ntwo=["a","b"]\n^Pair([1,2],two)',
    ),
    "anonymous class": (
        "void start(Pool pool) {\n    pool.submit(new Task(3) {\n        @Override\n        public void run() {\n"
        "            work(this.id);\n        }\n    });\n}",
        "start(pool)\npool.submit((Task(3)){override F:run(){work(.id)}})",
    ),
    "switch": (
        "int days(int month) {\n    switch (month) {\n        case 2:\n            return 28;\n        case 4:\n"
        "        case 6:\n            log(month);\n            break;\n        case 9:\n            check();\n"
        "        default:\n            return 31;\n    }\n    return 30;\n}",
        "days(month)\nmatch month{2:^28\n4,6:log(month)\n9:{check()\nfallthrough}\nelse:^31}\n^30",
    ),
    "switch value": (
        "int price(Size size) {\n    return switch (size) {\n        case SMALL, TINY -> 1;\n        case LARGE -> {\n"
        '            int base = 2;\n            yield base * 2;\n        }\n        default -> throw new Gone("no size");\n    };\n}',
        'price(size)->i\n^match size{SMALL,TINY:1\nLARGE:{base=2;base*2}\nelse:^!Gone("no size")}',
    ),
    "try": (
        "void copy(Path from) throws IOException {\n    try (Reader in = open(from); out) {\n        pump(in);\n"
        '    } catch (EOFException | TimeoutException e) {\n        throw new Broken("copy", e);\n    } finally {\n        done();\n    }\n}',
        'copy(from:Path) throws IOException\ntry{with in=open(from),out{pump(in)}}EOFException|TimeoutException e{^!Broken("copy",e)}fin{done()}',
    ),
    "loops": (
        "void walk(Node first) {\n    outer:\n    while (true) {\n        for (;;) {\n            break outer;\n        }\n    }\n"
        "    do {\n        step();\n    } while (more());\n    for (int i = 0, j = 9; i < j; i++, j--) {\n        swap(i, j);\n    }\n"
        "    for (Item item : first.items()) {\n        use(item);\n    }\n}",
        "walk(first:Node)\nouter:{*{*{break outer}}}\ndo{step()}*more()\nfor(i=0,j=9;i<j;i++,j--){swap(i,j)}\nitem<-first.items(){use(item)}",
    ),
    "assignments": (
        "void set(Reader in) throws IOException {\n    String line;\n    while ((line = in.readLine()) != null) {\n        a = b = 0;\n"
        "        this.head = this.tail = next(line);\n    }\n}",
        "set(in:Reader) throws IOException\n*(line=in.readLine())!=null{.a=0;.b=0;.tail=next(line)\n.head=.tail}",
    ),
    "lambdas": (
        "List<Name> names(List<User> users) {\n    users.forEach(u -> {\n        log(u);\n        count++;\n    });\n"
        "    return users.stream().filter(u -> u.age() > 3).map(User::name).sorted((a, b) -> a.compareTo(b)).collect(toList());\n}",
        "names(users)->List<Name>\nusers.forEach(u=>{log(u)\n.count++})\n"
        "^users.stream().filter(u=>u.age()>3).map(User::name).sorted((a,b)=>a.compareTo(b)).collect(toList())",
    ),
    "casts": (
        "<T> T pick(Object raw, Class<T> kind) {\n    if (raw instanceof List<?>) {\n        return (T) raw;\n    }\n"
        "    Shape shape = (Shape) raw;\n    return kind.cast(shape.area() > 1 ? shape : null);\n}",
        "pick<T>(raw,kind:Class<T>)->T\nraw instanceof List?^raw\nshape=raw as Shape\n^kind.cast(shape.area()>1?shape:null)",
    ),
    "type parameters that nothing shows": (
        "<K, V> void drop(Map map, Object key) {\n    map.remove(key);\n    count(3);\n}",
        "drop(map,key)\nmap.remove(key)\ncount(3)",
    ),
    "class": (
        "@Service\npublic abstract class Orders extends Base<Order> implements Closeable {\n"
        "    private static final long serialVersionUID = 1L;\n    static final int LIMIT = 5;\n    @Autowired private Mailer mailer;\n"
        "    private volatile boolean open = true;\n    Orders(Store store) { super(store); this.open = false; }\n"
        "    @Override public void close() { open = false; }\n    abstract void ship(@Valid Order order, String... notes);\n"
        "    enum State { NEW, DONE(2); }\n    record Line(int count, String name) { }\n}",
        "@Service\nabstract C:Orders(Base<Order>,Closeable){K:LIMIT=5\nmailer:Mailer@Autowired\nvolatile{open:b=true}\n"
        "Orders(store){super(store)\n.open=false}\noverride close(){.open=false}\nabstract ship(order:Order@Valid,*notes:s)\n"
        "E:State{NEW;DONE(2)}\nM:Line{count,name}}",
    ),
    "text block": (
        'String sql() {\n    return """\n        select *\n          from "t"\n        """;\n}',
        'sql()\n^"select *\\n  from \\"t\\"\\n"',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lowering(name: str) -> None:
    code, expected = CASES[name]
    assert view(code) == expected.replace("\n", ";")


def test_a_long_chain_costs_no_stack() -> None:
    calls = "".join(f".add({i})" for i in range(400))
    assert sum(isinstance(n, Call) for n in walk(lower_unit(f"void f() {{ b{calls}; }}", "java"))) == 400


def test_a_long_else_if_costs_no_stack() -> None:
    arms = " else ".join(f"if (x == {i}) {{ a({i}); }}" for i in range(300))
    assert "x==299?a(299)" in view(f"void f(int x) {{ {arms} }}")
