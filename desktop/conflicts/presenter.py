"""What did I ask, what did I see, what is it now and by whom, and what can I decide?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from desktop.conflicts.differences import Difference, differences
from desktop.detail.presenter import Moment, moment
from desktop.notices.presenter import why
from desktop.signs import OPS, Tone
from desktop.verbs.presenter import Ask
from desktop.words import Words
from sync.decisions import OpenCase
from sync.domain.apply import Refusal, apply
from sync.domain.commands import Args, Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order, OrderId
from sync.store.outbox import Settled
from sync.store.projection import Sight
from sync.wire.messages import ResultStatus

Decision = Literal["kept", "retried", "alternative"]
DECISIONS: tuple[Decision, ...] = ("kept", "retried", "alternative")
_ICONS = {"kept": "check", "retried": "arrow-counter-clockwise", "alternative": "arrow-bend-up-left"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out. ``ask`` is the new command it gives, None when it gives none; ``why_not`` is empty when possible."""

    decision: Decision
    icon: str
    key: str
    label: str
    effect: str
    enabled: bool
    why_not: str
    ask: Ask | None


@dataclass(frozen=True, slots=True)
class Allowed:
    """One verb on the order as it is: possible, or why not."""

    icon: str
    label: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Case:
    """One refused command with everything that a decision needs. ``base`` or ``after``: what a new command stands on.

    ``problem`` is why the central did not do it, where that is more than that the order had changed. ``decided`` says
    who decided what and when; it is empty while nobody has.
    """

    key: CommandKey
    order_id: OrderId
    base: int | None
    after: CommandKey | None
    seen: Sight | None
    icon: str
    tone: Tone
    number: str
    customer: str
    heading: str
    asked: str
    asked_when: str
    heard: str
    problem: str
    differences: tuple[Difference, ...]
    steps: tuple[Moment, ...]
    steps_word: str
    allowed: tuple[Allowed, ...]
    choices: tuple[Choice, ...]
    waiting: str
    waiting_asked: str
    decided: str


