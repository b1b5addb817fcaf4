"""What C# says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.language.printer import print_unit
from aiccl_converter.source.lower import lower_unit


def view(code: str) -> str:
    """The view on one line: which steps share a line is the printer's business."""
    return "\n".join(print_unit(unit) for unit in lower_unit(code, "csharp")).replace("\n", ";")


CASES = {
    "locals": (
        "int Size(List<string> names, Clock clock, ref int left, params string[] rest)\n"
        "{\n"
        "    long total = 0; byte low = (byte)left; string label; var (a, b) = clock.Now();\n"
        "    Lamp lamp = new(3);\n"
        "    return names.Count;\n"
        "}",
        "Size(names:List<string>,clock,left:ref i,*rest:string[])->i;total:long=0;low=left as byte;(a,b)=clock.Now();lamp=Lamp(3);^names.Count",
    ),
    "initialisers": (
        "object Make(int n)\n"
        "{\n"
        '    var lamp = new Lamp(n) { Room = "hall", Watts = 40 };\n'
        '    var byName = new Dictionary<string, int> { ["a"] = 1, { "b", 2 } };\n'
        "    var row = new int[n];\n"
        "    return new { lamp.Room, Size = n, Two = new[] { 1, 2 } };\n"
        "}",
        'Make(n);lamp=(Lamp(n)){Room="hall",Watts=40};byName={"a":1,"b":2};row=new int[n];^{lamp.Room,Size:n,Two:[1,2]}',
    ),
    "safe access": (
        "string Find(Room room, string key)\n"
        "{\n"
        '    var lamp = room?.Lamps?.First(key)[0] ?? throw new Gone("no lamp");\n'
        "    lamp!.Touch(by: 3);\n"
        '    return $"{lamp.Name} in {room:N2}";\n'
        "}",
        'Find(room,key);lamp=room?.Lamps?.First(key)[0]|^!Gone("no lamp");lamp.Touch(by=3);^"{lamp.Name} in {room:N2}"',
    ),
    "patterns": (
        "int Delay(object part) => part switch\n"
        "{\n"
        "    Lamp { On: true } lamp when lamp.Old => 1,\n"
        "    1 or 2 => 2,\n"
        "    > 3 and < 5 => 3,\n"
        '    null => throw new Gone("none"),\n'
        "    _ => part is not Lamp ? 4 : 5,\n"
        "};",
        'Delay(part)->i;^match part{Lamp{On: true}lamp if lamp.Old:1;1,2:2;> 3 and < 5:3;null:^!Gone("none");else:part is (not Lamp)?4:5}',
    ),
    "switch": (
        "void Step(State state)\n"
        "{\n"
        "    switch (state)\n"
        "    {\n"
        "        case State.Idle:\n"
        "        case State.Off:\n"
        "            Start();\n"
        "            break;\n"
        "        case State.On when hot:\n"
        "            if (old) { break; }\n"
        "            Cool();\n"
        "            goto case State.Off;\n"
        "        default:\n"
        "            throw new Odd();\n"
        "    }\n"
        "}",
        "Step(state);match state{State.Idle,State.Off:Start();State.On if hot:{old?break match;Cool();goto case State.Off};else:^!Odd()}",
    ),
    "resources": (
        "async Task<string> Read(string path)\n"
        "{\n"
        "    using var file = Open(path);\n"
        "    lock (gate) { count++; }\n"
        "    await foreach (var line in file.Lines()) { yield return line; }\n"
        "    using (var log = Log()) await log.Done();\n"
        "    try { Check(); }\n"
        "    catch (IOException e) when (e.Fatal) { Report(e); }\n"
        "    finally { Close(); }\n"
        "    return await file.All();\n"
        "}",
        "~Read(path)->s;with file=Open(path){with lock(gate){.count++};~line<-file.Lines(){^^line};with log=Log(){~log.Done()};try{Check()}IOException e{!e.Fatal?^!;Report(e)}fin{Close()};^~file.All()}",
    ),
    "linq": (
        "var Bright(IEnumerable<Lamp> lamps)\n"
        "{\n"
        "    var names = from lamp in lamps where lamp.On select lamp.Name;\n"
        "    lamps.Where(l => l.On).ForEach(l => { l.Dim(); l.Off(); });\n"
        '    if (seen.TryGetValue("a", out var first)) { Use(first); }\n'
        "    return names;\n"
        "}",
        'Bright(lamps);names=[lamp.Name for lamp in lamps if lamp.On];lamps.Where(l=>l.On).ForEach(l=>{l.Dim();l.Off()});seen.TryGetValue("a",out first)?Use(first);^names',
    ),
    "fields written by their bare name": (
        "void Reset(int size)\n"
        "{\n"
        "    int count = 0;\n"
        "    total = size; count++; _lamps[count] = null; this.open = total > 3;\n"
        "}",
        "Reset(size);count=0;.total=size;count++;_lamps[count]=null;.open=(.total>3)",
    ),
    "class": (
        '[Table("lamps")]\n'
        "public class Lamp : Part, IDim\n"
        "{\n"
        "    private static readonly int Limit = 5;\n"
        "    [Key] public int Id { get; set; }\n"
        '    public string Room { get; private set; } = "hall";\n'
        "    public int Watts => volts * amps;\n"
        "    public bool On { get { return on; } set { on = value; Notify(); } }\n"
        "    public event EventHandler Changed;\n"
        "    public Lamp(int id) : base(id) => Id = id;\n"
        "    public override void Dim(int by) { }\n"
        "    public static Lamp operator +(Lamp a, Lamp b) => a;\n"
        "}",
        '@Table("lamps");C:Lamp(Part,IDim){K:Limit=5;Id:i@Key;Room="hall";get Watts()->i{^volts*amps};get On()->b{^on};set On(value){.on=value;Notify()};Changed:event EventHandler;Lamp(id:i){base(id);.Id=id};override Dim(by:i){};static operator +(a:Lamp,b:Lamp)->Lamp{^a}}',
    ),
    "record and enum": (
        "namespace Shop\n"
        "{\n"
        "    public record Line(int Count, string Name) : Base;\n"
        "    enum State { New, Done = 2 }\n"
        "    interface IStore { Task<Lamp> Find(int id); }\n"
        "}",
        "M:Line(Base){Count,Name};E:State{New;Done=2};I:IStore{Find(id:i)->Task<Lamp>}",
    ),
    "a method's own type parameters": (
        "IObservable<T> Return<T>(T value) { return new ReturnObservable<T>(value); }\n"
        "void Drop<T>(Action<T> action) { Send(action); }\n",
        "Return<T>(value:T)->IObservable<T>;^ReturnObservable(value);Drop(action);Send(action)",
    ),
    "a type whose name reads like a method's": (
        "void OnNext(IObserver o)\n{\n    Send(new SelectMany(this, o), new SelectObservable(o), new Lamp(3));\n}",
        "OnNext(o:IObserver);Send(new SelectMany(this,o),SelectObservable(o),Lamp(3))",
    ),
    "conditional source": (
        "int Size()\n{\n#if DEBUG\n    Check();\n#else\n    Skip();\n#endif\n    return 3;\n}",
        "Size();#if DEBUG{Check()};#else{Skip()};^3",
    ),
    "texts": (
        "void Say()\n"
        "{\n"
        '    Print(@"c:\\temp ""x""", \'c\', -1, ~mask, (int)size, typeof(Lamp), typeof(int).Name, default(T), a[1..^2]);\n'
        "}",
        'Say();Print("c:\\\\temp \\"x\\"",\'c\',-1,bnot mask,size as int,Lamp,typeof(int).Name,default(T),a[1..from end 2])',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lowering(name: str) -> None:
    code, expected = CASES[name]
    assert view(code) == expected


def test_a_long_chain_costs_no_stack() -> None:
    calls = "".join(f".Add({i})" for i in range(60))
    assert view(f"void F() {{ b{calls}; }}").endswith(".Add(59)")


def test_a_long_else_if_costs_no_stack() -> None:
    arms = " else ".join(f"if (x == {i}) {{ A({i}); }}" for i in range(300))
    assert len(lower_unit(f"void F(int x) {{ {arms} }}", "csharp")) == 1
