"""What Ruby becomes before any rule: own snippets and the unrestated view that is printed of them."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Index, Raw, walk

CASES = {
    "guards": (
        r"""def load(id, options = {}, *rest, kind:, size: 2, **more, &block)
  # nothing to find
  return if id.nil? || options.empty?
  raise Missing, "no item #{id}" unless @items.key?(id)
  @items[id] ||= self.class.build(id, kind: kind, :size => size, "x" => 1, **more, &block)
end""",
        "F:load(id,options={},*rest,kind:,size=2,**more,&block){id==nil||options.empty?^\n"
        'not (id in .items)?^!Missing("no item {id}")\n'
        '^(.items[id]||=self.class.build(id,kind=,size=,"x":1,**more,&block))}',
    ),
    "loops": (
        r"""def total(xs)
  sum = 0
  xs.each_with_index { |(a, b), i| next if a == b; sum += a * i }
  xs&.each do |x|
    puts x
  end
  3.times { |i| break if i > 1 }
  1.upto(sum) { |i| yield i, sum }
  until sum <= 0 do sum -= 1 end
  begin sum += 1 end while sum < 9
  for a, b in xs do redo end
  loop { return sum }
end""",
        "F:total(xs){sum=0;(a,b),i<-xs.each_with_index{a==b?continue;sum+=a*i}\n"
        "x<-xs|[]{puts(x)}\n"
        "i<-0..3{i>1?break}\n"
        "i<-1..=sum{^^i,sum}\n"
        "*not (sum<=0){sum-=1}\n"
        "do{sum+=1}*sum<9;a,b<-xs{redo}\n"
        "*{^sum}}",
    ),
    "values": (
        r"""def label(part, n)
  word = if n == 1 then "one" else part.to_s end
  size = case n when 1, 2 then :small when 3..9 then :big else raise(E) end
  long = if n
    start
    n + 1
  end
  @name ||= begin
    found = find(n)
    found.name
  end
  a, (b, *c) = part
  text = <<~SQL.squish
    select "a"
      from #{part}
  SQL
  %w[x y] + %i[z] + ['it\'s {n}', "t\t#{format('%s-%d', a, b)}", /re/i, 1..n, (1...), ?q]
end""",
        'F:label(part,n){word=n==1?"one":part.to_s;size=match n{1,2:(:small)\n'
        "3..=9:(:big)\n"
        "else:^!E}\n"
        "n?{start()\n"
        "long=n+1}:long=nil;not .name?{found=find(n)\n"
        ".name=found.name}\n"
        'a,(b,*c)=part;text="select \\"a\\"\\n  from {part}".squish;^["x","y"]+[:z]+[\'it\\\'s {n}\',"t\\t{a}-{b}",/re/i,1..=n,1..,"q"]}',
    ),
    "errors": (
        r"""def run
  x = attempt rescue nil
  work
rescue Timeout::Error, *KNOWN => e
  retry if again?
  raise
rescue => e
  nil
else
  done
ensure
  close
end""",
        "F:run(){try{try{x=attempt}err{x=nil}\n"
        "work()}Timeout::Error|*KNOWN e{again?()?{retry}\n"
        "^!}err e{^nil}else{^done}fin{close()}}",
    ),
    "blocks": (
        r"""def make(f)
  add = ->(x, y = 1) { x + y }
  log = lambda do |line|
    count
    write line
  end
  names = items.map(&:name).select { |n| next true if n.odd_one?; n != "x" }
  render do
    page.title&.strip!
    return names
  end
  f.(add) or return false
  save! && log.call(1)
  foo || raise("none")
  transaction { item.update!(a: 1) }
end""",
        "F:make(f){add=(x,y=1)=>x+y;log=line=>{count()\n"
        "^write(line)}\n"
        'names=items.map(&:name).select(n=>{n.odd_one?()?^true;^n!="x"})\n'
        "render(()=>{page.title?.strip!()\n"
        "return names})\n"
        "f(add)|^false;save!()&&log.call(1)\n"
        'foo|^!"none"\n'
        "^transaction(()=>item.update!(a=1))}",
    ),
    "units": (
        r"""module Shop
  class Order < ApplicationRecord
    include Priced
    LIMIT = 3
    attr_reader :lines, :total
    has_many :lines, dependent: :destroy
    private
    def initialize(lines)
      super()
      @lines = lines
    end
    def total=(value)
      @total = value
    end
    def ==(other) = other.is_a?(Order) && other.id == id
    private def secret; 42; end
    class << self
      def open; where(open: true); end
    end
    def self.build(...) = new(...)
  end
end""",
        "module C:Shop{C:Order(ApplicationRecord){include(Priced)\n"
        "LIMIT=3\n"
        "attr_reader(:lines,:total)\n"
        "has_many(:lines,dependent=:destroy)\n"
        "initialize(lines){super()\n"
        ".lines=lines}\n"
        "set total(value){.total=value}\n"
        "==(other){^other is Order&&other.id==id}\n"
        "secret(){^42}\n"
        "static open(){^where(open=true)}\n"
        "static build(...){^new(...)}}}",
    ),
    "matching": (
        r"""def shape(v)
  case v
  in {kind: Symbol => k, rest: [first, *]} if k != :none then first
  in nil
    0
  end
  case
  when v.a then 1
  else
    2
  end
end""",
        "F:shape(v){match v{{kind: Symbol => k,rest:[first,*]} if k!=:none:first;nil:0}\nmatch{v.a:^1;else:^2}}",
    ),
}


@pytest.mark.parametrize(("code", "view"), CASES.values(), ids=CASES)
def test_what_it_becomes(code: str, view: str) -> None:
    assert print_steps(lower_unit(code, "ruby")) == view


@pytest.mark.parametrize("code", [code for code, _ in CASES.values()], ids=CASES)
def test_only_patterns_stay_text(code: str) -> None:
    raws = [node.text for node in walk(lower_unit(code, "ruby")) if isinstance(node, Raw)]
    assert len(raws) <= 3, raws


def test_a_long_chain_costs_no_stack() -> None:
    code = "def f(q)\n  q" + ".a(1)[0]" * 400 + " + x" * 400 + "\nend"
    assert sum(isinstance(node, Index) for node in walk(lower_unit(code, "ruby"))) == 400


def test_many_else_ifs_cost_no_stack() -> None:
    code = "def f(q)\n  if q\n    a 1\n" + "  elsif q.b\n    b 1\n" * 400 + "  end\nend"
    assert len(list(walk(lower_unit(code, "ruby")))) > 1200
