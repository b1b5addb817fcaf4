"""What TypeScript becomes before any rule: own snippets and the unrestated view that is printed of them."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps

CASES = {
    "types_that_are_told_go": (
        """async function load<T extends Base>(
          this: Window, userService: UserService, id: string, tags?: T[], mode: 'a' | 'b', cb: (x: T) => void,
        ): Promise<T[]> {
          const rows: T[] = (await userService.find<T>(id!)) as unknown as T[];
          return <any>rows satisfies T[];
        }""",
        "F:~load<T>(userService,id:s,tags?:T[],mode:'a'|'b',cb)->T[]{rows=~userService.find(id);^rows}",
    ),
    "parameter_fields": (
        "@Injectable() export class A extends B<C> implements D<E> {\n"
        "  @Input() name!: string;\n  private readonly n = 1;\n  declare q?: Q | null;\n"
        "  constructor(private readonly http: Http, plain: number) { super(); plain++; }\n"
        "  @Get(':id') override async one(@Param('id') id: string): Promise<void> {}\n"
        "  find(a: string): A;\n  find(a: any) { return a; }\n"
        "}",
        "@Injectable()\nC:A(B,D){@Input() name:s\nn=1\nq:(Q|null)?\n"
        "constructor(http,plain:f){super();.http=http;plain++}\n"
        "@Get(':id')\noverride ~one(@Param('id') id:s){}\nfind(a){^a}}",
    ),
    "abstract": (
        "abstract class A { abstract run(x: Job): boolean; protected abstract get y(): string; static { boot(); } }",
        "abstract C:A{abstract run(x:Job)->b\nabstract get y()->s\nstatic{boot()}}",
    ),
    "interfaces": (
        "export interface User extends Base<X> { id: number; name?: string; }",
        "M:User(Base){id:f,name:s?}",
    ),
    "interface_with_methods": ("interface Repo { find(id: string): User; }", "I:Repo{find(id:s)->User}"),
    "aliases": ("export type Id = string | number;", "T:Id=string|number"),
    "enums": ("export const enum E { A, B = 'b' }", "E:E{A,B='b'}"),
    "namespaces": ("namespace N { export const x = 1; }", "namespace C:N{x=1}"),
    "overloads": (
        "export function f(a: string): void;\nexport function f(a: number): void;\n"
        "export function f(a: any) { return a; }",
        "F:f(a){^a}",
    ),
    "guards": ("function isA(x: unknown): x is A { return x instanceof A; }", "F:isA(x)->x is A{^x instanceof A}"),
}


def flat(view: str) -> str:
    """A view on one line: which steps share a line is the printer's business."""
    return view.replace("\n", ";")


@pytest.mark.parametrize("case", CASES)
def test_view_before_rules(case: str) -> None:
    source, view = CASES[case]
    assert flat(print_steps(lower_unit(source, "typescript"))) == flat(view)
