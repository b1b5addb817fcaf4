"""What Kotlin says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.language.printer import print_unit
from aiccl_converter.source.lower import lower_unit


def view(code: str) -> str:
    """The view on one line: which steps share a line is the printer's business."""
    return "\n".join(print_unit(unit) for unit in lower_unit(code, "kotlin")).replace("\n", ";")


CASES = {
    "parameters": (
        'suspend fun <T> Room.find(id: Long, key: String = "a", vararg rest: Int, done: (T) -> Unit): List<T>? {\n'
        "    return null\n"
        "}",
        '~Room.find(id:Long,key="a",*rest:i,done:(T)->Unit)->List<T>?;^null',
    ),
    "one expression": (
        'fun name(lamp: Lamp?) = lamp?.room?.name ?: throw Gone("no room")',
        'name(lamp:Lamp?);^lamp?.room?.name|^!Gone("no room")',
    ),
    "elvis": (
        "fun find(key: String): Lamp? {\n"
        "    val lamp = lamps[key] ?: return null\n"
        "    for (part in lamp.parts) { val owner = part.owner ?: continue; use(owner!!) }\n"
        "    return lamp\n"
        "}",
        "find(key)->Lamp?;lamp=lamps[key]|^null;part<-lamp.parts{owner=part.owner|continue;use(owner!!)};^lamp",
    ),
    "when": (
        "fun delay(part: Any): Int = when (part) {\n"
        "    1, 2 -> 3\n"
        "    in 3..9 -> 4\n"
        "    is Lamp -> part.delay()\n"
        '    !is Room -> throw Odd("$part at ${part.place}")\n'
        "    else -> { log(part); 0 }\n"
        "}",
        'delay(part)->i;^match part{1,2:3;in (3..=9):4;is Lamp:part.delay();!is Room:^!Odd("{part} at {part.place}");else:{log(part);0}}',
    ),
    "if as a value": (
        "fun size(big: Boolean): Int {\n"
        "    val base = if (big) 9 else 3\n"
        '    val extra = if (big) { log("big"); 2 } else 1\n'
        "    return if (base > extra) base else extra\n"
        "}",
        'size(big:b);base=big?9:3;big?{log("big");extra=2}:extra=1;^base>extra?base:extra',
    ),
    "try as a value": (
        "fun read(path: String): Int {\n"
        "    val n = try { parse(path) } catch (e: FormatError) { -1 } finally { close() }\n"
        "    return n\n"
        "}",
        "read(path)->i;try{n=parse(path)}FormatError e{n=-1}fin{close()};^n",
    ),
    "lambdas": (
        "fun start(lamps: List<Lamp>) {\n"
        "    lamps.filter { it.on }.map { lamp -> lamp.room to lamp }.forEach { (room, lamp) -> room.add(lamp) }\n"
        "    launch(io) { load(); show() }\n"
        "    button.onClick = ::save\n"
        "    val f = fun(x: Int): Int { return x + 1 }\n"
        "}",
        "start(lamps);lamps.filter(it=>it.on).map(lamp=>lamp.room to lamp).forEach((room,lamp)=>room.add(lamp));launch(io,()=>{load();show()});button.onClick=::save;f=x=>x+1",
    ),
    "leaving from inside": (
        "fun first(lamps: List<Lamp>?): Lamp? {\n"
        "    lamps?.let { return it.first() }\n"
        "    each { if (it.off) return@each }\n"
        "    return null\n"
        "}",
        "first(lamps:List<Lamp>?)->Lamp?;lamps?.let(it=>{^it.first()});each(it=>{it.off?^});^null",
    ),
    "object": (
        "fun watch(view: View) {\n"
        "    view.listen(object : Listener(3), Closeable {\n"
        "        override fun done(code: Int) { close() }\n"
        "    })\n"
        "}",
        "watch(view);view.listen((Listener(3)&Closeable){override F:done(code:i){close()}})",
    ),
    "loops": (
        "fun run(n: Int) {\n"
        "    outer@ for (i in 0 until n) { for ((k, v) in seen) { if (v == i) continue@outer; use(k) } }\n"
        "    do { step() } while (more())\n"
        "    while (true) { break }\n"
        "}",
        "run(n);outer:{i<-0..n{k,v<-seen{v==i?continue outer;use(k)}}};do{step()}*more();*{break}",
    ),
    "fields written by their bare name": (
        "fun reset(size: Int) {\n"
        "    var count = 0\n"
        "    total = size\n"
        "    count += 1\n"
        "    lamps[count] = null\n"
        '    Lamp().apply { room = "hall" }\n'
        "}",
        'reset(size);count=0;.total=size;count+=1;lamps[count]=null;Lamp().apply(this=>{.room="hall"})',
    ),
    "a lambda with a receiver": (
        "fun make(x: Lamp) {\n"
        "    owner = x\n"
        "    val a = x.apply { owner = null; start() }\n"
        "    with(a) { duration = 3; play(this@make, this) }\n"
        "    x.let { it.run { stop(it) } }\n"
        "}",
        "make(x:Lamp);.owner=x;a=x.apply(()=>{.owner=null;start()});with(a,this=>{.duration=3;play(this@make,this)});"
        "x.let(it=>it.run(()=>stop(it)))",
    ),
    "elvis of a value": (
        "fun size(lamp: Lamp?, n: Int?, left: Int? = null, room: Room? = null) =\n    use(lamp?.size() ?: 3, n ?: 5)",
        "size(lamp:Lamp?,n:i?,left:i? =null,room=null);^use(lamp?.size()??3,n??5)",
    ),
    "signs": (
        "fun signs(a: Int, xs: List<Int>) {\n"
        "    use(!xs.isEmpty(), -a, a shl 2, a !in xs, a as? Long, create<Lamp>(3), arrayOfNulls<Lamp>(3), Lamp::class.java)\n"
        "}",
        "signs(a:i,xs:List<Int>);use(!xs.isEmpty(),-a,a shl 2,a !in xs,a as? Long,create<Lamp>(3),arrayOfNulls(3),Lamp::class)",
    ),
    "class": (
        "@Entity\n"
        "data class Lamp(@Id val id: Long, var room: String? = null) : Part(id), Dim {\n"
        "    private val parts by lazy { load() }\n"
        "    val size: Int get() = parts.size\n"
        "    var on = false\n"
        "        set(value) { field = value; show() }\n"
        "    init { check(id > 0) }\n"
        "    companion object { const val LIMIT = 5 }\n"
        "    override fun dim(by: Int) = show(by)\n"
        "}",
        "@Entity;M:Lamp(Part(id),Dim){id:Long@Id;room:s=null;parts=by lazy(()=>load());get size(){^parts.size};on=false;set on(value){field=value;show()};init{check(id>0)};companion C:Companion{K:LIMIT=5};override dim(by:i){^show(by)}}",
    ),
    "kinds of classes": (
        "enum class State(val code: Int) {\n"
        "    NEW(1),\n"
        "    DONE(2) { override fun end() = true };\n"
        "    open fun end() = false\n"
        "}",
        "E:State()(code:i){NEW(1);(DONE(2)){override F:end(){^true}};open end(){^false}}",
    ),
    "text": (
        'fun sql() = """\n    select *\n      from "t"\n""".trimIndent()',
        'sql();^"select *\\n  from \\"t\\""',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lowering(name: str) -> None:
    code, expected = CASES[name]
    assert view(code) == expected


def test_a_long_chain_costs_no_stack() -> None:
    calls = "".join(f".add({i})" for i in range(60))
    assert view(f"fun f() {{ b{calls} }}").endswith(".add(59)")


def test_a_long_else_if_costs_no_stack() -> None:
    arms = " else ".join(f"if (x == {i}) {{ a({i}) }}" for i in range(300))
    assert len(lower_unit(f"fun f(x: Int) {{ {arms} }}", "kotlin")) == 1
