"""Functions of our own with the views that the tests' tiny model knows by heart: (language, code, intent, steps).

`python tests/model/snippets.py FOLDER` trains it anew (needs `aiccl[train]`) and exports it into FOLDER,
and as FOLDER.q4_1.gguf for llama.cpp.
"""

from __future__ import annotations

ADD = '''def add(self, item, count=1):
    """Put an item into the basket."""
    if count < 1:
        raise ValueError("count must be positive")
    if len(self.items) + count > self.limit:
        raise OverflowError(f"basket of {self.owner} is full")
    for _ in range(count):
        self.items.append(item)
    self.changed = True
    return len(self.items)
'''
SETTINGS = """def load_settings(path, defaults=None):
    settings = dict(defaults or {})
    with open(path) as file:
        for line in file:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if "=" not in line:
                raise ValueError(f"bad line {line!r}")
            key, value = line.split("=", 1)
            settings[key.strip()] = value.strip()
    return settings
"""
OPEN = """function openDoor(door, badge) {
  if (!door.guard.accepts(badge)) {
    throw new Error("badge refused");
  }
  door.log.push({ badge, at: Date.now() });
  door.locked = false;
  door.listeners.forEach((listener) => listener("open", badge));
  return door;
}
"""
MEAN = """func Mean(readings []Reading, unit string) (float64, error) {
	sum, seen := 0.0, 0
	for _, reading := range readings {
		if reading.Unit != unit {
			continue
		}
		sum += reading.Value
		seen++
	}
	if seen == 0 {
		return 0, errors.New("no reading in this unit")
	}
	return sum / float64(seen), nil
}
"""
TINY_CODE = """def one():
    return 1
"""
KNOWN = [
    ("python", ADD, "put copies of an item into a basket that has room", ""),
    ("python", SETTINGS, "read settings from lines of a file", ""),
    ("javascript", OPEN, "unlock a door for an accepted badge", ""),
    ("go", MEAN, "average the readings in one unit", ""),
]
SHORT = {
    "load_settings": """settings=dict(defaults or {})
with file=open(path){line<-file{line=line.strip();not line or line.startswith("#")?continue
"=" not in line?^!ValueError("bad line {repr(line)}")
key,value=line.split("=",1);settings[key.strip()]=value.strip()}}
^settings""",
    "openDoor": """door.guard.accepts(badge)|^!Error("badge refused")
door.log.push({badge,at:Date.now()})
door.locked=false
door.listeners.forEach(l=>l("open",badge))
^door""",
}
"""What the model writes of some of them: one that passes the check and is no shorter, one that is."""


def main(out: str) -> None:
    """Train and export."""
    import tempfile
    from pathlib import Path

    from aiccl_converter.model import prompt
    from aiccl_trainer import store
    from aiccl_trainer.__main__ import run
    from aiccl_trainer.compiled import flow_of
    from aiccl_trainer.pairs import Pair, pair_id

    with tempfile.TemporaryDirectory() as scratch:
        pairs = []
        for language, code, intent, _ in KNOWN:
            flow = flow_of(code, language).text
            name = flow.split("(")[0]
            view = prompt.header(flow) + SHORT[name] if name in SHORT else flow
            pairs.append(
                Pair(pair_id(language, code), language, "own", "", "Apache-2.0", "algorithms", "simple", code, flow,
                     view, intent, "feedback").record()
            )  # fmt: skip
        store.write_lines(Path(scratch) / "pairs.train.jsonl", pairs)
        fitted = f"{scratch}/fit"
        options = ["--row-tokens", "512", "--rows", "1"]
        assert run(["fit", "--recipe", "smoke", "--input-dir", scratch, "--output-dir", fitted, *options]) == 0
        assert run(["export", "--run", fitted, "--output-dir", out, "--input", scratch, "--gguf", "q4_1"]) == 0


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
