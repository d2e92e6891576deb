"""What can be chosen before a command? Reasons, places and holds, each with why it cannot be when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.signs import REASONS, Tone
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import Order
from sync.domain.permissions import GRANTS, Action, User
from sync.wire.messages import ReassignOptions

NOTHING_MORE = Args()


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asks of one order, before it becomes a command on the state that they see."""

    op: Op
    reason: Reason | None = None
    args: Args = NOTHING_MORE


@dataclass(frozen=True, slots=True)
class Verb:
    """One button of the action bar. ``why_not`` is empty when it can be done."""

    op: Op
    icon: str
    label: str
    shortcut: str
    enabled: bool
    why_not: str


def verbs(actions: tuple[Action, ...], words: Words) -> tuple[Verb, ...]:
    """The three verbs, and the carrier intercept in the intercept's place once only that can help."""
    by_op = {action.op: action for action in actions}
    carrier = by_op.get(Op.CARRIER_INTERCEPT)
    first = Op.CARRIER_INTERCEPT if carrier is not None and _gone(carrier) else Op.INTERCEPT
    shown = (by_op[op] for op in (first, Op.REASSIGN, Op.RELEASE) if op in by_op)
    return tuple(_verb(action, words) for action in shown)


def _gone(carrier: Action) -> bool:
    """With the carrier: a return can be asked for, or already was."""
    return carrier.refusal in {None, Refusal.ALREADY_REQUESTED}


_ICONS: Mapping[Op, str] = {
    Op.INTERCEPT: "hand-palm",
    Op.REASSIGN: "swap",
    Op.RELEASE: "lock-simple-open",
    Op.CARRIER_INTERCEPT: "arrow-bend-up-left",
}


def _verb(action: Action, words: Words) -> Verb:
    why = "" if action.refusal is None else words.refusal(action.refusal.value)
    key = words.translator.key(action.op.value)
    return Verb(action.op, _ICONS[action.op], words.op(action.op), key, action.refusal is None, why)


@dataclass(frozen=True, slots=True)
class Question:
    """Heading of a dialog: what is asked about which order, and the word on the button that does it."""

    title: str
    subject: str
    consequence: str
    confirm: str
    tone: Tone


def question(order: Order, op: Op, words: Words) -> Question:
    tones: dict[Op, Tone] = {Op.INTERCEPT: "danger", Op.CARRIER_INTERCEPT: "warn", Op.RELEASE: "ok"}
    return Question(
        title=words.text(f"ask.{op.value}.title", tail=order.tail),
        subject=words.text("ask.subject", number=order.number, customer=order.customer.company),
        consequence=consequence(order, op, words),
        confirm=words.op(op),
        tone=tones.get(op, "info"),
    )


def consequence(order: Order, op: Op, words: Words) -> str:
    """What will happen, told before it is done; for an intercept that is where the goods are now."""
    if op is not Op.INTERCEPT:
        return words.text(f"ask.{op.value}.consequence")
    where = words.place(order.place)
    key = f"ask.intercept.consequence.{order.status.value}"
    return words.text(key, where=f" ({where})" if where else "")


@dataclass(frozen=True, slots=True)
class ReasonChoice:
    reason: Reason
    icon: str
    label: str
    key: str
    enabled: bool
    why_not: str


def reason_choices(order: Order, op: Op, words: Words) -> tuple[ReasonChoice, ...]:
    """All reasons with the key that picks each; one that already holds the order cannot be given again."""
    held = {hold.reason for hold in order.holds} if op is Op.INTERCEPT else set()
    keys = "1234567890QW"
    return tuple(
        ReasonChoice(
            reason=reason,
            icon=REASONS[reason].icon,
            label=words.reason(reason),
            key=key,
            enabled=reason not in held,
            why_not=words.refusal(Refusal.ALREADY_HELD.value) if reason in held else "",
        )
        for reason, key in zip(Reason, keys, strict=True)
    )


def likely_reason(order: Order, op: Op) -> Reason | None:
    """The reason to offer first: an open exception that does not hold the order yet; else nothing is guessed."""
    held = {hold.reason for hold in order.holds} if op is Op.INTERCEPT else set()
    return next((e.kind for e in order.open_exceptions if e.kind not in held), None)


@dataclass(frozen=True, slots=True)
class HoldChoice:
    id: HoldId
    icon: str
    label: str
    detail: str
    enabled: bool
    why_not: str


def hold_choices(order: Order, user: User, words: Words, now: int) -> tuple[HoldChoice, ...]:
    """The holds of the order: who placed each, and whether this person may lift it."""
    granted = GRANTS[user.role].get(Op.RELEASE, frozenset())
    why = words.refusal(Refusal.NOT_PERMITTED.value)
    return tuple(
        HoldChoice(
            id=hold.id,
            icon=REASONS[hold.reason].icon,
            label=words.reason(hold.reason),
            detail=words.text("hold.placed", who=words.who(hold.placed_by), ago=words.ago(hold.placed_at, now)),
            enabled=hold.reason in granted,
            why_not="" if hold.reason in granted else why,
        )
        for hold in order.holds
    )


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A place to move to; ``detail`` says what kind of place, or why it cannot be."""

    to: Target
    icon: str
    name: str
    detail: str
    enabled: bool


def target_choices(options: ReassignOptions, words: Words) -> tuple[TargetChoice, ...]:
    """The central's candidates, the possible ones first, each group in the central's order."""
    choices = [
        TargetChoice(
            to=option.to,
            icon="buildings" if option.to.kind == "warehouse" else "truck",
            name=words.target(option.to) if words.target(option.to) != option.to.id else option.name,
            detail=words.text(f"target.{option.to.kind}") if option.possible else option.why_not,
            enabled=option.possible,
        )
        for option in options.options
    ]
    return tuple(sorted(choices, key=lambda choice: not choice.enabled))