def case(open_: OpenCase, words: Words, now: int) -> Case:
    """The case as it stands."""
    settled = open_.settled
    command, result = settled.command, settled.result
    order = open_.now or settled.seen
    steps = tuple(moment(entry, words, now) for entry in reversed(result.since))
    return Case(
        key=command.key,
        order_id=command.order_id,
        base=open_.base,
        after=open_.after,
        seen=open_.sight,
        icon=OPS[command.op].icon,
        tone="danger" if result.status is ResultStatus.CONFLICT else "warn",
        number=order.number if order else str(command.order_id),
        customer=order.customer.company if order else "",
        heading=words.text(f"conflict.{result.status.value}.heading"),
        asked=asked(command, words),
        asked_when=words.text(
            "conflict.asked_when", who=words.who(command.issued_by), moment=words.moment(command.issued_at, now)
        ),
        heard=words.text("history.heard", words=command.heard.transcript) if command.heard else "",
        problem="" if result.status is ResultStatus.CONFLICT else why(result, words),
        differences=differences(settled.seen, open_.now, words, now),
        steps=steps,
        steps_word=_steps_word(open_, words),
        allowed=() if settled.decision else _allowed(open_, words),
        choices=() if settled.decision else _choices(open_, words, now),
        waiting=words.translator.count("conflict.waiting", len(open_.waiting)) if open_.waiting else "",
        waiting_asked=words.text("list.and").join(asked(c, words) for c in open_.waiting),
        decided=_decided(settled, words, now),
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


def _steps_word(open_: OpenCase, words: Words) -> str:
    """What is not told by the steps: that the central named none, or that the order went on since its answer."""
    result, now = open_.settled.result, open_.now
    if result.order is not None and now is not None and now.version > result.order.version:
        return words.text("conflict.changed_again")
    conflict = result.status is ResultStatus.CONFLICT
    return words.text("conflict.steps_unknown") if conflict and not result.since else ""


def _decided(settled: Settled, words: Words, now: int) -> str:
    if settled.decision is None or settled.decided_by is None or settled.decided_at is None:
        return ""
    key = f"conflict.decided.{settled.decision}"
    what = words.text(key) if words.translator.has(key) else settled.decision
    when = words.moment(settled.decided_at, now)
    return words.text("conflict.decided_by", what=what, who=words.who(settled.decided_by), moment=when)


def _allowed(open_: OpenCase, words: Words) -> tuple[Allowed, ...]:
    return tuple(
        Allowed(OPS[a.op].icon, words.op(a.op), "" if a.refusal is None else words.refusal(a.refusal.value))
        for a in open_.actions
    )


# -- the ways out


def _choices(open_: OpenCase, words: Words, now: int) -> tuple[Choice, ...]:
    """Leave it, ask again on the new state, and the carrier intercept when the goods are gone."""
    command = open_.settled.command
    choices = [_choice("kept", None, None, words), _retry(open_, words, now)]
    if _refusal(open_, Op.CARRIER_INTERCEPT) is None and command.op is not Op.CARRIER_INTERCEPT:
        ask = Ask(Op.CARRIER_INTERCEPT, command.reason or likely_cause(open_.now))
        choices.append(_choice("alternative", ask, None, words))
    return tuple(choices)


def _choice(decision: Decision, ask: Ask | None, refusal: str | None, words: Words) -> Choice:
    label, effect = words.text(f"conflict.{decision}.label"), words.text(f"conflict.{decision}.effect")
    why_not = "" if refusal is None else words.refusal(refusal)
    key = str(DECISIONS.index(decision) + 1)
    return Choice(decision, _ICONS[decision], key, label, effect, refusal is None, why_not, ask)


def likely_cause(order: Order | None) -> Reason:
    """Why the goods should come back when the command itself gave no reason: the order's first cause, else other."""
    causes = order.open_exceptions if order else ()
    return causes[0].kind if causes else Reason.OTHER


def _retry(open_: OpenCase, words: Words, now: int) -> Choice:
    refusal = _retry_refusal(open_, now)
    return _choice("retried", _again(open_) if refusal is None else None, refusal, words)


def _retry_refusal(open_: OpenCase, now: int) -> str | None:
    """Why the same wish cannot be asked again."""
    refusal, ask = _refusal(open_, open_.settled.command.op), _again(open_)
    if refusal is not None:
        return refusal
    return Refusal.HOLD_GONE.value if ask is None else _trial(open_, ask, now)


def _again(open_: OpenCase) -> Ask | None:
    """The same wish on the order as it is now; None when nothing of it is left to do."""
    command, order = open_.settled.command, open_.now
    if command.op is not Op.RELEASE or order is None:
        return Ask(command.op, command.reason, command.args)
    there = {hold.id for hold in order.holds}
    holds = tuple(h for h in command.args.holds if h in there)
    return Ask(Op.RELEASE, command.reason, Args(holds=holds)) if holds else None


def _trial(open_: OpenCase, ask: Ask, now: int) -> str | None:
    """Why the same wish would be refused again; behind a waiting command that is not known yet."""
    if open_.now is None or open_.after is not None:
        return None
    command = msgspec.structs.replace(open_.settled.command, reason=ask.reason, args=ask.args)
    done = apply(open_.now, command, now)
    return done.value if isinstance(done, Refusal) else None


def _refusal(open_: OpenCase, op: Op) -> str | None:
    """Why this verb is not allowed on the order now; a verb that nobody named is not allowed."""
    if op is Op.UNDO:
        return Refusal.NOTHING_TO_UNDO.value
    if not open_.actions:
        result = open_.settled.result
        if op is open_.settled.command.op and result.status is ResultStatus.BLOCKED:
            return None
        return result.refusal or Refusal.NOT_PERMITTED.value
    found = next((a for a in open_.actions if a.op is op), None)
    if found is None:
        return Refusal.NOT_PERMITTED.value
    return None if found.refusal is None else found.refusal.value


# -- many at once


@dataclass(frozen=True, slots=True)
class Batch:
    """Several cases at once: how many of which sort, and how many each decision would settle."""

    title: str
    groups: tuple[str, ...]
    choices: tuple[Choice, ...]


def batch(cases: Sequence[OpenCase], words: Words, now: int) -> Batch:
    """What can be decided about all of these together. Cases of one sort are put into words once."""
    sorts: dict[object, list[OpenCase]] = {}
    for open_ in cases:
        sorts.setdefault((question(open_), _retry_refusal(open_, now)), []).append(open_)
    told = [(case(same[0], words, now), len(same)) for same in sorts.values()]
    groups: Counter[tuple[str, str]] = Counter()
    for of, n in told:
        groups[of.asked, of.heading] += n
    return Batch(
        title=words.translator.count("conflict.chosen", len(cases)),
        groups=tuple(
            words.text("conflict.group", n=n, asked=what, heading=head) for (what, head), n in groups.most_common()
        ),
        choices=tuple(found for d in DECISIONS if (found := _for_all(d, told, words)) is not None),
    )


def _for_all(decision: Decision, told: Sequence[tuple[Case, int]], words: Words) -> Choice | None:
    """The decision with how many of the cases it can settle; None where it is none of their ways out."""
    offered = [(choice, n) for of, n in told for choice in of.choices if choice.decision == decision]
    if not offered:
        return None
    able = sum(n for choice, n in offered if choice.enabled)
    left = sum(n for _, n in told) - able
    effect = words.text("conflict.for_some" if left else "conflict.for_all", n=able, left=left)
    refused: Counter[str] = Counter()
    for choice, n in offered:
        if not choice.enabled:
            refused[choice.why_not] += n
    reasons = words.text("list.and").join(f"{n} × {reason}" for reason, n in refused.most_common())
    effect = f"{effect}\n{reasons}" if reasons else effect
    first = offered[0][0]
    return Choice(decision, first.icon, first.key, first.label, effect, bool(able), "" if able else effect, None)


def question(open_: OpenCase) -> tuple[object, ...]:
    """What makes two cases the same question: the same wish that met the same sort of state."""
    command, now = open_.settled.command, open_.now
    return (
        command.op,
        command.reason,
        command.args.to,
        open_.settled.result.status,
        open_.settled.result.refusal,
        None if now is None else now.status,
        tuple(a.op for a in open_.actions if a.refusal is None),
    )
