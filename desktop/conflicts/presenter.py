"""What did I ask, what did I see, what is it now, and what can I decide?"""

from dataclasses import dataclass
from typing import Literal

from desktop.notices.presenter import why
from desktop.signs import OPS, Tone
from desktop.verbs.presenter import Ask
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.store.outbox import Settled
from sync.wire.messages import ResultStatus

Decision = Literal["kept", "retried", "alternative"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out. ``ask`` is the new command it gives, None when it gives none; ``why_not`` is empty when possible."""

    decision: Decision
    icon: str
    label: str
    effect: str
    enabled: bool
    why_not: str
    ask: Ask | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about the order, as it was seen and as it is."""

    label: str
    seen: str
    now: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One refused command with everything that a decision needs."""

    key: CommandKey
    order_id: OrderId
    icon: str
    tone: Tone
    number: str
    customer: str
    heading: str
    asked: str
    asked_when: str
    problem: str
    differences: tuple[Difference, ...]
    choices: tuple[Choice, ...]


def case(settled: Settled, words: Words, now: int) -> Case:
    """The case as it stands; the order's present state is the one the central sent along."""
    command, result = settled.command, settled.result
    order = result.order or settled.seen
    return Case(
        key=command.key,
        order_id=command.order_id,
        icon=OPS[command.op].icon,
        tone="danger" if result.status is ResultStatus.CONFLICT else "warn",
        number=order.number if order else str(command.order_id),
        customer=order.customer.company if order else "",
        heading=words.text(f"conflict.{result.status.value}.heading"),
        asked=asked(command, words),
        asked_when=words.text(
            "conflict.asked_when", who=words.who(command.issued_by), moment=words.moment(command.issued_at, now)
        ),
        problem=why(result, words),
        differences=_differences(settled.seen, result.order, words),
        choices=_choices(settled, words),
    )


def asked(command: Command, words: Words) -> str:
    """The command in words: verb, and reason, place or number of holds."""
    parts = [words.op(command.op)]
    if command.reason is not None:
        parts.append(words.reason(command.reason))
    if command.args.to is not None:
        parts.append(words.target(command.args.to))
    if command.args.holds:
        parts.append(words.translator.count("conflict.holds", len(command.args.holds)))
    return " · ".join(parts)


def _differences(seen: Order | None, now: Order | None, words: Words) -> tuple[Difference, ...]:
    if seen is None or now is None:
        return ()
    pairs = (
        ("status", words.status(seen.status).label, words.status(now.status).label),
        ("holds", _holds(seen, words), _holds(now, words)),
        ("warehouse", words.warehouse(seen.warehouse), words.warehouse(now.warehouse)),
        ("carrier", words.carrier(seen.carrier), words.carrier(now.carrier)),
        ("version", str(seen.version), str(now.version)),
    )
    return tuple(Difference(words.text(f"conflict.label.{name}"), was, is_, was != is_) for name, was, is_ in pairs)


def _holds(order: Order, words: Words) -> str:
    return words.text("list.and").join(words.reason(h.reason) for h in order.holds) or words.text("conflict.no_holds")


def _choices(settled: Settled, words: Words) -> tuple[Choice, ...]:
    """Leave it, ask again on the new state, and the carrier intercept when the goods are gone."""
    choices = [
        Choice("kept", "check", words.text("conflict.kept.label"), words.text("conflict.kept.effect"), True, "", None),
        _retry(settled, words),
    ]
    if _refusal(settled, Op.CARRIER_INTERCEPT) is None and settled.command.op is not Op.CARRIER_INTERCEPT:
        label, effect = words.text("conflict.alternative.label"), words.text("conflict.alternative.effect")
        ask = Ask(Op.CARRIER_INTERCEPT, settled.command.reason or settled_reason(settled))
        choices.append(Choice("alternative", "arrow-bend-up-left", label, effect, True, "", ask))
    return tuple(choices)


def settled_reason(settled: Settled) -> Reason:
    """Why the goods should come back when the command itself gave no reason: the order's first cause, else other."""
    order = settled.result.order
    causes = [*order.open_exceptions] if order else []
    return causes[0].kind if causes else Reason.OTHER


def _retry(settled: Settled, words: Words) -> Choice:
    refusal = _refusal(settled, settled.command.op)
    ask = _again(settled)
    if refusal is None and ask is None:
        refusal = Refusal.HOLD_GONE.value
    label, effect = words.text("conflict.retried.label"), words.text("conflict.retried.effect")
    why_not = "" if refusal is None else words.refusal(refusal)
    return Choice(
        "retried", "arrow-counter-clockwise", label, effect, refusal is None, why_not, ask if refusal is None else None
    )


def _again(settled: Settled) -> Ask | None:
    """The same wish on the order as it is now; None when nothing of it is left to do."""
    command, order = settled.command, settled.result.order
    if command.op is not Op.RELEASE or order is None:
        return Ask(command.op, command.reason, command.args)
    there = {hold.id for hold in order.holds}
    holds = tuple(h for h in command.args.holds if h in there)
    return Ask(Op.RELEASE, command.reason, Args(holds=holds)) if holds else None


def _refusal(settled: Settled, op: Op) -> str | None:
    """Why this verb is not allowed on the order now, by the central's word; a verb it did not name is not allowed."""
    if op is Op.UNDO:
        return Refusal.NOTHING_TO_UNDO.value
    if not settled.result.actions:
        return None if op is settled.command.op and settled.result.status is ResultStatus.BLOCKED else _said(settled)
    found = next((a for a in settled.result.actions if a.op is op), None)
    if found is None:
        return Refusal.NOT_PERMITTED.value
    return None if found.refusal is None else found.refusal.value


def _said(settled: Settled) -> str:
    return settled.result.refusal or Refusal.NOT_PERMITTED.value
