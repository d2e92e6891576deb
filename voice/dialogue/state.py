"""Where does the dialogue stand? Modes, what each listens for, and the values carried from turn to turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Heard, Op
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, OrderId
from sync.store.projection import Seen, Sight, same_state
from sync.wire.messages import Result
from voice.dialogue.wording import Said
from voice.understanding.meaning import Intent, Meaning

LISTENING_SECONDS = 8.0
CONFIRM_SECONDS = 6.0
UNDO_SECONDS = 10.0
ANSWER_SECONDS = 2.0
"""So long the central may take before "queued, will be sent" is said."""
SPEAKING_SECONDS = 20.0
"""No prompt lasts longer: a speech engine that never says it is done must not hold the dialogue."""
SAY_AGAIN_TIMES = 2
FEW = 3
"""So many orders are offered by name; more are told apart by digits only."""


class Mode(StrEnum):
    ASLEEP = "asleep"
    LISTENING = "listening"
    RESOLVE = "resolve"
    WHICH = "which"
    READBACK = "readback"
    CONFIRM = "confirm"
    DONE = "done"


BUSY = frozenset({Mode.RESOLVE, Mode.WHICH, Mode.READBACK, Mode.CONFIRM})
"""A command is under way: other news waits."""


class Listen(StrEnum):
    """The grammars: one recogniser is built for each of them."""

    WAKE = "wake"
    COMMAND = "command"
    WHICH = "which"
    CONFIRM = "confirm"


ADJUSTING: Mapping[Intent, tuple[int, int]] = {
    Intent.LOUDER: (1, 0),
    Intent.QUIETER: (-1, 0),
    Intent.SLOWER: (0, -1),
    Intent.FASTER: (0, 1),
}
"""Steps of (loudness, speed) of the voice."""

_ALWAYS = frozenset({Intent.CANCEL, Intent.REPEAT, Intent.HELP, Intent.SLEEP, *ADJUSTING})

INTENTS: Mapping[Listen, frozenset[Intent]] = {
    Listen.WAKE: frozenset({Intent.WAKE}),
    Listen.COMMAND: _ALWAYS
    | {
        Intent.INTERCEPT,
        Intent.REASSIGN,
        Intent.RELEASE,
        Intent.CLAIM,
        Intent.UNDO,
        Intent.NEXT,
        Intent.PREVIOUS,
        Intent.READ,
        Intent.HOW_MANY,
        Intent.CONFLICTS,
        Intent.WAKE,
    },
    Listen.WHICH: _ALWAYS | {Intent.DIGITS, Intent.CHOOSE, Intent.CORRECT},
    Listen.CONFIRM: _ALWAYS | {Intent.CONFIRM, Intent.CORRECT, Intent.DIGITS, Intent.KEEP},
}
"""What can be said in each: the grammar hears it and the parser takes it, nothing else."""

_LISTENS: Mapping[Mode, Listen] = {
    Mode.ASLEEP: Listen.WAKE,
    Mode.LISTENING: Listen.COMMAND,
    Mode.RESOLVE: Listen.CONFIRM,
    Mode.WHICH: Listen.WHICH,
    Mode.READBACK: Listen.CONFIRM,
    Mode.CONFIRM: Listen.CONFIRM,
    Mode.DONE: Listen.COMMAND,
}


class Tier(IntEnum):
    """How much a command asks of its speaker: nothing, the word, or the word and the last two digits."""

    READ = 1
    WORD = 2
    WORD_AND_DIGITS = 3


TIERS: Mapping[Op, Tier] = {
    Op.INTERCEPT: Tier.WORD,
    Op.CLAIM: Tier.WORD,
    Op.CARRIER_INTERCEPT: Tier.WORD,
    Op.RELEASE: Tier.WORD_AND_DIGITS,
    Op.REASSIGN: Tier.WORD_AND_DIGITS,
}


NOTHING_MORE = Args()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that the digits may mean, as it was seen.

    ``refusal`` says why the wanted verb is impossible on it; ``holds`` are those that the wanted release would lift.
    ``question``: an earlier command on it that somebody has to decide about first.
    """

    seen: Seen
    refusal: Refusal | None = None
    holds: tuple[HoldId, ...] = ()
    question: "News | None" = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command that waits for its confirmation. ``base`` or ``after`` are of the order as it was read back, ``seen``.

    ``heard``: all that was said for it, known when it is confirmed. ``decides``: the command whose conflict a person
    decides by answering. ``only_keeps``: there is nothing else to decide than that the order stays as it is; no command
    follows.
    """

    order_id: OrderId
    tail: str
    op: Op
    base: int | None
    after: CommandKey | None
    reason: Reason | None
    args: Args
    readback: Said
    heard: Heard | None = None
    decides: CommandKey | None = None
    only_keeps: bool = False
    seen: Sight | None = None

    @property
    def tier(self) -> Tier:
        return Tier.WORD if self.only_keeps else TIERS[self.op]

    def is_about(self, seen: Seen) -> bool:
        """Whether the order still is what its speaker was told."""
        if (seen.order.id, seen.base, seen.after) != (self.order_id, self.base, self.after):
            return False
        if self.base is None or self.seen is None or self.seen.epoch == seen.epoch:
            return True  # within one history a version never means two states
        return same_state(self.seen.order, seen.truth)


@dataclass(frozen=True, slots=True)
class Sent:
    """A submitted command. ``queued_at``: when to say that it waits for the central; None once said."""

    key: CommandKey
    order_id: OrderId
    tail: str
    op: Op
    queued_at: float | None
    reason: Reason | None = None
    args: Args = NOTHING_MORE


@dataclass(frozen=True, slots=True)
class News:
    """An answer of the central that is still to be told.

    ``after``: later commands wait for the decision about it, and a new one follows this one of them. ``again``: it was
    asked about before, and sound was lost. ``epoch``: the central's history in which the order was told.
    """

    sent: Sent
    result: Result
    after: CommandKey | None = None
    again: bool = False
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A supervisor's words that are still to be told, unless it is ``until`` by then. ``id`` may be empty."""

    text: str
    name: str = ""
    id: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All that the dialogue remembers.

    ``deadline`` is on the clock of ``step``; it counts from the end of a prompt. ``turn`` rises with every change
    of mode: an utterance that began in an earlier turn is void. ``given``: what of the confirmation was said.
    ``asked``: the answer of the central that the question is about; ``reviewed``: the open question asked about last.
    """

    mode: Mode = Mode.ASLEEP
    turn: int = 0
    deadline: float | None = None
    speaking: bool = False
    held: bool = False
    misheard: int = 0
    wanted: Meaning | None = None
    heard: Heard | None = None
    found: tuple[Candidate, ...] = ()
    proposal: Proposal | None = None
    asked: News | None = None
    reviewed: CommandKey | None = None
    submitting: Proposal | None = None
    word_given: bool = False
    digits_given: bool = False
    undoable: Sent | None = None
    undo_until: float = 0.0
    sent: tuple[Sent, ...] = ()
    news: tuple[News, ...] = ()
    remarks: tuple[Said, ...] = ()
    messages: tuple[Announcement, ...] = ()
    last_said: Said | None = None
    online: bool = True

    @property
    def is_at_rest(self) -> bool:
        """Nothing waits for a confirmation."""
        return self.mode not in BUSY

    @property
    def is_free(self) -> bool:
        """Nobody is speaking, nor just about to: what others have to say disturbs nobody."""
        return self.mode in (Mode.ASLEEP, Mode.DONE) and not self.speaking and not self.held


def listens_for(state: State) -> Listen:
    """The grammar of the moment."""
    return _LISTENS[state.mode]
