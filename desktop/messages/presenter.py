"""What became of each message? From whom, to whom, whether it was heard or read here, and until when it counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop.signs import Tone
from desktop.words import DAY, Words
from sync.domain.order import UserId
from sync.wire.colleagues import Message, Recipient

KEPT_DAYS, KEPT_MOST = 7, 60
"""How long, and how many, are still shown after they expired."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, ready to be shown; ``state`` is new, heard, read, sent or expired."""

    id: str
    icon: str
    tone: Tone
    state: str
    title: str
    text: str
    at: str
    standing: str


def letters(
    messages: Sequence[Message], new: Collection[str], read: Collection[str], me: UserId, words: Words, now: int
) -> tuple[Letter, ...]:
    """All messages, newest first. ``new``: ids that nobody heard here; ``read``: ids that were on this screen."""
    return tuple(_letter(m, _state(m, new, read, me, now), me, words, now) for m in reversed(messages))


_SIGNS: dict[str, tuple[str, Tone]] = {
    "new": ("chat-circle-dots", "info"),
    "heard": ("speaker-high", "neutral"),
    "read": ("check", "neutral"),
    "sent": ("paper-plane-tilt", "neutral"),
    "expired": ("clock-counter-clockwise", "neutral"),
}


def _state(message: Message, new: Collection[str], read: Collection[str], me: UserId, now: int) -> str:
    if message.expires_at <= now:
        return "expired"
    if message.sender == me:
        return "sent"
    if message.id in read:
        return "read"
    return "new" if message.id in new else "heard"


def _letter(message: Message, state: str, me: UserId, words: Words, now: int) -> Letter:
    icon, tone = _SIGNS[state]
    sender = words.text("message.me") if message.sender == me else message.sender_name
    until = "message.expired" if state == "expired" else "message.counts"
    return Letter(
        id=message.id,
        icon=icon,
        tone=tone,
        state=state,
        title=words.text("message.way", sender=sender, to=recipient(message.to, me, words)),
        text=message.text,
        at=words.moment(message.at, now),
        standing=words.text(
            "message.standing",
            state=words.text(f"message.state.{state}"),
            until=words.text(until, moment=words.moment(message.expires_at, now)),
        ),
    )


def recipient(to: Recipient, me: UserId, words: Words) -> str:
    """To whom a message goes, by name."""
    if to.kind == "all":
        return words.text("message.everybody")
    if to.kind == "warehouse":
        return words.warehouse(to.id)
    return words.text("message.me") if to.id == me else words.who(to.id)


def merged(kept: Sequence[Message], told: Sequence[Message], now: int) -> tuple[Message, ...]:
    """What was kept here and what the central still has, oldest first, without what is long over."""
    known = {m.id: m for m in (*kept, *told)}
    fresh = [m for m in known.values() if m.expires_at > now - KEPT_DAYS * DAY]
    return tuple(sorted(fresh, key=lambda m: (m.at, m.id))[-KEPT_MOST:])
