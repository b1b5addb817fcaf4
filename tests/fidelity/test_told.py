"""Free views: what is told in other words passes, and turned round it does not."""

from __future__ import annotations

import pytest
from aiccl_converter.fidelity import check

SOUND = {
    "a step skipped in a word": (
        "python",
        "def f(rows, out):\n    for r in rows:\n        i = look(r)\n        if i is None:\n            continue\n"
        "        out[i.name] = i.total\n",
        "f(rows,out)\nr<-rows{look(r)>i;i null?skip;out[i.name]=i.total}",
    ),
    "a filter": (
        "python",
        "def keep(asked, known):\n    out = []\n    for e in asked:\n        if e in known:\n"
        "            out.append(e)\n    return out\n",
        "keep(asked,known)\n^[e for e in asked if e in known]",
    ),
    "a condition inside a phrase": (
        "python",
        "def f(lamp, wall):\n    if lamp.on:\n        shade = 'light grey'\n    else:\n        shade = 'dark brown'\n"
        "    wall.paint(shade, 2)\n",
        "f(lamp,wall)\nwall.paint(shade 'light grey' if lamp.on else 'dark brown',2)",
    ),
    "Go's error plumbing": (
        "go",
        "func save(db *DB, u User) error {\n\terr := db.Put(u.ID, u)\n\tif err != nil {\n\t\treturn err\n\t}\n"
        "\tdb.Flush()\n\treturn nil\n}",
        "save(db,u:User)\ndb.Put(u.ID,u)!\ndb.Flush()",
    ),
}
BROKEN = {
    "a condition inside a phrase": ("if lamp.on", "if !lamp.on"),
    "a filter": ("if e in known", "if e not in known"),
    "a step skipped in a word": ("i null?skip", "!(i null)?skip"),
    "Go's error plumbing": ("db.Put(u.ID,u)!", "err=db.Put(u.ID,u)\nerr==nil?^err"),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_says_the_same_passes(name: str) -> None:
    language, source, view = SOUND[name]
    report = check(source, view, language)
    assert report.passed, str(report)


@pytest.mark.parametrize("name", BROKEN)
def test_what_turns_it_round_fails(name: str) -> None:
    language, source, view = SOUND[name]
    old, new = BROKEN[name]
    assert old in view
    report = check(source, view.replace(old, new), language)
    assert not report.passed, str(report)


def test_a_text_written_in_pieces_is_one_text() -> None:
    source = 'def sample():\n    return {"token": "eyJ0eXAi.eyJ1"\n        "c2VyX2lk.M10b"}\n'
    assert check(source, 'sample()\n^{"token":"eyJ0eXAi.eyJ1c2VyX2lk.M10b"}', "python").passed
    assert not check(source, 'sample()\n^{"token":"eyJ0eXAi.eyJ1c2VyX2lk.M11b"}', "python").passed
