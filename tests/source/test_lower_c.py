"""What C says in AICCL before any rule restates it."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Call, Func, walk

CASES = {
    "guards and arrows": (
        "static int put(struct list *list, const char *name, unsigned char *buf, int n) {\n"
        "    if (!list || list->len == 0) return -1;\n"
        "    list->head->next = (node *)make(buf, (double)n);\n"
        "    (*list).len++;\n"
        "    return list->cb(name, &n, sizeof(struct list));\n"
        "}",
        "F:put(list,name,buf:unsigned char*,n)->i{!list||list.len==0?^-1;list.head.next=make(buf,n as double)\n"
        "(*list).len++\n"
        "^list.cb(name,&n,sizeof(list))}",
    ),
    "declarations": (
        "void f(void) {\n"
        "    int i = 0, *p = NULL, j;\n"
        "    char buf[32];\n"
        "    struct stat st;\n"
        "    unsigned char c = i + 1;\n"
        "    double d = 1;\n"
        "    uint64_t acc;\n"
        "    struct point q = { .x = 1, .y = i };\n"
        "    int t[] = { 1, 2 };\n"
        "    static int calls = 0;\n"
        '    const char *s = "a" "b";\n'
        "}",
        "F:f(){i=0;p=NULL;buf:char[32]\n"
        "st:stat;c:unsigned char=i+1;d:f=1;acc:uint64_t;q=point{x=1,y=i}\n"
        "t=[1,2]\n"
        'calls:static int=0;s="ab"}',
    ),
    "goto and labels": (
        "int f(int fd) {\n"
        "    if (open(fd) < 0)\n"
        "        goto err;\n"
        "    return 0;\n"
        "err:\n"
        "    close(fd);\n"
        "    return -1;\n"
        "}",
        "F:f(fd)->i{open(fd)<0?goto err;^0;err:{close(fd)\n^-1}}",
    ),
    "loops": (
        "void f(int n) {\n"
        "    for (int i = 0, j = n; i < j; i++, j--) swap(i, j);\n"
        "    while ((n = next()) != 0) continue;\n"
        "    do { n--; } while (n > 3);\n"
        "    for (;;) break;\n"
        "}",
        "F:f(n){for(i=0,j=n;i<j;i++,j--){swap(i,j)}\n*(n=next())!=0{continue}\ndo{n--}*n>3;for(;;){break}}",
    ),
    "switch": (
        "int f(int k) {\n"
        "    switch (k) {\n"
        "    case 1:\n"
        "    case 2:\n"
        "        a();\n"
        "        break;\n"
        "    case 3:\n"
        "        b();\n"
        "    case 4: {\n"
        "        return c();\n"
        "    }\n"
        "    default:\n"
        "        break;\n"
        "    }\n"
        "    return 0;\n"
        "}",
        "F:f(k)->i{match k{1,2:a()\n3:{b()\nfallthrough}\n4:^c()}\n^0}",
    ),
    "assignments": (
        "void f(struct s *s) {\n"
        "    s->a = s->b = 0;\n"
        "    x = y = g();\n"
        "    x += 2, h();\n"
        "    (void)s;\n"
        "    (void)k(~x, -1, x ? 1 : 2);\n"
        "}",
        "F:f(s:s*){global x,y;s.b=0;s.a=0;y=g()\nx=y;x+=2;h()\nk(bnot x,-1,x?1:2)}",
    ),
    "preprocessor": (
        "int f(void) {\n"
        "#ifdef FAST\n"
        "    quick();\n"
        "#elif defined(SLOW) && N > 2\n"
        "    slow();\n"
        "#else\n"
        "    plain();\n"
        "#endif\n"
        "    return 1;\n"
        "}",
        "F:f()->i{#ifdef FAST{quick()}\n#elif defined(SLOW)&& N > 2{slow()}\n#else{plain()}\n^1}",
    ),
    "types of a file": (
        "#ifndef A_H\n"
        "#define A_H\n"
        "#include <x.h>\n"
        "#define MAX 9\n"
        "#define SQ(x) ((x) * (x))\n"
        "struct item { int id; char *name, tag[4]; unsigned on:1; void (*cb)(int); };\n"
        "typedef struct { float r; } disc;\n"
        "typedef enum { RED, BLUE = 4 } color;\n"
        "typedef int (*fn)(int);\n"
        "extern int shared;\n"
        "static const int table[] = { 1, 2 };\n"
        "int size(const struct item *it);\n"
        "#endif",
        "K:MAX=9\n"
        "K:SQ(x)=((x)*(x))\n"
        "M:item{id:i,name:char*\n"
        "tag:char[4]\n"
        "on:unsigned:1,cb:void(*)(int)}\n"
        "M:disc{r:float}\n"
        "E:color{RED,BLUE=4}\n"
        "T:fn=int(*)(int)\n"
        "K:table=[1,2]\n"
        "F:size(it:const item*)->i",
    ),
    "parameters": (
        "void *f(size_t len, FILE *file, char **argv, int v[], void (*done)(int, char), ...) { return NULL; }",
        "F:f(len:size_t,file,argv:char**,v:int[],done:void(*)(int,char),...)->void*{^NULL}",
    ),
    "a declaration and what is set first": (
        "void f(int n) {\n"
        "    uint64_t a, b;\n"
        "    char *p;\n"
        "    int size, c;\n"
        "    g(n);\n"
        "    a = n + 1;\n"
        "    size = sizeof(n);\n"
        "    c = 3;\n"
        "    while (n) b = n;\n"
        "    g(&size, &c, (char*) &p, &a);\n"
        "}",
        "F:f(n){b:uint64_t;p:char*\ng(n)\na:uint64_t=n+1;size:i=sizeof(n)\nc=3;*n{b=n}\ng(&size,&c,&p,&a)}",
    ),
    "texts that are arrays": (
        "void f(void) {\n"
        '    const char a[] = "a", b[] = "b";\n'
        '    char c[] = "c", d[8] = "d";\n'
        "    g(a, b, sizeof(b) - 1, c, d);\n"
        "}",
        'F:f(){a="a"\nb:char[]="b"\nc:char[]="c"\nd:char[8]="d"\ng(a,b,sizeof(b)-1,c,d)}',
    ),
    "a comma before what is returned": (
        "int f(int n) {\n    if (n) return (g(n), n++, h(n));\n    return errno = ENOSYS, -1;\n}",
        "F:f(n)->i{global errno;n?{g(n)\nn++\n^h(n)}\nerrno=ENOSYS;^-1}",
    ),
    "what the headers would tell": (
        "int f(void) {\n"
        "    uint64_t v = 0;\n"
        "    static const unsigned A = 7;\n"
        "#if defined(A) && \\\n"
        "    defined(B)\n"
        "    FormatMessage((LPSTR)&buf, (x)&y);\n"
        "#endif\n"
        "    return v * A;\n"
        "}",
        "F:f()->i{v:uint64_t=0;A:unsigned=7;#if defined(A)&& defined(B){FormatMessage(&buf,x&y)}\n^v*A}",
    ),
    "what is never compiled": (
        "int f(int n) {\n"
        "#if 0\n"
        "    g(n);\n"
        "#endif\n"
        "#if 0\n"
        "    return 3;\n"
        "#elif defined(X)\n"
        "    return 4;\n"
        "#else\n"
        "    return 5;\n"
        "#endif\n"
        "#if 0\n"
        "    h(n);\n"
        "#else\n"
        "    k(n);\n"
        "#endif\n"
        "}",
        "F:f(n)->i{#if defined(X){^4}\n#else{^5}\nk(n)}",
    ),
    "unions and globals that are counted": (
        "void f(union addr *a) {\n    union addr b;\n    copy(&b, (union addr *)next(a).raw);\n    ++seen;\n    left--;\n}",
        "F:f(a:union addr*){global left,seen;b:union addr;copy(&b,next(a).raw)\n++seen;left--}",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_view_says_what_the_source_says(case: str) -> None:
    source, view = CASES[case]
    assert print_steps(lower_unit(source, "c")) == view


def test_a_long_chain_costs_no_stack() -> None:
    steps = lower_unit("void f(void) { x" + "->g(1)" * 300 + "; }", "c")
    assert sum(isinstance(node, Call) for node in walk(steps)) == 300


def test_what_a_function_assigns_and_does_not_declare_is_noted() -> None:
    func = lower_unit("void f(int a) { int b; b = a; total = b; }", "c")[0]
    assert isinstance(func, Func)
    assert func.outer == ["total"]
