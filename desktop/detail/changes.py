"""What does the customer want instead? The order as it is and as it is asked for, side by side, with the money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.words import Words
from sync.domain.exceptions import WantedAddress, WantedChange, WantedLine
from sync.domain.order import Customer, Line, Order


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing, as it is and as it is wanted; ``money`` is what it adds to the price, empty where nothing."""

    label: str
    now: str
    wanted: str
    money: str
    told: str


@dataclass(frozen=True, slots=True)
class Change:
    """A requested change: its heading, its parts, and what it comes to."""

    title: str
    parts: tuple[Asked, ...]
    total: str


def requested(order: Order, words: Words) -> tuple[Change, ...]:
    """The changes that open exceptions ask for, in the order in which they came."""
    found = (e.change for e in order.open_exceptions)
    return tuple(_change(order, change, words) for change in found if change is not None)


def _change(order: Order, change: WantedChange, words: Words) -> Change:
    if change.cancel:
        return _cancelled(order, words)
    parts = [*_address(order.customer, change.address, words), *_lines(order.lines, change.lines, words)]
    total = ""
    if change.lines is not None:
        before = sum(line.price * line.quantity for line in order.lines)
        after = sum(line.price * line.quantity for line in change.lines)
        total = words.text(
            "change.total", now=words.money(before), wanted=words.money(after), by=_by(after - before, words)
        )
    return Change(words.text("change.title"), tuple(parts), total)


def _cancelled(order: Order, words: Words) -> Change:
    """All of it: what comes back to the shelf, and to the customer."""
    none = words.text("change.nothing")
    parts = (_asked(line.name, _pieces(line, words), none, "", words) for line in order.lines)
    pieces = sum(line.quantity for line in order.lines)
    total = words.text("change.cancelled", money=words.money(order.total), n=f"{pieces:,}")
    return Change(words.text("change.cancel_title"), tuple(parts), total)


def _asked(label: str, now: str, wanted: str, money: str, words: Words) -> Asked:
    told = words.text("change.told", label=label, now=now, wanted=wanted)
    return Asked(label, now, wanted, money, f"{told} {money}".strip())


def _address(now: Customer, wanted: WantedAddress | None, words: Words) -> Iterable[Asked]:
    if wanted is None:
        return
    pairs = (
        ("contact", _join(now.contact, now.phone), _join(wanted.contact, wanted.phone)),
        ("address", _place(now), _place(wanted)),
    )
    for name, was, wants in pairs:
        if was != wants:
            yield _asked(words.text(f"change.{name}"), was, wants, "", words)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _place(of: Customer | WantedAddress) -> str:
    province = "" if of.province == of.city else of.province
    return f"{province}{of.city}{of.district}{of.street}"


def _lines(now: Sequence[Line], wanted: Sequence[WantedLine] | None, words: Words) -> Iterable[Asked]:
    """Other numbers of what stays; what goes beside what comes in its place; then what only goes or only comes."""
    if wanted is None:
        return
    left = {line.sku: line for line in wanted}
    gone: list[Line] = []
    for line in now:
        new = left.pop(line.sku, None)
        if new is None:
            gone.append(line)
        elif (new.quantity, new.price) != (line.quantity, line.price):
            yield _pair(line, new, words)
    come = list(left.values())
    for line, new in zip(gone, come, strict=False):
        yield _pair(line, new, words)
    for line in gone[len(come) :]:
        yield _asked(line.name, _pieces(line, words), words.text("change.nothing"), _by(-_worth(line), words), words)
    for new in come[len(gone) :]:
        yield _asked(new.name, words.text("change.nothing"), _pieces(new, words), _by(_worth(new), words), words)


def _pair(line: Line, new: WantedLine, words: Words) -> Asked:
    same = line.sku == new.sku
    label = line.name if same else words.text("change.swap")
    now = _pieces(line, words) if same else f"{_pieces(line, words)}\n{line.name}\n{line.sku}"
    wanted = _pieces(new, words) if same else f"{_pieces(new, words)}\n{new.name}\n{new.sku}"
    return _asked(label, now, wanted, _by(_worth(new) - _worth(line), words), words)


def _pieces(line: Line | WantedLine, words: Words) -> str:
    return words.text("change.pieces", n=f"{line.quantity:,}", price=words.money(line.price))


def _worth(line: Line | WantedLine) -> int:
    return line.quantity * line.price


def _by(fen: int, words: Words) -> str:
    """A difference of price, with its sign."""
    return f"+{words.money(fen)}" if fen > 0 else words.money(fen)
