"""How does one order read? Every part of it as words and signs, and its history as moments."""

from dataclasses import dataclass

from desktop.detail.changes import Change, requested
from desktop.notices.presenter import Notice, Offer
from desktop.signs import OPS, OUTCOMES, REASONS, Badge, Tone
from desktop.verbs.presenter import Verb, verbs
from desktop.words import MINUTE, Due, Words
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import OrderException
from sync.domain.holds import Hold
from sync.domain.order import Note, Order
from sync.domain.permissions import Action
from sync.store.projection import Pending, Seen
from sync.wire.messages import History, HistoryEntry


@dataclass(frozen=True, slots=True)
class Fact:
    """A sign, a line, a quieter second line, a word at the right edge, and what to do next."""

    icon: str
    title: str
    detail: str = ""
    aside: str = ""
    tone: Tone = "neutral"
    step: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    name: str
    sku: str
    quantity: str
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that the central keeps for the order."""

    id: str
    name: str
    size: str
    viewed: bool
    """Whether it is of a kind that can be looked at."""


VIEWED = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "application/pdf": ".pdf",
    "text/plain": ".txt",
}  # fmt: skip
"""Kinds of files that show and do nothing, with the ending under which the system's viewer knows them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One order, ready to be shown."""

    number: str
    waybill: str
    customer: str
    status: Badge
    due: Due
    facts: tuple[tuple[str, str], ...]
    contact: str
    address: str
    exceptions: tuple[Fact, ...]
    holds: tuple[Fact, ...]
    pending: tuple[Fact, ...]
    changes: tuple[Change, ...]
    notes: tuple[Fact, ...]
    attachments: tuple[File, ...]
    articles: tuple[Article, ...]
    total: str
    verbs: tuple[Verb, ...]
    notice: Notice | None
    attention: bool


def sheet(
    seen: Seen, actions: tuple[Action, ...], words: Words, now: int, *, notice: Notice | None, attention: bool
) -> Sheet:
    """The order with its unsettled commands over it; ``notice`` is what last came of a command on it."""
    order = seen.order
    return Sheet(
        number=order.number,
        waybill=order.waybill or "",
        customer=order.customer.company,
        status=words.status(order.status),
        due=words.due(order.due_at, now),
        facts=_facts(order, words, now),
        contact=words.text("list.space").join(p for p in (order.customer.contact, order.customer.phone) if p),
        address=_address(order),
        exceptions=tuple(_exception(e, order, words, now) for e in _by_openness(order.exceptions)),
        holds=tuple(_hold(hold, words, now) for hold in order.holds if hold.exception is None),
        pending=tuple(_pending(mark, words) for mark in seen.pending),
        changes=requested(order, words),
        notes=tuple(_note(note, words, now) for note in reversed(order.notes)),
        attachments=tuple(File(a.id, a.name, words.size(a.size), a.media_type in VIEWED) for a in order.attachments),
        articles=tuple(
            Article(
                line.name,
                line.sku,
                f"{line.quantity:,}",
                words.money(line.price),
                words.money(line.price * line.quantity),
            )
            for line in order.lines
        ),
        total=words.money(order.total),
        verbs=verbs(actions, words),
        notice=None if notice and Offer.DECIDE in notice.offers and not attention else notice,
        attention=attention,
    )


def _facts(order: Order, words: Words, now: int) -> tuple[tuple[str, str], ...]:
    """Label and value; what is not known is left out."""
    place = words.place(order.place)
    pairs = (
        ("warehouse", words.warehouse(order.warehouse)),
        ("carrier", words.carrier(order.carrier)),
        ("waybill", order.waybill or words.text("detail.no_waybill")),
        ("place", place),
        ("promised", words.moment(order.due_at, now)),
        ("created", words.moment(order.created_at, now)),
        ("return", words.text("detail.return_requested") if order.return_requested else ""),
        ("claim", _claim(order, words)),
        ("snooze", words.moment(order.snooze.until, now) if order.snooze else ""),
    )
    return tuple((words.text(f"detail.label.{name}"), value) for name, value in pairs if value)


def _claim(order: Order, words: Words) -> str:
    """Who looks after it, and who asked that person to."""
    if order.claim is None:
        return ""
    by = words.who(order.claim.by)
    given = order.claim.given_by
    return by if given is None else words.text("detail.assigned", who=by, by=words.who(given))


def _note(note: Note, words: Words, now: int) -> Fact:
    return Fact("note", words.text("hold.placed", who=words.who(note.by), ago=words.ago(note.at, now)), note.text)


def _address(order: Order) -> str:
    """Province, city, district, street, as written in China: largest first, without spaces."""
    customer = order.customer
    province = "" if customer.province == customer.city else customer.province
    return f"{province}{customer.city}{customer.district}{customer.street}"


def _by_openness(exceptions: tuple[OrderException, ...]) -> list[OrderException]:
    return sorted(exceptions, key=lambda e: (not e.is_open, e.raised_at))


def _exception(exception: OrderException, order: Order, words: Words, now: int) -> Fact:
    where = words.text("exception.raised", node=words.node(exception.node), ago=words.ago(exception.raised_at, now))
    detail = "\n".join(part for part in (exception.detail, where) if part)
    if exception.resolved_at is not None:
        solved = words.text("exception.resolved")
        return Fact("check-circle", words.reason(exception.kind), detail, solved, "ok")
    holding = any(hold.exception == exception.id for hold in order.holds)
    aside = words.text("exception.holding") if holding else ""
    step = words.text(f"step.{exception.kind.value}")
    return Fact(REASONS[exception.kind].icon, words.reason(exception.kind), detail, aside, "danger", step)


