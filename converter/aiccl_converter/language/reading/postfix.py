"""What is attached to an operand: members, calls, indexes, braces, `!`, Ruby's `?` and type arguments.

Contract: only tight marks attach; a blank before one starts another operand.
"""

from __future__ import annotations

from ..lexer import NAME, NUM
from ..tree import Block, Call, Member, Name, Node, Post, Routed
from .marks import AFTER_GENERIC, BUILDS, COND_STOPS, ENDS, MAX_CHAIN
from .operands import OperandReader


class PostfixReader(OperandReader):
    """What is attached to an operand: members, calls, indexes, braces, `!`, Ruby's `?` and type arguments."""

    def postfix(self, node: Node, at: int) -> Node:
        """Members, calls, indexes and braces attached to an operand."""
        word, kind, spaced = self.word, self.kind, self.spaced
        turns = 0
        while True:
            i = self.i
            if spaced[i]:
                return node
            w = word[i]
            if w == ".":
                if spaced[i + 1]:
                    return node
                k = kind[i + 1]
                if k == NAME:
                    name = word[i + 1]
                    if "::" in name:
                        head, _, tail = name.partition("::")
                        node = Member(Member(node, head, pos=at), tail, "::", pos=at)
                    else:
                        node = Member(node, name, pos=at)
                    self.i += 2
                elif k == NUM and word[i + 1].isdigit():
                    node = Member(node, word[i + 1], pos=at)
                    self.i += 2
                elif word[i + 1] == "[" or word[i + 1] == "(":
                    self.i += 1
                else:
                    return node
            elif w == "(":
                node = self.call(node, at)
            elif w == "?.":
                if kind[i + 1] == NAME:
                    if self.guards(node, i):
                        return node
                    node = Member(node, word[i + 1], "?.", pos=at)
                    self.i += 2
                elif word[i + 1] == "(":
                    self.i += 1
                    node = Call(Member(node, "", "?.", pos=at), self.args(), pos=at)
                elif word[i + 1] == "[":
                    self.i += 1
                    node = self.index(Member(node, "", "?.", pos=at), at)
                else:
                    return node
            elif w == "[":
                node = self.index(node, at)
            elif w == "{":
                if self.body_next:
                    return node
                if self.paths(i):
                    node = Routed(node, self.braces(), pos=at)
                elif type(node) not in BUILDS:
                    return node
                else:
                    node = self.brace_after(node, at)
            elif w == "!":
                nxt = word[i + 1]
                if nxt == "!" and not spaced[i + 1]:
                    node = Post(node, "!!", pos=at)
                    self.i += 2
                elif nxt in "([" and not spaced[i + 1] and nxt and type(node) in (Name, Member):
                    if type(node) is Name:
                        node = Name(node.id + "!", pos=at)
                    elif type(node) is Member:
                        node = Member(node.obj, node.name + "!", node.op, pos=at)
                    self.i += 1
                elif nxt == "{" and not spaced[i + 1] and type(node) is Name and not self.body_next:
                    self.i += 1
                    return Block(node.id + "!", self.braces(), pos=at)
                elif nxt in ("in", "is") and not spaced[i + 1] and kind[i + 1] == NAME:
                    return node
                else:
                    node = Post(node, "!", pos=at)
                    self.i += 1
            elif w == "++" or w == "--":
                node = Post(node, w, pos=at)
                self.i += 1
            elif w == "::" or w == "->":
                if kind[i + 1] == NAME and not spaced[i + 1]:
                    node = Member(node, word[i + 1], "::" if w == "::" else ".", pos=at)
                    self.i += 2
                elif w == "::" and word[i + 1] == "<":
                    end = self.angles(i + 1)
                    if end < 0:
                        return node
                    node = self.with_text(node, self.slice(i, end))
                    self.i = end
                else:
                    return node
            elif w == "?":
                if type(node) not in (Name, Member) or not self.predicate(i):
                    return node
                if type(node) is Name:
                    node = Name(node.id + "?", pos=at)
                elif type(node) is Member:
                    node = Member(node.obj, node.name + "?", node.op, pos=at)
                self.i += 1
            elif w == "<":
                generic = self.generic(node)
                if generic is None:
                    return node
                node = generic
            elif w == "#" and kind[i + 1] == NAME and type(node) is Name:
                node = Name(node.id + "#" + word[i + 1], pos=at)
                self.i += 2
            else:
                return node
            turns += 1
            if turns > MAX_CHAIN:
                raise self.fail(f"more than {MAX_CHAIN} members or calls in one chain", "name a part of it")

    def guards(self, node: Node, i: int) -> bool:
        """Whether the `?.` at i is a guard before a receiver's member, written without its blank."""
        if self.strict:
            return False
        end = self.ahead(i + 1, frozenset(":?"), COND_STOPS)
        if end < 0 or self.word[end] != ":" or self.word[end + 1] in ENDS:
            return False
        if not self.pipe or self.body_next:
            return False
        self.word[i] = "?"
        self.dotted = i + 1
        return True

    def predicate(self, i: int) -> bool:
        """Whether the `?` at i belongs to the name before it, as Ruby's `empty?`."""
        nxt = self.word[i + 1]
        if self.kind[i - 1] != NAME:
            return False
        if self.spaced[i + 1]:
            return nxt in ("?", "&&", "||", "==", "!=", "and", "or", "if", "unless")
        if nxt == "(":
            close = self.close[i + 1]
            return self.strict or close == i + 2 or self.word[close + 1] != ":"  # printed, a branch would have a blank
        return nxt in (")", ",", "]", "}", "&&", "||", "==", "\n", ";", "")

    def generic(self, node: Node) -> Node | None:
        """`Name<T>` before a call or a build."""
        i = self.i
        if self.word[i] != "<" or self.spaced[i] or self.spaced[i + 1] or type(node) not in (Name, Member):
            return None
        end = self.angles(i)
        w = self.word[end]
        if end < 0 or (self.spaced[end] and w != "\n"):
            return None
        if (
            w not in AFTER_GENERIC
            or (w == "{" and self.body_next)
            or (w not in ("(", "{", "::") and self.word[end - 2] == "=")
        ):
            return None
        self.i = end
        return self.with_text(node, self.slice(i, end))
