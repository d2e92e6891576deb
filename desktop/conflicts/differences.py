"""What is different about the order since it was seen? Line by line, as it was and as it is."""

from dataclasses import dataclass

from desktop.words import Words
from sync.domain.order import Order


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about the order, as it was seen and as it is. ``told`` is all of it in one sentence."""

    label: str
    seen: str
    now: str
    changed: bool
    told: str


_ALWAYS = frozenset({"status", "holds", "version"})
"""Shown also where nothing changed."""


def differences(seen: Order | None, is_now: Order | None, words: Words, now: int) -> tuple[Difference, ...]:
    """What changed first, then what is worth knowing though it did not; empty where one side is not known."""
    if seen is None or is_now is None:
        return ()
    was, is_ = _told(seen, words, now), _told(is_now, words, now)
    told = [name for name in was if name in _ALWAYS or was[name] != is_[name]]
    return tuple(
        _difference(name, was[name], is_[name], words) for name in sorted(told, key=lambda n: was[n] == is_[n])
    )


def _difference(name: str, was: str, is_: str, words: Words) -> Difference:
    label, changed = words.text(f"conflict.label.{name}"), was != is_
    told = words.text("conflict.told_changed" if changed else "conflict.told_same", label=label, seen=was, now=is_)
    return Difference(label, was, is_, changed, told)


def _told(order: Order, words: Words, now: int) -> dict[str, str]:
    who = order.customer
    none = words.text("conflict.no_holds")
    both = words.text("list.and")
    return {
        "status": words.status(order.status).label,
        "holds": both.join(words.reason(h.reason) for h in order.holds) or none,
        "exceptions": both.join(words.reason(e.kind) for e in order.open_exceptions) or none,
        "warehouse": words.warehouse(order.warehouse),
        "carrier": words.carrier(order.carrier),
        "waybill": order.waybill or words.text("detail.no_waybill"),
        "place": words.place(order.place) or none,
        "address": " ".join(p for p in (who.province, who.city, who.district, who.street, who.contact, who.phone) if p),
        "articles": both.join(f"{line.quantity} × {line.name}" for line in order.lines),
        "amount": words.money(order.total),
        "due": words.moment(order.due_at, now),
        "return": words.text("detail.return_requested") if order.return_requested else none,
        "version": str(order.version),
    }
