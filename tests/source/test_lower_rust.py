"""What Rust says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Call, Raw, walk

CASES = {
    "question marks and tails": (
        "pub fn load(&self, id: u64) -> Result<Item, Error> {\n"
        "    let row = self.db.find(id)?;\n"
        "    if row.gone {\n"
        "        return Err(Error::Gone);\n"
        "    }\n"
        "    Ok(Item { id, body: row.body, ..Default::default() })\n"
        "}",
        "F:load(id:u64)->Result<Item,Error>{row=.db.find(id)!\n"
        "row.gone?^Err(Error::Gone)\n"
        "^Ok(Item{id,body=row.body,..Default::default()})}",
    ),
    "tails of branches": (
        "fn grade(&self, n: i32) -> &'static str {\n"
        "    if n > 9 {\n"
        '        "high"\n'
        "    } else if n > 5 {\n"
        "        self.note();\n"
        '        "mid"\n'
        "    } else {\n"
        '        panic!("low {}", n)\n'
        "    }\n"
        "}",
        'F:grade(n:i)->&\'static str{n>9?^"high":n>5?{.note()\n^"mid"}:panic!("low {}",n)}',
    ),
    "matches": (
        "fn f(x: Shape) -> u32 {\n"
        "    match x {\n"
        "        Shape::Dot | Shape::Line(_) => 1,\n"
        "        Shape::Box { w, h: 2, .. } if w > 3 => w,\n"
        "        Shape::Many(ref xs, ..) => {\n"
        "            log();\n"
        "            xs.len() as u32\n"
        "        }\n"
        "        k @ Shape::Odd => g(k),\n"
        "        Shape::At(1..=5) => 2,\n"
        "        _ => unreachable!(),\n"
        "    }\n"
        "}",
        "F:f(x:Shape)->u32{match x{Shape::Dot,Shape::Line(_):^1;Shape::Box{w,h=2} if w>3:^w;Shape::Many(xs,..):{log()\n"
        "^xs.len() as u32}\n"
        "k@Shape::Odd:^g(k)\n"
        "Shape::At(1..=5):^2;else:unreachable!()}}",
    ),
    "let patterns": (
        "fn f(o: Option<u8>) {\n"
        "    let Some(v) = o else { return };\n"
        "    let (a, mut b) = pair();\n"
        "    let c = if a { 1 } else { 2 };\n"
        "    let d = match b { 0 => 1, n => n };\n"
        "    let e = if a { b += 1; 1 } else { 2 };\n"
        "    if let Some(x) = c && d > 1 {\n"
        "        g(x);\n"
        "    }\n"
        "    while let Some(y) = e.pop() {\n"
        "        h(y);\n"
        "    }\n"
        '    let n: u8 = "7".parse().unwrap();\n'
        "    let _ = matches!(v, 1 | 2 if b > 0);\n"
        "}",
        "F:f(o:Option<u8>){!(o is Some(v))?^\n"
        "a,b=pair()\n"
        "c=a?1:2;d=match b{0:1;n:n}\n"
        "a?{b+=1;e=1}:e=2;c is Some(x)&&d>1?g(x)\n"
        "*e.pop() is Some(y){h(y)}\n"
        'n:u8="7".parse().unwrap()\n'
        "(v is (1 | 2)&&b>0)}",
    ),
    "loops": (
        "fn f(xs: &[u8]) {\n"
        "    'outer: loop {\n"
        "        for (i, x) in xs.iter().enumerate() {\n"
        "            if *x == 0 { continue 'outer; }\n"
        "        }\n"
        "        for i in 0..=9 {}\n"
        "        break 'outer;\n"
        "    }\n"
        "}",
        "F:f(xs:&[u8]){outer:{*{i,x<-xs.iter().enumerate(){*x==0?continue outer}\ni<-0..=9{}\nbreak outer}}}",
    ),
    "closures and async": (
        "pub async fn f(&self, n: usize) -> usize {\n"
        "    let g = move |a: u8, b| a + b;\n"
        "    let h = |x: &str| { log(x); x.len() };\n"
        "    tokio::spawn(async move { g(1).await });\n"
        "    self.go(n).await?.size(h)\n"
        "}",
        "F:~f(n)->usize{g=(a:u8,b)=>a+b;h=(x:s)=>{log(x)\n^x.len()}\ntokio::spawn(~()=>~g(1))\n^(~.go(n))!.size(h)}",
    ),
    "macros": (
        "fn f(v: &[u8]) {\n"
        "    let a = vec![1, 2];\n"
        "    let b = vec![0u8; 4];\n"
        '    assert_eq!(a.len(), 2, "size {}", v.len());\n'
        '    println!("{}: {name}", a[0], name = b[1]);\n'
        "    select! { x = rx => x, }\n"
        "}",
        "F:f(v:&[u8]){a=[1,2]\n"
        'b=[0u8]*4;assert_eq!(a.len(),2,"size {}",v.len())\n'
        "println!('{}: {name}',a[0],name=b[1])\n"
        "select!(x = rx => x,)}",
    ),
    "items": (
        "#[derive(Debug, Clone)]\n"
        "#[allow(dead_code)]\n"
        "pub struct Point<'a, T: Ord> { pub x: i32, #[serde(default)] y: Option<&'a T> }\n"
        "pub struct Wrap(u8, String);\n"
        "pub enum Kind { A, B(i32), C { n: u8 }, D = 4 }\n"
        "impl<'a> Show for Point<'a, u8> {\n"
        "    const N: usize = 3;\n"
        "    type Out = u8;\n"
        "    #[inline]\n"
        '    fn show(self, f: &mut fmt::Formatter<\'_>) -> fmt::Result { write!(f, "{}", self.x) }\n'
        "}\n"
        "pub trait Show: Clone { fn show(&self); }\n"
        'mod inner { pub const X: &str = "x"; }\n'
        "type Short = Vec<u8>;",
        "@derive(Debug,Clone)\n"
        "M:Point<T:Ord>{x:i,@serde(default) y:Option<&T>}\n"
        "M:Wrap{0:u8,1:String}\n"
        "E:Kind{A,B(i32)\n"
        "C{n:u8}\n"
        "D=4}\n"
        "impl C:Point<u8>(Show){K:N=3\n"
        "T:Out=u8\n"
        'show(self,f)->fmt::Result{^write!(f,"{}",.x)}}\n'
        "I:Show(Clone){show()}\n"
        'mod inner{K:X="x"}\n'
        "T:Short=Vec<u8>",
    ),
    "methods in their type": (
        "pub struct Lamp { watts: u32 }\n"
        "impl Lamp {\n"
        "    pub fn new(watts: u32) -> Self { Self { watts } }\n"
        "    pub fn on(&self) -> bool { self.watts > 0 }\n"
        "}\n"
        "impl Error for Lamp {}\n"
        "impl Display for Lamp {\n"
        '    fn fmt(&self, f: &mut Formatter) -> fmt::Result { f.pad("lamp") }\n'
        "}\n"
        "test_only! {\n"
        "    fn dark() -> Lamp { Lamp::new(0) }\n"
        "}",
        "C:Lamp(Error){watts:u32\n"
        "new(watts:u32)->Self{^Self{watts}}\n"
        "on()->b{^(.watts>0)}}\n"
        'impl C:Lamp(Display){fmt(f){^f.pad("lamp")}}\n'
        "test_only!{F:dark()->Lamp{^Lamp::new(0)}}",
    ),
    "unsafe and casts": (
        "unsafe fn f<F>(p: *mut u8, g: F) -> u8\n"
        "where\n"
        "    F: Fn(u8) -> u8,\n"
        "{\n"
        "    unsafe { *p = 1 };\n"
        "    let x = &mut *p;\n"
        "    g(!*x as u8) << 2\n"
        "}",
        "unsafe F:f<F:Fn(u8)->u8>(p:*mut u8,g:F)->u8{unsafe{*p=1}\nx=&mut *p;^g(!*x as u8)<<2}",
    ),
    "attributes on arms": (
        'fn f(k: Kind) {\n    match k {\n        Kind::A => g(),\n        #[cfg(feature = "a")]\n        Kind::B(x) | Kind::C(x) => h(x),\n'
        "        #[allow(unused)]\n        _ => {}\n    }\n}",
        'F:f(k:Kind){match k{Kind::A:g()\n@cfg(feature="a") Kind::B(x),Kind::C(x):h(x)\nelse:{}}}',
    ),
    "attributes on the last steps": (
        "fn f() -> bool {\n    g();\n    #[cfg(unix)]\n    {\n        h()\n    }\n    #[cfg(not(unix))]\n    {\n        false\n    }\n}\n"
        "fn k() -> u8 {\n    #[cfg(test)]\n    use crate::Odd;\n    g();\n    #[cfg(unix)]\n    return 1;\n}",
        "F:f()->b{g()\n@cfg(unix){^h()}\n@cfg(not(unix)){^false}}\nF:k()->u8{@cfg(test){use crate::Odd}\ng()\n@cfg(unix){^1}}",
    ),
    "imports in functions": (
        "use crate::top::Trait;\n"
        "fn f(k: Kind) -> Row {\n    use self::Kind::*;\n    use futures::{io::AsyncReadExt, Row, Sink as _};\n    use std::io::Read;\n"
        "    use crate::rows::Named as Title;\n    Row::of(k, Title::new())\n}",
        "F:f(k:Kind)->Row{use self::Kind::*\nuse futures::io::AsyncReadExt,futures::Sink as _;use crate::rows::Named as Title;"
        "^Row::of(k,Title::new())}",
    ),
    "a match that does something in one arm": (
        "fn f(x: Option<u8>) {\n    match x {\n        Some(n) => g(n),\n        _ => (),\n    }\n    match x {\n        None => {}\n"
        "        Some(n) => {\n            g(n);\n        }\n    }\n    match x {\n        Some(0) => {}\n        other => h(other),\n    }\n}",
        "F:f(x:Option<u8>){x is Some(n)?g(n)\nx is Some(n)?g(n)\nmatch x{Some(0):{}\nother:h(other)}}",
    ),
    "attributes on steps": (
        'fn f() {\n    #[cfg(unix)]\n    g();\n    #[cfg(feature = "a")]\n    { h(1); k(2); }\n}',
        'F:f(){@cfg(unix){g()}\n@cfg(feature="a"){h(1)\nk(2)}}',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_view_says_what_the_source_says(case: str) -> None:
    source, view = CASES[case]
    assert print_steps(lower_unit(source, "rust")) == view


def test_a_long_chain_costs_no_stack() -> None:
    steps = lower_unit("fn f() { x" + ".g(1)" * 300 + "; }", "rust")
    assert sum(isinstance(node, Call) for node in walk(steps)) == 300


def test_deep_source_is_taken_over_as_text() -> None:
    steps = lower_unit("fn f() { x(" + "(" * 900 + "1" + ")" * 900 + "); }", "rust")
    assert any(isinstance(node, Raw) for node in walk(steps))
