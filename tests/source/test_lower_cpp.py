"""What C++ says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Call, Func, walk

CASES = {
    "constructors": (
        "Buffer::Buffer(std::size_t size, const std::string& name):\n"
        "    Base(name),\n"
        "    _size(size),\n"
        "    _data(new char[size]),\n"
        "    _open{true},\n"
        "    _free()\n"
        "{\n"
        "    this->grow(_size);\n"
        "}",
        "F:Buffer(size:size_t,name){Base(name)\n._size=size;._data=new char[size]\n._open=true;._free={}\n.grow(_size)}",
    ),
    "a class": (
        "template <typename T, int N>\n"
        "class Box : public Base, private ns::Tag<T> {\n"
        "public:\n"
        "    explicit Box(int n = 0);\n"
        "    ~Box();\n"
        "    virtual T get(const T& key) const override;\n"
        "    virtual void put(T v) = 0;\n"
        "    static int count() { return n_; }\n"
        "    bool operator==(const Box& o) const { return n_ == o.n_; }\n"
        "    operator bool() const;\n"
        "    Box(const Box&) = delete;\n"
        "    enum class Kind : int { A, B = 2 };\n"
        "    using Key = T;\n"
        "private:\n"
        "    int n_ = 3;\n"
        "    std::vector<int> v_;\n"
        "};",
        "C:Box<T,int N>(Base,ns::Tag<T>){explicit Box(n=0)\n"
        "destructor Box()\n"
        "override virtual get(key:T)->T const\n"
        "abstract virtual put(v:T)\n"
        "static count()->i{^n_}\n"
        "operator==(o:Box)->b const{^n_==o.n_}\n"
        "operator bool() const\n"
        "delete Box(Box)\n"
        "E:Kind(int){A,B=2}\n"
        "T:Key=T\n"
        "n_:i=3\n"
        "v_:vector<int>}",
    ),
    "locals": (
        "void f() {\n"
        "    std::string s;\n"
        "    std::vector<int> v{1, 2};\n"
        "    Foo a(1, s), b;\n"
        "    auto p = std::make_unique<Foo>(a);\n"
        "    std::lock_guard<std::mutex> lock(mu);\n"
        "    auto [k, w] = pair();\n"
        "    int n(3);\n"
        "    Foo* q = new Foo(n);\n"
        "    delete q;\n"
        "}",
        "F:f(){s:string;v=vector<int>{1,2}\n"
        "a=Foo(1,s)\n"
        "b:Foo;p=make_unique<Foo>(a)\n"
        "lock=lock_guard<mutex>(mu)\n"
        "k,w=pair()\n"
        "n=3;q=new Foo(n)\n"
        "delete q}",
    ),
    "loops and ifs": (
        "void f(const Map& m) {\n"
        "    for (const auto& [k, v] : m) use(k, v);\n"
        "    for (Item* it : list()) it->go();\n"
        "    if (auto it = m.find(1); it != m.end()) use(*it);\n"
        "    if (auto x = next()) use(x);\n"
        "    if constexpr (N > 1) g();\n"
        "}",
        "F:f(m:Map){k,v<-m{use(k,v)}\n"
        "it<-list(){it.go()}\n"
        "it=m.find(1)\n"
        "it!=m.end()?use(*it)\n"
        "x=next()\n"
        "x?use(x)\n"
        "N>1?g()}",
    ),
    "errors": (
        "void f() {\n"
        "    try {\n"
        "        g();\n"
        "    } catch (const std::out_of_range& e) {\n"
        "        throw;\n"
        "    } catch (...) {\n"
        '        throw Failure("no", 3);\n'
        "    }\n"
        "}",
        'F:f(){try{g()}out_of_range e{^!}err{^!Failure("no",3)}}',
    ),
    "casts and names": (
        "int A::B::f(Base* b) {\n"
        "    auto d = dynamic_cast<D*>(b);\n"
        "    auto n = static_cast<unsigned>(d->n) + int(2.5);\n"
        '    std::cout << "a" << n << std::endl;\n'
        "    return ns::g<int>(n) + d->h<T>(nullptr);\n"
        "}",
        "F:f(b:Base*)->i{d=dynamic_cast<D*>(b)\n"
        "n=(d.n as unsigned)+(2.5 as int)\n"
        'cout<<"a"<<n<<endl;^ns::g<int>(n)+d.h<T>(nullptr)}',
    ),
    "lambdas": (
        "void f(int x) {\n    auto g = [&, x](int a) { return a + x; };\n    run([this] { stop(); this->n++; });\n}",
        "F:f(x){g=a=>a+x;run(()=>{stop()\n.n++})}",
    ),
    "namespaces": (
        "namespace a::b {\nint k = 1;\nvoid f() {}\n}\nnamespace {\nusing namespace std;\nconst int Z = 2;\n}",
        "namespace a::b{k=1;F:f(){}}\nK:Z=2",
    ),
    "members in a row": (
        "namespace n {\n"
        "void Lamp::on() { watts_ = 9; }\n"
        "void Lamp::off() { watts_ = 0; }\n"
        "int count() { return 1; }\n"
        "int Room::size() const { return w_ * h_; }\n"
        "}",
        "namespace n{impl C:Lamp{on(){watts_=9}\noff(){watts_=0}}\nF:count()->i{^1}\nF:Room.size()->i const{^w_*h_}}",
    ),
    "blocks": (
        'void f() {\n    {\n        Lock l(mu);\n        g();\n    }\n    h(R"(a "b")", L\'c\');\n}',
        'F:f(){{l=Lock(mu)\ng()}\nh("a \\"b\\"",L\'c\')}',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_view_says_what_the_source_says(case: str) -> None:
    source, view = CASES[case]
    assert print_steps(lower_unit(source, "cpp")) == view


def test_a_long_chain_costs_no_stack() -> None:
    steps = lower_unit("void f() { x" + ".g(1)" * 300 + "; }", "cpp")
    assert sum(isinstance(node, Call) for node in walk(steps)) == 300


def test_a_field_written_without_this_is_noted() -> None:
    func = lower_unit("void A::f(int a) { auto b = a; size_ = b; }", "cpp")[0]
    assert isinstance(func, Func)
    assert func.outer == ["size_"]
