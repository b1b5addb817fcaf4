"""What Python becomes before any rule: own snippets and the unrestated view that is printed of them."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Bin, Raw, walk

CASES = {
    "strings": (
        r'''def label(part, n):
    """Not shown."""
    sql = f"""select {part.table!r}
      from {n:>{part.w}} {{n}} {n=}"""
    plain = 'it\'s ' "joined" f' {n}'
    long = "one \
two"
    return "%s: %05.2f of %d%%" % (part.name, n, part.size) + "{} {a.b} {{x}}".format(n, a=part) + _("%s") % n''',
        'F:label(part,n){sql="select {repr(part.table)}\\n      from {n:>{part.w}} {{n}} n={repr(n)}"\n'
        'plain="it\'s joined {n}"\n'
        'long="one two"\n'
        '^"{part.name}: {n:05.2f} of {part.size}%"+"{n} {part.b} {{x}}"+_("%s")%n}',
    ),
    "parents": (
        r'''class Lamp(Thing, metaclass=Meta):
    """A lamp."""
    count = 0
    shade: str
    lit: bool = False
    room: Room | None = None

    def __init__(self, room, *, shade="red", **kwargs):
        super().__init__(room, **kwargs)
        self.shade = shade

    @property
    def name(self) -> str:
        return super(Lamp, self).name

    @name.setter
    def name(self, value):
        self._name = value

    @staticmethod
    @cached(3)
    def of(kind, /, *rest): ...

    @classmethod
    async def all(cls):
        async for x in cls.rows():
            yield x
        else:
            yield from more()''',
        "C:Lamp(Thing,metaclass=Meta){count=0\n"
        "shade:str\n"
        "lit=False\n"
        "room:Room|None=None\n"
        '__init__(room,*,shade="red",**kwargs){super(room,**kwargs)\n'
        ".shade=shade}\n"
        "get name()->str{^super.name}\n"
        "set name(value){._name=value}\n"
        "@cached(3)\n"
        "static of(kind,/,*rest){}\n"
        "~all(cls){~x<-cls.rows(){^^x}else{^^*more()}}}",
    ),
    "guards": (
        r"""def load(self, key, size: int = 3):
    global cache
    if not key: return None
    elif key in self.items and 0 < size <= 9: pass
    else:
        raise Missing(f"no {key}") from err
    try:
        with open(key) as f, lock: x = f.read()
    except (OSError, ValueError) as e:
        del x, y[1:2]
    except* Other:
        assert x, "no"
    else:
        a = b = c
    finally:
        z: int = 1
    while (n := step()) is not None: n += 1
    for k, (i, *j) in pairs: print(k, *i, **j)
    match size:
        case [1, *_] | {"a": b} if b: return lambda q, *r: q
        case _: return {k: v for k, v in z if k if v}, [x for y in z for x in y], (await t), -x ** ~y""",
        'F:load(key,size=3){global cache;not key?^None:key in .items and 0<size and size<=9?{}:^!Missing("no {key}") from err;try{with f=open(key),lock{x=f.read()}}OSError|ValueError e{del (x,y[1:2])}Other{assert x,"no"}else{a=c;b=c}fin{z=1}\n'
        "*(n:=step()) is not None{n+=1}\n"
        "k,(i,*j)<-pairs{print(k,*i,**j)}\n"
        'match size{[1,*_]|{"a": b} if b:^(q,*r)=>q;else:^{k:v for k,v in z if k if v},[x for y in z for x in y],~t,-(x**bnot y)}}',
    ),
}


@pytest.mark.parametrize(("code", "view"), CASES.values(), ids=CASES)
def test_what_it_becomes(code: str, view: str) -> None:
    assert print_steps(lower_unit(code, "python")) == view


@pytest.mark.parametrize("code", [code for code, _ in CASES.values()], ids=CASES)
def test_only_patterns_stay_text(code: str) -> None:
    raws = [node.text for node in walk(lower_unit(code, "python")) if isinstance(node, Raw)]
    assert len(raws) <= 3, raws


def test_a_long_chain_costs_no_stack() -> None:
    code = "def f(q):\n  return q" + " + x" * 400
    assert sum(isinstance(node, Bin) for node in walk(lower_unit(code, "python"))) == 400


def test_many_else_ifs_cost_no_stack() -> None:
    code = "def f(q):\n  if q: a()\n" + "  elif q.b: b()\n" * 400
    assert len(list(walk(lower_unit(code, "python")))) > 1200
