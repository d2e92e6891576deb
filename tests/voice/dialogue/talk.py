"""A dialogue to play with: says what is fed and keeps what came of it."""

from collections.abc import Iterable

from sync.domain.commands import Heard
from sync.domain.order import CommandKey, Order
from tests.voice.fakes import order, seen
from voice.dialogue import (
    Candidate,
    Effect,
    Event,
    Found,
    Mode,
    Proposal,
    Say,
    SpeechDone,
    State,
    Submit,
    Submitted,
    TalkKey,
    Tick,
    Utterance,
    step,
)
from voice.understanding.meaning import Intent, Meaning, NotUnderstood, Why

INTERCEPT = Meaning(Intent.INTERCEPT, order="4712")
RELEASE = Meaning(Intent.RELEASE, order="4712")
CONFIRM = Meaning(Intent.CONFIRM)
CANCEL = Meaning(Intent.CANCEL)
NONSENSE = NotUnderstood(Why.NO_PHRASE)
KEY = CommandKey("k-1")
EVIDENCE = Heard(transcript="intercept order four seven one two")


class Talk:
    """Feeds events with a clock of its own."""

    def __init__(self) -> None:
        self.state = State()
        self.now = 100.0
        self.effects: list[Effect] = []
        self.last: tuple[Effect, ...] = ()

    def feed(self, event: Event) -> tuple[Effect, ...]:
        self.state, self.last = step(self.state, event, self.now)
        self.effects += self.last
        return self.last

    def hear(self, meaning: Meaning | NotUnderstood) -> tuple[Effect, ...]:
        return self.feed(Utterance(meaning, self.state.turn, EVIDENCE))

    def spoken(self) -> None:
        self.feed(SpeechDone())

    def wait(self, seconds: float) -> tuple[Effect, ...]:
        self.now += seconds
        return self.feed(Tick())

    def found(self, *orders: Order) -> tuple[Effect, ...]:
        return self.feed(Found(tuple(Candidate(seen(it), holds=tuple(h.id for h in it.holds)) for it in orders)))

    def mode(self) -> Mode:
        return self.state.mode

    @property
    def said(self) -> list[str]:
        """The prompts of the last event."""
        return keys(self.last)

    @property
    def submitted(self) -> list[Proposal]:
        return [effect.proposal for effect in self.effects if isinstance(effect, Submit)]


def keys(effects: Iterable[Effect]) -> list[str]:
    return [effect.said.key for effect in effects if isinstance(effect, Say)]


def listening() -> Talk:
    talk = Talk()
    talk.feed(TalkKey(down=True))
    talk.feed(TalkKey(down=False))
    return talk


def confirming(wanted: Meaning = INTERCEPT, it: Order | None = None) -> Talk:
    """Read back, waiting for the answer."""
    talk = listening()
    talk.hear(wanted)
    talk.found(it or order())
    talk.spoken()
    assert talk.mode() is Mode.CONFIRM
    return talk


def done(wanted: Meaning = INTERCEPT, it: Order | None = None) -> Talk:
    """Submitted as KEY."""
    talk = confirming(wanted, it)
    talk.hear(Meaning(Intent.CONFIRM, digits="12"))
    talk.feed(Submitted(KEY))
    assert talk.submitted
    return talk
