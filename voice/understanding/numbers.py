"""Which digits were said? One by one, with the forms people use (oh, double four; 幺 两 拐 洞 勾)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Numerals:
    """The words of one language. ``spoken`` and ``also`` map a token to its digit, ``repeats`` to a factor.

    Only ``spoken`` words and the ``repeats`` among ``listened`` are listened for. The others are understood where they
    turn up: typed, or written by a recogniser for a word of the same sound ("to" for "two").
    """

    spoken: Mapping[str, str]
    also: Mapping[str, str]
    repeats: Mapping[str, int]
    listened: tuple[str, ...] = ()

    def digit(self, token: str) -> str | None:
        if token in DIGITS:
            return token
        return self.spoken.get(token) or self.also.get(token)

    def words(self) -> tuple[str, ...]:
        """The tokens that can be said, in a fixed order."""
        return tuple(self.spoken)


def read_digits(
    numerals: Numerals, tokens: Sequence[str], start: int, fewest: int, most: int
) -> Iterator[tuple[int, str]]:
    """Every way to read ``fewest`` to ``most`` digits from ``start``: (index after them, digits)."""
    found, at = "", start
    while at < len(tokens) and len(found) < most:
        times = numerals.repeats.get(tokens[at], 1)
        at += 1 if tokens[at] in numerals.repeats else 0
        digit = numerals.digit(tokens[at]) if at < len(tokens) else None
        if digit is None:
            return
        found += digit * times
        at += 1
        if fewest <= len(found) <= most:
            yield at, found


def digits_grow(numerals: Numerals, tokens: Sequence[str], start: int, most: int) -> bool:
    """Whether all the tokens from ``start`` are digits, and fewer than ``most``: another one may follow."""
    count, times = 0, 1
    for token in tokens[start:]:
        if token in numerals.repeats:
            times = numerals.repeats[token]
        elif numerals.digit(token) is None:
            return False
        else:
            count, times = count + times, 1
    return count < most


def pairs_covered(words: Sequence[str]) -> tuple[str, ...]:
    """A shortest circle of words in which every word follows every word once (de Bruijn, order 2)."""
    sequence: list[str] = []
    for i, first in enumerate(words):
        sequence.append(first)
        for second in words[i + 1 :]:
            sequence += (first, second)
    return tuple(sequence)
