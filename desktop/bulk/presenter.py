"""What will happen to how many, who will be refused and why, and what came of each?"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from desktop.signs import OPS, OUTCOMES, REASONS, Tone
from desktop.words import HOUR, Words
from sync.bulk import Foreseen, Request, Taken
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId, UserId
from sync.domain.permissions import User
from sync.wire.messages import Directory, Result, ResultStatus
from sync.wishes import Wish

VERBS: tuple[Op, ...] = (
    Op.INTERCEPT,
    Op.REASSIGN,
    Op.RELEASE,
    Op.CARRIER_INTERCEPT,
    Op.CLAIM,
    Op.ASSIGN,
    Op.SNOOZE,
    Op.NOTE,
)
COUNTED = frozenset({Op.RELEASE, Op.REASSIGN})
"""Goods move by these: how many orders it is about must be typed first."""
LASTING = frozenset({Op.NOTE})
"""What is not undone once the central has it."""

State = Literal["ready", "refused", "accepted", "done", "failed", "undone"]
Filter = Literal["all", "done", "waiting", "failed"]
FILTERS: tuple[Filter, ...] = ("all", "done", "waiting", "failed")
_SHOWN: dict[Filter, frozenset[State]] = {
    "all": frozenset({"ready", "refused", "accepted", "done", "failed", "undone"}),
    "done": frozenset({"done", "undone"}),
    "waiting": frozenset({"ready", "accepted"}),
    "failed": frozenset({"refused", "failed"}),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One order of the many. ``why`` is a refusal's value or the central's words; ``open_case`` is the refused command
    that waits for a decision.
    """

    order_id: OrderId
    number: str
    customer: str
    wish: Wish
    state: State
    outcome: Outcome | None = None
    why: str = ""
    key: CommandKey | None = None
    open_case: CommandKey | None = None


def item(foreseen: Foreseen) -> Item:
    """As it is before anything is given. An intercept that would come too late is not given at all."""
    order, expected = foreseen.seen.order, foreseen.expected
    outcome = expected if isinstance(expected, Outcome) and expected is not Outcome.TOO_LATE else None
    why = expected.value if isinstance(expected, Refusal) else Refusal.HANDED_OVER.value
    ready = outcome is not None
    return Item(
        order.id,
        order.number,
        order.customer.company,
        foreseen.wish,
        "ready" if ready else "refused",
        outcome,
        "" if ready else why,
    )


def taken(of: Item, answer: Taken) -> Item:
    """After the workstation accepted or refused it."""
    if answer.refusal is not None:
        return replace(of, state="refused", why=answer.refusal.value, outcome=None)
    return replace(of, state="accepted", key=answer.key, open_case=None)


def settled(of: Item, result: Result) -> Item:
    """After the central answered. What came too late has stopped nothing."""
    if result.status is ResultStatus.APPLIED and result.outcome is not None:
        return replace(of, state=_ENDS.get(result.outcome, "done"), outcome=result.outcome, why="")
    said = result.problem.detail if result.problem is not None else ""
    why = result.refusal or said or result.status.value
    return replace(of, state="failed", outcome=None, why=why, open_case=result.key)


def renewed(of: Item, foreseen: Foreseen | None) -> Item:
    """What failed, on the order as it is now; None when it is no longer here."""
    if foreseen is None:
        return replace(of, state="failed", outcome=None, why=Refusal.CLOSED.value)
    return replace(item(foreseen), open_case=of.open_case)


_ENDS: dict[Outcome, State] = {Outcome.TOO_LATE: "failed", Outcome.UNDONE: "undone"}


# -- before


@dataclass(frozen=True, slots=True)
class Line:
    """So many orders of which the same is to be said."""

    icon: str
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What will probably happen. ``confirm`` stands on the button; ``typed`` must be typed before, where not empty."""

    title: str
    able: int
    lines: tuple[Line, ...]
    confirm: str
    typed: str


def preview(items: Sequence[Item], op: Op, words: Words) -> Preview:
    """The outcomes with their numbers, most first, then the refusals with theirs."""
    able = sum(i.state == "ready" for i in items)
    done = Counter(i.outcome for i in items if i.state == "ready" and i.outcome is not None).most_common()
    refused = Counter(i.why for i in items if i.state == "refused").most_common()
    lines = [
        Line(OUTCOMES[o].icon, OUTCOMES[o].tone, words.text("bulk.line", n=f"{n:,}", what=words.outcome(o)))
        for o, n in done
    ]
    lines += [
        Line("prohibit", "warn", words.text("bulk.refused", n=f"{n:,}", why=words.refusal(why))) for why, n in refused
    ]
    return Preview(
        title=words.translator.count("bulk.of", len(items)),
        able=able,
        lines=tuple(lines),
        confirm=words.translator.count("bulk.confirm", able, op=words.op(op)),
        typed=str(able) if op in COUNTED and able else "",
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; ``value`` is a Reason, a Target, a UserId or Unix ms."""

    value: Reason | Target | UserId | int
    icon: str
    label: str


