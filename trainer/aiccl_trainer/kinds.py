"""What a function is about (one of ten pattern categories) and how complex it is.

Contract: `kind_of(code, path, language)` never fails; it weighs words of the path, the function's name and its text by
the table below. It is rough on purpose: it balances and breaks down figures, nothing depends on a single answer.
`complexity_of(steps)` reads the lowered tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from aiccl_converter.language.tree import (
    Await,
    Case,
    Comp,
    Cond,
    Each,
    Func,
    Go,
    Handler,
    If,
    Lambda,
    Loop,
    Node,
    Route,
    Try,
    While,
    With,
    walk,
)

KINDS = (
    "crud",
    "api",
    "data",
    "auth",
    "business",
    "database",
    "frontend",
    "architecture",
    "algorithms",
    "patterns",
)
"""CRUD, API endpoints, data processing, authentication, business logic, database, frontend, architecture, algorithms,
design patterns."""
COMPLEXITIES = ("simple", "medium", "complex", "advanced")

# kind -> (words of a path or name, shapes in the text); a space separates, so that none stands in a shape
_WORDS: dict[str, tuple[str, str]] = {
    "crud": (
        "crud create update delete destroy remove insert edit save list retrieve fetch find add",
        r"\.save\( \.delete\( \.destroy\( \.create\( \.update\( findById get_object_or_404 \.findOne\( deleteById "
        r"update_attributes",
    ),
    "api": (
        "api apis controller controllers endpoint endpoints route routes router handler handlers rest "
        "resource resources "
        "view views middleware http server servlet web rpc graphql request response",
        r"\brequest\b \breq\. \bres\. \bresponse\b ResponseEntity HttpServlet @(?:Get|Post|Put|Delete|Request)Mapping "
        r"http\.Status \bstatus_code\b JsonResponse @Path c\.JSON\( w\.Write \.json\( http\.Error",
    ),
    "data": (
        "data parse parser parsers serialize serializer serializers deserialize encode encoder decode decoder format "
        "convert converter transform csv json xml yaml io stream streams reader writer codec import export normalize "
        "buffer lexer tokenizer",
        r"\bparse \bdecode\b \bencode\b \bserialize JSON\. json\.loads \.split\( \.map\( \.filter\( \.reduce\( "
        r"\bbytes\b \bbuffer\b \bregex\b re\.compile \.replace\(",
    ),
    "auth": (
        "auth authentication authorization authenticator login logout signin signup oauth token tokens "
        "session sessions "
        "password passwords permission permissions security credential credentials jwt csrf acl role "
        "roles user account",
        r"\bpassword\b \btoken\b authenticat authoriz permission \bcredential \bcsrf\b \bjwt\b \boauth "
        r"is_authenticated "
        r"\bprincipal\b \bsecret\b hasRole",
    ),
    "business": (
        "order orders invoice payment payments price pricing cart basket checkout shipping offer offers discount stock "
        "booking bookings reservation event events billing subscription subscriptions member members workflow approve "
        "approval publish schedule notify notification notifications email mail report reports policy rule rules "
        "campaign contribution abstract service services newsletter",
        r"\bprice\b \bamount\b \btotal\b \bcustomer\b \border\b \binvoice\b \bdiscount\b \bquantity\b \bcurrency\b "
        r"\bsubscri \bemail\b \bpayment",
    ),
    "database": (
        "db database sql orm query queries queryset migration migrations schema model models repository repositories "
        "dao store storage persistence jdbc hibernate jpa doctrine eloquent record transaction "
        "transactions table index "
        "cursor engine cache",
        r"\bSELECT\b \bINSERT\sINTO\b \bUPDATE\b \bcursor\b \bsession\.query \.execute\( \bqueryset\b \bWHERE\b "
        r"\btransaction\b \bcommit\( \brollback \.objects\. EntityManager \bResultSet\b",
    ),
    "frontend": (
        "component components ui widget widgets page pages hook hooks screen screens template templates form forms "
        "render dialog modal button menu layout style styles theme css dom navigation react",
        r"return\s\(?\s*<[A-Za-z] useState useEffect className= onClick document\.(?:get|query|create) "
        r"addEventListener "
        r"\brender\( @Component setState useCallback useMemo innerHTML findViewById",
    ),
    "architecture": (
        "config configuration settings bootstrap container module modules plugin plugins kernel dispatcher registry "
        "loader lifecycle startup app application cluster raft worker workers queue pool scheduler thread threads "
        "concurrent async runtime log logging logger monitor metrics cli command commands process channel lock sync",
        r"\bregister\( \bthread\b \bThread\b \bgoroutine\b go\sfunc \bmutex\b \.Lock\( \basync\b "
        r"\bexecutor\b \bspawn\( "
        r"\bsynchronized\b os\.environ getenv \bSIG[A-Z]+\b \bchan\b tokio:: ServiceProvider",
    ),
    "algorithms": (
        "algorithm algorithms sort search graph graphs tree trees heap matrix math dp dynamic_programming hash hashing "
        "distance path shortest prime primes permutation combinations geometry linked_list stack set sets bit compress "
        "random numeric arithmetic utils util lang",
        r"\bwhile\b.*[<>] \bfor\b.*\brange\(len \[i\]\[j\] \[i\s?[-+]\s?1\] \bswap\b \bvisited\b \bheapq\b <<|>> "
        r"\bmid\b \bnode\.(?:left|right|next)\b \bMath\.(?:min|max|floor) \bmemo\b",
    ),
    "patterns": (
        "factory builder visitor observer strategy adapter decorator proxy singleton iterator facade command listener "
        "subscriber provider wrapper delegate mixin abstract base interceptor chain composite operator operators "
        "observable pipeline",
        r"\breturn\sthis;?$ \bvisitor\b \baccept\( \bobserver\b \bsubscribe\( \bdelegate\b \bwrapped\b \bgetInstance\( "
        r"\bbuilder\b \blistener \bemit\(",
    ),
}
_FALLBACK = "business"
_SPLIT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@cache
def _tables() -> tuple[dict[str, list[str]], dict[str, list[re.Pattern[str]]]]:
    named: dict[str, list[str]] = {}
    patterns: dict[str, list[re.Pattern[str]]] = {}
    for kind, (words, shapes) in _WORDS.items():
        for word in words.split():
            named.setdefault(word, []).append(kind)
        patterns[kind] = [re.compile(shape, re.M) for shape in shapes.split()]
    return named, patterns


def kind_of(code: str, path: str = "", language: str = "", name: str = "") -> str:
    """The pattern category that most words speak for."""
    named, patterns = _tables()
    votes = dict.fromkeys(KINDS, 0.0)
    folders = [word.lower() for word in _SPLIT.findall(path)]
    for words, weight in ((folders, 2.0), ([w.lower() for w in _SPLIT.findall(name or _first_name(code))], 1.5)):
        for word in dict.fromkeys(words):
            for kind in named.get(word, ()):
                votes[kind] += weight
    text = code[:6000]
    for kind, shapes in patterns.items():
        votes[kind] += sum(1.0 for shape in shapes if shape.search(text))
    if language == "tsx":
        votes["frontend"] += 3.0
    best = max(KINDS, key=lambda kind: votes[kind])
    return best if votes[best] > 0 else _FALLBACK


def _first_name(code: str) -> str:
    found = re.search(r"\b(\w+)[ \t]*\(", code[:2000])
    return found[1] if found else ""


_BRANCHES = (If, Cond, Case, Each, While, Loop, Comp, Handler)
_ADVANCED = (Go, Await, With, Try)


def complexity_of(steps: Sequence[Node]) -> str:
    """`simple` has at most one decision, `medium` four, `complex` nine; concurrency, resources and nested functions
    count as decisions."""
    decisions = 0
    for step in steps:
        for node in walk(step):
            if isinstance(node, _BRANCHES):
                decisions += 1
            elif isinstance(node, _ADVANCED):
                decisions += 1
            elif isinstance(node, Lambda) or (isinstance(node, Func) and node is not step):
                decisions += 0 if isinstance(step, Route) else 1
    if decisions <= 1:
        return "simple"
    if decisions <= 4:
        return "medium"
    return "complex" if decisions <= 9 else "advanced"
