"""What PHP becomes before any rule: own snippets and the unrestated view that is printed of them."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Index, Raw, walk

CASES = {
    "guards": (
        r"""public function load(?string $id, array $options = [], int ...$rest): ?Item
{
    // nothing to find
    if (null === $id || empty($id)) {
        return null;
    } elseif (!isset($this->items[$id])) {
        throw new \App\Missing("no item $id", 404);
    } else if ($rest) { $this->log(...$rest); }
    return $this->items[$id] ?? self::DEFAULT_ITEM;
}""",
        'F:load(id:?s,options=[],...rest:i)->?Item{null===id||!id?^null:!isset(.items[id])?^!\\App\\Missing("no item {id}",404):rest? .log(...rest)\n'
        "^.items[id]?? .DEFAULT_ITEM}",
    ),
    "loops": (
        r"""function total($xs)
{
    foreach ($xs as $k => &$v): $v .= $k . '-' . $v['n']; endforeach;
    for ($i = 0, $n = count($xs); $i < $n; ++$i) { if ($xs[$i] === false) continue 2; }
    do { $n--; } while ($n > 0);
    while (true) { break; }
    [$a, , $b] = $xs;
    ['x' => $c] = $b;
    $out[] = $a ?: $c;
    unset($out[0]);
    return $out;
}""",
        "F:total(xs){k,&v<-xs{v.=\"{k}-{v['n']}\"}\n"
        "for(i=0,n=count(xs);i<n;i++){xs[i]===false?continue 2}\n"
        "do{n--}*n>0;*{break}\n"
        "[a,_,b]=xs;{x:c}=b;out[]=a|c;unset out[0]\n"
        "^out}",
    ),
    "strings": (
        r"""function label(Part $part, $n)
{
    $sql = <<<SQL
      select *
        from {$part->table} where id = $n
      SQL;
    $plain = 'it\'s {n}';
    $shown = sprintf('%s: %05.2f of %d%%', $part->name(), $n, $part->size);
    return 'a' . $n . "b\t{$part->x['k']}" . ($n ? 'c' : 'd') . $sql . PHP_EOL;
}""",
        'F:label(part,n){sql="select *\\n  from {part.table} where id = {n}"\n'
        "plain='it\\'s {n}'\n"
        'shown="{part.name()}: {n:05.2f} of {part.size}%"\n'
        "^\"a{n}b\\t{part.x['k']}{n?'c':'d'}{sql}{PHP_EOL}\"}",
    ),
    "switches": (
        r"""function kind($v)
{
    switch ($v) {
        case 1:
        case 2: start(); break;
        case 3: stop();
        default: return match(true) { $v > 9, $v < 0 => 'far', default => throw new RangeException('no') };
    }
}""",
        "F:kind(v){match v{1,2:start()\n"
        "3:{stop()\n"
        "fallthrough}\n"
        "else:^match{v>9,v<0:'far'\n"
        "else:^!RangeException('no')}}}",
    ),
    "errors": (
        r"""function run(callable $f)
{
    try { $x = @$f(); } catch (A | \B\C $e) { throw new D('bad', 1, $e); } finally { done(); }
    $y = $x ?? throw new E('none');
    return clone $y;
}""",
        "F:run(f:callable){try{x=@f()}A|\\B\\C e{^!D('bad',1,e)}fin{done()}\ny=x|^!E('none')\n^clone(y)}",
    ),
    "closures": (
        r"""function make($a)
{
    $f = function ($x) use ($a, &$b): int { static $n = 0; global $g; return $x + $a; };
    usort($xs, fn($l, $r) => $l <=> $r);
    return array_map(static fn(Item $item) => $item?->name, $f(...));
}""",
        "F:make(a){f=x=>{use &b;static (n:=0)\nglobal g;^x+a}\nusort(xs,(l,r)=>l<=>r)\n^array_map(item=>item?.name,f(...))}",
    ),
    "names at the top": (
        r"""function since(?\DateTimeInterface $from, \DateTime $dateTime, \App\Box|null $b): \DateTimeInterface
{
    try { \strlen(\PHP_EOL); } catch (\LogicException | Other $e) { throw new \Exception('no', $e); }
    return $from instanceof \DateTime && use_it(new Box(), \Closure::class) ? \DateTime::now('a' . \DateTime::ATOM) : $from;
}""",
        "F:since(from:?\\DateTimeInterface,dateTime,b:?\\App\\Box)->\\DateTimeInterface{try{strlen(PHP_EOL)}"
        "\\LogicException|Other e{^!\\Exception('no',e)}\n"
        '^from instanceof \\DateTime&&use_it(Box(),\\Closure)?\\DateTime::now("a{(\\DateTime::ATOM)}"):from}',
    ),
    "what a class of its own answers": (
        r"""function all() { return [self::A, static::A, parent::A, self::f(), static::f(), $this->f()]; }""",
        "F:all(){^[.A,static::A,super.A,self::f(),.f(),.f()]}",
    ),
    "joined texts": (
        r"""function told($a, $b)
{
    note(t('one') . kind($a), $a . $b, 'x' . (!$a) . -$b . ($a ?? 'n') . f("q"), $a . (function () { run(); return 1; })());
    return t("a\n") . ($a->ok ? PHP_EOL : '') . array_sum(['k' => 1]);
}""",
        "F:told(a,b){note(\"{t('one')}{kind(a)}\",\"{a}{b}\",\"x{!a}{-b}{a??'n'}{f('q')}\",a . (()=>{run()\n^1})())\n"
        '^"{t(\\"a\\\\n\\")}{a.ok?PHP_EOL:\'\'}{array_sum({k:1})}"}',
    ),
    "statics": (
        r"""abstract class Store extends Base implements Loads, Saves
{
    use Logs;
    const KIND = 'store', SIZE = 3;
    private static ?int $count = 0;
    protected array $items = [];
    public string $name;
    public function __construct(private readonly Client $client, ?string $name = null)
    {
        parent::__construct($client);
        static::$count++;
        $this->name = $name ?: self::KIND;
    }
    abstract protected function open(): void;
    #[Route('/x', methods: ['GET'])]
    public static function of(string|int $kind): static
    {
        return new static($kind, Store::class, self::of($kind), parent::of($kind));
    }
}""",
        "abstract C:Store(Base,Loads,Saves){use Logs\n"
        "KIND='store'\n"
        "SIZE=3\n"
        "static count=0\n"
        "items=[]\n"
        "name:s\n"
        "__construct(client,name:s=null){.client=client;super(client)\n"
        "static::count++\n"
        ".name=name|.KIND}\n"
        "open()\n"
        "@Route('/x',methods:['GET'])\n"
        "static of(kind:s|i)->static{^new static(kind,Store,self::of(kind),super.of(kind))}}",
    ),
    "enums": (
        r"""enum Suit: string
{
    case Hearts = 'h';
    case Spades = 's';
    const Wild = self::Spades;
    public static function rand(): self { return self::Hearts; }
}""",
        "E:Suit(string){Hearts='h'\nSpades='s'\nWild=.Spades\nstatic rand()->self{^.Hearts}}",
    ),
    "values": (
        r"""function odd($o, $n)
{
    $x = ['a' => 1, 'b-c' => 2, $n => 3, Z => 4, ...$o->all()];
    $o->$n = (int) $x['a'];
    $o->call(name: 'x', by: $n)->next()::make();
    if (($y = $o->get()) !== null && $y instanceof Thing) { echo $y, "\n"; exit(1); }
    return !is_null($n) && in_array($n, $x, true) && !array_key_exists($n, $x);

}""",
        "F:odd(o,n){x={a:1,'b-c':2,[n]:3,[Z]:4,...o.all()}\n"
        "o.$n=int(x['a'])\n"
        "o.call(name='x',by=n).next()::make()\n"
        '(y:=o.get())!==null&&y instanceof Thing?{echo y,"\\n"\n'
        "exit(1)}\n"
        "^n!==null&&n in x&&!array_key_exists(n,x)}",
    ),
    "yields": (
        r"""function &rows($q) { foreach ($q as [$a, $b]) { yield $a => $b; } yield from more(); $z = yield; }""",
        "F:rows(q){[a,b]<-q{^^[a]:b}\n^^*more()\nz=(^^)}",
    ),
    "called": (
        r"""function odd($k)
{
    ($this->make)($k, new lower($k), new $k($k));
    switch ($k) {
        case 1: if ($k) { return 1; } else { exit; }
        case 2: die('x');
        default: while ($k) { break 2; }
    }
}""",
        "F:odd(k){(.make)(k,new lower(k),new k(k))\nmatch k{1:k?^1:exit()\n2:die('x')\nelse:{*k{break 2}}}}",
    ),
}


@pytest.mark.parametrize(("code", "view"), CASES.values(), ids=CASES)
def test_what_it_becomes(code: str, view: str) -> None:
    assert print_steps(lower_unit(code, "php")) == view


@pytest.mark.parametrize("code", [code for code, _ in CASES.values()], ids=CASES)
def test_only_patterns_stay_text(code: str) -> None:
    raws = [node.text for node in walk(lower_unit(code, "php")) if isinstance(node, Raw)]
    assert len(raws) <= 3, raws


def test_a_long_chain_costs_no_stack() -> None:
    code = "<?php\nfunction f($q) { return $q" + "->a(1)[0]" * 400 + " . $x" * 400 + "; }"
    assert sum(isinstance(node, Index) for node in walk(lower_unit(code, "php"))) == 400


def test_many_else_ifs_cost_no_stack() -> None:
    code = "<?php\nfunction f($q) { if ($q) { a(); }" + " elseif ($q->b) { b(); }" * 400 + " else { c(); } }"
    assert len(list(walk(lower_unit(code, "php")))) > 1200
