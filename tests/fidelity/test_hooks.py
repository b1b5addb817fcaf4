"""Views of components are compared in the words of their source: states and effects are read back into hooks."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler.rules import engine
from aiccl_converter.fidelity import hooks
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.language.printer import print_unit
from aiccl_converter.source.lower import lower_unit

COMPONENT = """export const Box = ({ items }: Props) => {
  const [open, setOpen] = useState(false);
  const [n, setN] = useState();
  useEffect(() => {
    setN(items.length);
    return () => release(n);
  }, [items.length, n]);
  useEffect(() => watch(open));
  return <Panel open={open} count={n} onToggle={() => setOpen(!open)} onReset={open => { setOpen(open); }} />;
};"""

VIEWS = {
    "state open=false\nopen=true": "[open,setOpen]=useState(false)\nsetOpen(true)",
    "state x,y=f()\ng(()=>{y=1})": "[x,setX]=useState()\n[y,setY]=useState(f())\ng(()=>setY(1))",
    "effect[a.b,c]{g(a)}": "useEffect(()=>{g(a)},[a.b,c])",
    "effect{ref.current=1;h()}": "useEffect(()=>{ref.current=1;h()})",
    "state x=0\ng(x=>{x=1;h(x)})": "[x,setX]=useState(0)\ng(x=>{x=1;h(x)})",
}


@pytest.mark.parametrize("view", VIEWS)
def test_states_and_effects_are_hooks(view: str) -> None:
    given = parse_unit("C()\n" + view)
    assert hooks.plain(given) == parse_unit("C()\n" + VIEWS[view])


def test_a_restated_component_reads_back_into_its_source() -> None:
    source = lower_unit(COMPONENT, "tsx")
    view, _ = engine("tsx").run_steps(source)
    text = print_unit(view[0])
    assert "state n" in text
    assert "effect[items.length,n]{" in text
    assert print_unit(hooks.plain(view[0])).count("useEffect") == 2


def test_other_trees_are_left_as_they_are() -> None:
    given = parse_unit("f(x)\ny=x\n^y")
    assert hooks.plain(given) is given
