"""How is a phrase written? Words, ``(a|b)`` one of, ``[a]`` perhaps, ``{slot}`` a value; compiled and matched here."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from voice.detail import Detail, Flaw, detail
from voice.language import tokenise

SlotReader = Callable[[str, Sequence[str], int], Iterator[tuple[int, object]]]
"""(slot name, tokens, start) → every (index after the value, value)."""

SlotGrows = Callable[[str, Sequence[str], int], bool]
"""(slot name, tokens, start) → whether the rest of the tokens is the beginning of a longer value."""

Slots = tuple[tuple[str, object], ...]


class TemplateError(ValueError):
    """The phrase cannot be compiled; ``why`` says what is wrong and at which character."""

    def __init__(self, why: Detail) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Sequenced:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    ways: "tuple[Node, ...]"


Node = Word | Slot | Sequenced | Choice
NOTHING = Sequenced(())

_MARK = re.compile(r"[()\[\]|]|\{[^}]*\}?|[^()\[\]|{]+")
_CLOSING = {"(": ")", "[": "]"}


class _Reader:
    """Recursive descent over the marks of one phrase."""

    def __init__(self, phrase: str, slots: frozenset[str]) -> None:
        self._marks = [(m.start(), m.group()) for m in _MARK.finditer(phrase)]
        self._slots = slots
        self._next = 0

    def peek(self) -> str:
        return self._marks[self._next][1] if self._next < len(self._marks) else ""

    def whole(self) -> Node:
        node = self._choice()
        if self.peek():
            raise TemplateError(detail(Flaw.CLOSES_NOTHING, mark=self.peek(), at=self._marks[self._next][0] + 1))
        return node

    def _choice(self) -> Node:
        ways = [self._sequence()]
        while self.peek() == "|":
            self._next += 1
            ways.append(self._sequence())
        if len(ways) > 1 and NOTHING in ways:
            raise TemplateError(detail(Flaw.EMPTY_WAY))
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")", "]"):
            at, mark = self._marks[self._next]
            self._next += 1
            parts += self._item(at, mark)
        return parts[0] if len(parts) == 1 else Sequenced(tuple(parts))

    def _item(self, at: int, mark: str) -> list[Node]:
        if mark in _CLOSING:
            return [self._bracket(at, mark)]
        if mark.startswith("{"):
            return [self._slot(at, mark)]
        return [Word(token) for token in tokenise(mark)]

    def _bracket(self, at: int, mark: str) -> Node:
        inner = self._choice()
        if self.peek() != _CLOSING[mark]:
            raise TemplateError(detail(Flaw.NOT_CLOSED, mark=mark, at=at + 1))
        self._next += 1
        if inner == NOTHING:
            raise TemplateError(detail(Flaw.EMPTY_BRACKETS, at=at + 1))
        return Choice((inner, NOTHING)) if mark == "[" else inner

    def _slot(self, at: int, mark: str) -> Node:
        name = mark[1:-1].strip()
        if not mark.endswith("}") or name not in self._slots:
            known = ", ".join(sorted(self._slots))
            raise TemplateError(detail(Flaw.NO_SLOT, mark=mark, at=at + 1, known=known))
        return Slot(name)


def compile_phrase(phrase: str, slots: frozenset[str]) -> Node:
    """The phrase as a tree; raises TemplateError."""
    node = _Reader(phrase, slots).whole()
    if any(not skeleton for skeleton in expand(node)):
        raise TemplateError(detail(Flaw.ALL_OPTIONAL))
    return node


def match(node: Node, tokens: Sequence[str], read: SlotReader) -> Iterator[Slots]:
    """The slot values of every way in which the phrase matches all of the tokens."""
    for end, slots in _ends(node, tokens, 0, read):
        if end == len(tokens):
            yield slots


def _ends(node: Node, tokens: Sequence[str], start: int, read: SlotReader) -> Iterator[tuple[int, Slots]]:
    match node:
        case Word(text):
            if start < len(tokens) and tokens[start] == text:
                yield start + 1, ()
        case Slot(name):
            for end, value in read(name, tokens, start):
                yield end, ((name, value),)
        case Choice(ways):
            for way in ways:
                yield from _ends(way, tokens, start, read)
        case _:
            yield from _run(node.parts, tokens, start, read)


def _run(parts: tuple[Node, ...], tokens: Sequence[str], start: int, read: SlotReader) -> Iterator[tuple[int, Slots]]:
    if not parts:
        yield start, ()
        return
    for middle, head in _ends(parts[0], tokens, start, read):
        for end, tail in _run(parts[1:], tokens, middle, read):
            yield end, head + tail


def grows(node: Node, tokens: Sequence[str], start: int, read: SlotReader, slot_grows: SlotGrows) -> bool:
    """Whether the phrase, begun at ``start``, can take all the tokens and at least one more after them."""
    match node:
        case Word():
            return start == len(tokens)
        case Slot(name):
            return slot_grows(name, tokens, start)
        case Choice(ways):
            return any(grows(way, tokens, start, read, slot_grows) for way in ways)
        case _:
            return _run_grows(node.parts, tokens, start, read, slot_grows)


def _run_grows(
    parts: tuple[Node, ...], tokens: Sequence[str], start: int, read: SlotReader, slot_grows: SlotGrows
) -> bool:
    if not parts:
        return False
    return grows(parts[0], tokens, start, read, slot_grows) or any(
        _run_grows(parts[1:], tokens, middle, read, slot_grows) for middle, _ in _ends(parts[0], tokens, start, read)
    )


def expand(node: Node) -> Iterator[tuple[Word | Slot, ...]]:
    """Every way to say the phrase, slots left open."""
    match node:
        case Word() | Slot():
            yield (node,)
        case Choice(ways):
            for way in ways:
                yield from expand(way)
        case _:
            yield from _expand_run(node.parts)


def _expand_run(parts: tuple[Node, ...]) -> Iterator[tuple[Word | Slot, ...]]:
    if not parts:
        yield ()
        return
    for head in expand(parts[0]):
        for tail in _expand_run(parts[1:]):
            yield head + tail
