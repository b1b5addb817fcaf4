"""What TSX becomes before any rule: TypeScript's tables with markup."""

from __future__ import annotations

from aiccl_converter.compiler import lower_unit
from aiccl_converter.language.printer import print_steps


def view(source: str) -> str:
    return print_steps(lower_unit(source, "tsx")).replace("\n", ";")


def test_component_with_types() -> None:
    source = """export const Card: React.FC<Props> = ({ title, ...rest }: Props): JSX.Element => {
      const [open, setOpen] = useState<boolean>(false);
      const ref = useRef<HTMLDivElement>(null!);
      return <div ref={ref} {...rest}><Head<string> text={title as string} /></div>;
    };"""
    assert view(source) == (
        "F:Card({title,...rest}){[open,setOpen]=useState(false);ref=useRef(null);^div(ref=,...rest){Head(text=title)}}"
    )


def test_generic_arrow() -> None:
    assert view("const id = <T,>(x: T): T => x;") == "F:id(x){^x}"


def test_member_tags_and_namespaces() -> None:
    assert view("const a = () => <A.B x:y='1'><svg:path d=\"M0 {0}\"/></A.B>;") == (
        "F:a(){^A.B(x:y='1'){svg:path(d='M0 {0}')}}"
    )
