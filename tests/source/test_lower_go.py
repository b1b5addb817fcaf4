"""What Go says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Call, Raw, walk

CASES = {
    "results and errors": (
        "func (s *Store) Load(ctx context.Context, id string, n, limit int64) (*Item, error) {\n"
        "\trow, err := s.db.Find(ctx, id)\n"
        "\tif err != nil {\n"
        '\t\treturn nil, fmt.Errorf("load %s: %w", id, err)\n'
        "\t}\n"
        "\treturn s.wrap(row, s), nil\n"
        "}",
        "F:Load(ctx,id,n:int64,limit:int64)->(*Item,error){row,err=.db.Find(ctx,id)\n"
        'err!=nil?^nil,fmt.Errorf("load %s: %w",id,err)\n'
        "^.wrap(row,this),nil}",
    ),
    "if with a first step": (
        "func f(m map[string]int) {\n"
        '\tif v, ok := m["a"]; ok {\n'
        "\t\tg(v)\n"
        "\t} else if len(m) > 2 {\n"
        "\t\th()\n"
        "\t} else {\n"
        '\t\tpanic("no")\n'
        "\t}\n"
        "}",
        'F:f(m:map[string]int){v,ok=m["a"]\nok?g(v):len(m)>2?h():panic("no")}',
    ),
    "loops": (
        "func f(xs []int, m map[string]bool, ch chan int) {\n"
        "outer:\n"
        "\tfor i := 0; i < 9; i += 2 {\n"
        "\t\tfor k := range m {\n"
        "\t\t\tif !m[k] {\n"
        "\t\t\t\tcontinue outer\n"
        "\t\t\t}\n"
        "\t\t}\n"
        "\t}\n"
        "\tfor _, x := range xs {\n"
        "\t\tx++\n"
        "\t}\n"
        "\tfor range 3 {\n"
        "\t\tg()\n"
        "\t}\n"
        "\tfor ok() {\n"
        "\t}\n"
        "\tfor {\n"
        "\t\tch <- <-ch\n"
        "\t}\n"
        "}",
        "F:f(xs:[]int,m:map[string]bool,ch:chan int){outer:{for(i=0;i<9;i+=2){k,_<-m{!m[k]?continue outer}}}\n"
        "x<-xs{x++}\n"
        "_<-0..3{g()}\n"
        "*ok(){}\n"
        "*{send ch,recv ch}}",
    ),
    "literals": (
        "func f() any {\n"
        '\ta := []string{"x", y}\n'
        '\tb := map[string]int{"a": 1}\n'
        "\tc := []float64{1, 2}\n"
        "\td := []Point{{1, 2}, {X: 3}}\n"
        "\te := make(map[string]bool)\n"
        "\tg := make([]byte, 4, 8)\n"
        '\treturn &Box{A: a, b: b, C: []byte("s"), D: Pair{c, d}, E: e, F: g[1:2]}\n'
        "}",
        'F:f()->any{a=["x",y]\n'
        'b={"a":1}\n'
        "c=[]float64{1,2}\n"
        "d=[]Point{{1,2},{X:3}}\n"
        "e={}\n"
        "g=make([]byte,4,8)\n"
        '^&Box{A=a,b,C="s" as []byte,D=Pair{0:c,d},E=e,F=g[1:2]}}',
    ),
    "switches": (
        "func f(x interface{}, k Kind) {\n"
        "\tswitch v := x.(type) {\n"
        "\tcase int, *Item:\n"
        "\t\tuse(v)\n"
        "\tdefault:\n"
        "\t}\n"
        "\tswitch {\n"
        "\tcase k == A:\n"
        "\t\ta()\n"
        "\t\tfallthrough\n"
        "\tcase k == B:\n"
        "\t\tb()\n"
        "\t}\n"
        "\tselect {\n"
        "\tcase v, ok := <-in:\n"
        "\t\tuse(v, ok)\n"
        "\tcase out <- 1:\n"
        "\tdefault:\n"
        "\t}\n"
        "}",
        "F:f(x:any,k:Kind){match (v:=type(x)){int,*Item:use(v)}\n"
        "match{k==A:{a()\n"
        "fallthrough}\n"
        "k==B:b()}\n"
        "match select{((v,ok):=recv in):use(v,ok)\n"
        "send out,1:{}\n"
        "else:{}}}",
    ),
    "go and defer": (
        "func f(wg *sync.WaitGroup) {\n"
        "\tdefer wg.Done()\n"
        "\tgo func() {\n"
        "\t\tdefer close(done)\n"
        "\t\twork(1)\n"
        "\t}()\n"
        "\tgo serve(func(n int) error { return n.err })\n"
        "}",
        "F:f(wg:*sync.WaitGroup){defer wg.Done()\ngo{defer close(done)\nwork(1)}\ngo serve(n=>n.err)}",
    ),
    "declarations": (
        "func f() {\n"
        "\tvar err error\n"
        "\tvar a, b int = 1, 2\n"
        "\tvar buf bytes.Buffer\n"
        "\tvar w int64 = 7\n"
        "\tconst limit = 3\n"
        '\tcheck := func(s string) bool { return s != "" }\n'
        "\t_ = check\n"
        "\t_, err = buf.Write(a, b, w, limit, err)\n"
        "}",
        'F:f(){a,b=1,2;buf:bytes.Buffer;w:int64=7;limit=3;F:check(s)->b{^s!=""}\n_,err=buf.Write(a,b,w,limit,err)}',
    ),
    "types of a file": (
        "package a\n"
        "\n"
        'import "fmt"\n'
        "\n"
        "// Doc.\n"
        "type Box[T any] struct {\n"
        "\tA, B int\n"
        '\tC *Lid `json:"c"`\n'
        "\tBase\n"
        "}\n"
        "\n"
        "type Opener interface {\n"
        "\tOpen(key string) error\n"
        "\tfmt.Stringer\n"
        "}\n"
        "\n"
        "type Kind int\n"
        "\n"
        "const (\n"
        "\tA Kind = iota\n"
        "\tB\n"
        ")\n"
        "\n"
        "const Max = 9\n"
        "\n"
        "func (b *Box[T]) Open(key string) error { return nil }",
        "C:Box[T any]{A:i\n"
        "B:i\n"
        'C:*Lid=`json:"c"`\n'
        "Base\n"
        "Open(key)->error{^nil}}\n"
        "I:Opener(fmt.Stringer){Open(key)->error}\n"
        "T:Kind=i\n"
        "E:Kind{A,B}\n"
        "K:Max=9",
    ),
    "operators": (
        "func f(p *T, a uint32) int {\n\ta &^= 3\n\tx := ^a | a<<2&7\n\t*p = T(x)\n\treturn -p.n + int(a) - (x+1)*2\n}",
        "F:f(p:*T,a:uint32)->i{a&^=3;x=(bnot a | ((a<<2)&7))\n*p=T(x)\n^-p.n+int(a)-(x+1)*2}",
    ),
    "generic calls": (
        "func f(fs []Fn) {\n"
        "\tfs[0](1)\n"
        "\tMap[int, string](xs, g)\n"
        "\tv := x.(fmt.Stringer).String()\n"
        "\tappend(v, xs...)\n"
        "}",
        "F:f(fs:[]Fn){fs[0](1)\nMap[int,string](xs,g)\nv=(x as fmt.Stringer).String()\nappend(v,...xs)}",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_view_says_what_the_source_says(case: str) -> None:
    source, view = CASES[case]
    assert print_steps(lower_unit(source, "go")) == view


def test_a_long_chain_costs_no_stack() -> None:
    steps = lower_unit("func f() { x" + ".g(1)" * 300 + " }", "go")
    assert sum(isinstance(node, Call) for node in walk(steps)) == 300


def test_deep_source_is_taken_over_as_text() -> None:
    steps = lower_unit("func f() { x(" + "(" * 900 + "1" + ")" * 900 + ") }", "go")
    assert any(isinstance(node, Raw) for node in walk(steps))