def _hold(hold: Hold, words: Words, now: int) -> Fact:
    placed = words.text("hold.placed", who=words.who(hold.placed_by), ago=words.ago(hold.placed_at, now))
    detail = "\n".join(part for part in (hold.note, placed) if part)
    return Fact("lock", words.reason(hold.reason), detail)


def _pending(mark: Pending, words: Words) -> Fact:
    waiting, icon, title = words.text("pending.waiting"), OPS[mark.op].icon, words.op(mark.op)
    if mark.op is Op.DECIDE:
        return Fact(icon, title, words.text("pending.told"), waiting, "info")
    if mark.ahead:
        return Fact(icon, title, words.text("pending.ahead"), waiting, "warn")
    if isinstance(mark.expected, Outcome):
        expected = words.text("pending.expected", outcome=words.outcome(mark.expected))
        return Fact(icon, title, expected, waiting, "info")
    doubt = words.text("pending.doubtful", why=words.refusal(mark.expected.value))
    return Fact(icon, title, doubt, waiting, "warn")


def previous(orders: tuple[Order, ...], words: Words, now: int, *, whole: bool = True) -> tuple[Fact, ...]:
    """Other orders of the customer, newest first: when they came, what was wrong, how far they are.

    Not ``whole``: the central could not be asked, and the last line says what is missing then.
    """
    known = tuple(
        Fact(
            words.status(order.status).icon,
            order.number,
            words.text(
                "detail.previous",
                moment=words.moment(order.created_at, now),
                kinds=words.text("list.and").join(dict.fromkeys(words.reason(e.kind) for e in order.exceptions)),
            ),
            words.status(order.status).label,
        )
        for order in orders
    )
    if whole:
        return known
    found = "known_some" if known else "known_none"
    return (*known, Fact("cloud-slash", words.text(f"detail.{found}"), words.text("detail.known_here"), tone="warn"))


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the history: when, what, by whom, and how it was said when it was spoken."""

    icon: str
    tone: Tone
    at: str
    title: str
    detail: str
    heard: str


def timeline(history: History, words: Words, now: int) -> tuple[Moment, ...]:
    """The audit trail, newest first."""
    asked = {entry.key: entry.action for entry in history.entries}
    newest = sorted(history.entries, key=lambda e: e.version)[::-1]
    return tuple(moment(entry, words, now, asked.get(entry.decides, "") if entry.decides else "") for entry in newest)


_ACTIONS: dict[str, tuple[str, Tone]] = {
    "ingested": ("arrow-elbow-down-right", "neutral"),
    "moved": ("path", "neutral"),
    "exception": ("warning-circle", "danger"),
    "change": ("pencil-simple", "warn"),
}


def moment(entry: HistoryEntry, words: Words, now: int, about: str = "") -> Moment:
    """One line of the audit trail, as a person reads it; ``about`` is what a decision was about."""
    icon, tone = _ACTIONS.get(entry.action) or _command_sign(entry)
    who = words.text("history.by", who=words.who(entry.who)) if entry.who else ""
    reason = words.reason(entry.reason) if entry.reason else ""
    device = words.text("history.device", device=entry.device) if entry.device else ""
    parts = (reason, _whom(entry, words, now), entry.detail, who, device, _how(entry, words), _given(entry, words, now))
    heard = words.text("history.heard", words=entry.heard.transcript) if entry.heard else ""
    return Moment(
        icon, tone, words.moment(entry.at, now), _title(entry, words, about), " · ".join(p for p in parts if p), heard
    )


def _whom(entry: HistoryEntry, words: Words, now: int) -> str:
    """To whom it was assigned, or until when it was put away."""
    person = words.text("history.to", who=words.who(entry.person)) if entry.person else ""
    until = words.text("history.until", moment=words.moment(entry.until, now)) if entry.until else ""
    return person or until


def _given(entry: HistoryEntry, words: Words, now: int) -> str:
    """When it was given, where the central heard of it only later."""
    if entry.given_at is None or entry.at - entry.given_at < MINUTE:
        return ""
    return words.text("history.given", moment=words.moment(entry.given_at, now))


def _how(entry: HistoryEntry, words: Words) -> str:
    """Spoken, typed as a sentence, or by hand; empty for what was no command."""
    if entry.key is None:
        return ""
    how = "hand" if entry.heard is None else "typed" if entry.heard.model == "typed" else "spoken"
    return words.text(f"history.how.{how}")


def _command_sign(entry: HistoryEntry) -> tuple[str, Tone]:
    if entry.outcome in set(Outcome):
        sign = OUTCOMES[Outcome(entry.outcome)]
        return sign.icon, sign.tone
    return (OPS[Op(entry.action)].icon, "neutral") if entry.action in set(Op) else ("circle", "neutral")


def _title(entry: HistoryEntry, words: Words, about: str) -> str:
    """What was done and what it led to; an action that this program does not know is shown as it came."""
    action = _action(entry.action, words)
    if entry.decision:
        key = f"conflict.decided.{entry.decision}"
        what = words.text(key) if words.translator.has(key) else entry.decision
        action = words.text("history.about", action=action, about=_action(about, words)) if about else action
        return words.text("history.led_to", action=action, outcome=what)
    key = f"outcome.{entry.outcome}"
    if not entry.outcome:
        return action
    outcome = words.text(key) if words.translator.has(key) else entry.outcome
    return words.text("history.led_to", action=action, outcome=outcome)


def _action(action: str, words: Words) -> str:
    key = f"op.{action}" if action in set(Op) else f"history.action.{action}"
    return words.text(key) if words.translator.has(key) else action