def reason_options(words: Words) -> tuple[Option, ...]:
    return tuple(Option(r, REASONS[r].icon, words.reason(r)) for r in Reason)


def hold_options(foreseen: Iterable[Foreseen], words: Words) -> tuple[Option, ...]:
    """The reasons that hold these orders, most first, with how many."""
    found = Counter(hold.reason for f in foreseen for hold in f.seen.order.holds).most_common()
    return tuple(
        Option(r, REASONS[r].icon, words.text("bulk.hold", reason=words.reason(r), n=f"{n:,}")) for r, n in found
    )


def target_options(directory: Directory, words: Words) -> tuple[Option, ...]:
    """Every place by name; which order may go there, the preview says."""
    houses, carriers = directory.warehouses, directory.carriers
    return (
        *(Option(Target(kind="warehouse", id=w.id), "buildings", words.warehouse(w.id)) for w in houses),
        *(Option(Target(kind="carrier", id=c.id), "truck", words.carrier(c.id)) for c in carriers),
    )


def people_options(directory: Directory, me: User, words: Words) -> tuple[Option, ...]:
    """Who can be asked to look after them: I first."""
    others = [Option(p.id, "user", p.name) for p in directory.people if p.id != me.id]
    return (Option(me.id, "user", words.text("bulk.me", name=me.name)), *others)


def snooze_options(now: int, words: Words) -> tuple[Option, ...]:
    """In an hour, in four, tomorrow morning, on Monday morning."""
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(words.zone)
    morning = here.replace(hour=8, minute=0, second=0, microsecond=0)
    times = (
        ("hour", now + HOUR),
        ("hours", now + 4 * HOUR),
        ("tomorrow", _ms(morning + timedelta(days=1))),
        ("monday", _ms(morning + timedelta(days=7 - here.weekday()))),
    )
    return tuple(
        Option(at, "clock", words.text(f"bulk.snooze.{name}", moment=words.moment(at, now))) for name, at in times
    )


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def verb_offered(op: Op, user: User) -> bool:
    """Whether this person may ever give that verb."""
    return op is not Op.ASSIGN or user.role.value == "supervisor"


def complete(request: Request) -> bool:
    """Whether all that the verb needs is chosen."""
    needed: dict[Op, object] = {
        Op.INTERCEPT: request.reason,
        Op.CARRIER_INTERCEPT: request.reason,
        Op.REASSIGN: request.to,
        Op.ASSIGN: request.person,
        Op.SNOOZE: request.until,
        Op.NOTE: request.note.strip(),
    }
    return bool(needed.get(request.op, True))


# -- during and after


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it has come: numbers per filter, and a sentence."""

    told: str
    counts: dict[Filter, int]
    given: int
    all: int
    failed: bool
    undoable: bool


def standing(items: Sequence[Item], op: Op, words: Words) -> Standing:
    states = Counter(i.state for i in items)
    counts: dict[Filter, int] = {name: sum(states[s] for s in shown) for name, shown in _SHOWN.items()}
    given = len(items) - states["ready"]
    told = words.text(
        "bulk.standing",
        done=f"{counts['done']:,}",
        waiting=f"{states['accepted']:,}",
        failed=f"{counts['failed']:,}",
    )
    taken_back = op not in LASTING and any(i.key is not None and i.state in {"accepted", "done"} for i in items)
    return Standing(told, counts, given, len(items), bool(counts["failed"]), taken_back)


def shown(items: Sequence[Item], chosen: Filter) -> list[int]:
    """The places of the items that this filter lets through."""
    return [n for n, i in enumerate(items) if i.state in _SHOWN[chosen]]


def told(of: Item, words: Words) -> Line:
    """What came of one order, or will."""
    if of.state in {"refused", "failed"}:
        why = words.outcome(of.outcome) if of.outcome is not None else _why(of.why, words)
        return Line("warning-circle" if of.state == "failed" else "prohibit", "danger", why)
    if of.state == "undone":
        return Line("arrow-counter-clockwise", "neutral", words.text("bulk.state.undone"))
    what = words.outcome(of.outcome) if of.outcome is not None else ""
    if of.state == "done" and of.outcome is not None:
        return Line(OUTCOMES[of.outcome].icon, OUTCOMES[of.outcome].tone, what)
    waits = words.text(f"bulk.state.{of.state}", outcome=what)
    if of.state == "accepted":
        return Line("paper-plane-tilt", "info", waits)
    return Line(OPS[of.wish.op].icon, "neutral", waits)


def _why(why: str, words: Words) -> str:
    """A refusal in this program's words, an answer's status in its heading, else as the central said it."""
    key = f"conflict.{why}.heading"
    return words.text(key) if words.translator.has(key) else words.refusal(why)
