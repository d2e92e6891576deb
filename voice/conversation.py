"""Who does what the dialogue wants? Runs the pure machine over the desk, the screen and the speaker; no audio here."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from sync.domain.commands import Heard, Op
from sync.domain.order import CommandKey, OrderId
from sync.domain.permissions import User
from sync.errors import Refused, SyncError
from sync.service import Wish
from voice.desk import Desk, Screen
from voice.dialogue import (
    Adjust,
    Candidate,
    Changed,
    Chime,
    Count,
    Counted,
    Decide,
    Digits,
    Event,
    Failed,
    Find,
    Found,
    Hush,
    Listen,
    Looked,
    Mode,
    Number,
    Proposal,
    Review,
    Reviewed,
    Said,
    Say,
    State,
    Submit,
    Submitted,
    TakeBack,
    TakenBack,
    Told,
    Utterance,
    Walk,
    listens_for,
    step,
)
from voice.dialogue.helping import help_key
from voice.dialogue.proposing import OPS
from voice.dialogue.state import INTENTS
from voice.dialogue.wording import said
from voice.habits import Habit, Habits
from voice.language import Language
from voice.lookup import candidates, question_behind
from voice.speaking.speaker import Adjustable, Chimes, Speaker
from voice.tongue import Tongue
from voice.understanding.meaning import Meaning, NotUnderstood, Why
from voice.view import StepKind, VoiceView

MOST_STEPS = 5
"""A voice has no more steps than these, up or down."""

Tell = Callable[[StepKind, str, str], None]
"""(kind, text, command key)"""


class Conversation:
    """The dialogue with its surroundings. Used by one thread. ``speech`` holds what is still to be spoken."""

    def __init__(
        self,
        desk: Desk,
        screen: Screen,
        chimes: Chimes,
        tongue: Tongue,
        tell: Tell,
        speaker: Speaker,
        habits: Habits,
        wall_ms: Callable[[], int],
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._chimes = chimes
        self._tell = tell
        self._speaker = speaker
        self._habits = habits
        self.habit = Habit()
        self._wall_ms = wall_ms
        self.tongue = tongue
        self.state = State()
        self.view = VoiceView(language=tongue.language)
        self.speech: deque[str] = deque()
        self.hushed = False
        self._doing: Mapping[type, Callable[..., Event | None]] = {
            Say: self._say,
            Chime: self._chime,
            Hush: self._hush,
            Find: self._find,
            Submit: self._submit,
            TakeBack: self._take_back,
            Walk: self._walk,
            Count: self._count,
            Review: self._review,
            Decide: self._decide,
            Adjust: self._adjust,
            Told: self._told,
        }

    def feed(self, event: Event, now: float) -> None:
        """One event through the machine, its effects done, their answers fed again, until nothing is left."""
        events: deque[Event] = deque((event,))
        while events:
            before = self.state
            self.state, effects = step(before, events.popleft(), now)
            self._note_move(before, self.state)
            for effect in effects:
                answer = self._doing[type(effect)](effect)
                if answer is not None:
                    events.append(answer)

    def forget(self) -> None:
        """After a fault: asleep, nothing pending, nothing to say."""
        self.state = State(turn=self.state.turn + 1, sent=self.state.sent, online=self.state.online)
        self.speech.clear()
        self.hushed = True
        self.view = replace(self.view, state=self.state.mode, speaking=False, held=False, order_id=None)

    def speak_in(self, tongue: Tongue) -> None:
        """Another language from now on."""
        self.tongue = tongue
        self.view = replace(self.view, language=tongue.language, heard="", understood="", asked="", hint=self._hint())

    def follow(self, user: User | None) -> None:
        """Another person: speak as loud and as fast as that one likes it."""
        before = self.habit
        self.habit = self._habits.of(user.id) if user is not None else Habit()
        if isinstance(self._speaker, Adjustable):
            self._speaker.adjust(self.habit.louder - before.louder, self.habit.faster - before.faster)

    def remember(self, language: Language) -> None:
        self._keep(msgspec.structs.replace(self.habit, language=language))

    def _keep(self, habit: Habit) -> None:
        self.habit = habit
        if self._desk.user is not None:
            self._habits.keep(self._desk.user.id, habit)

    def is_wake(self, text: str, tongue: Tongue) -> bool:
        return isinstance(tongue.parser.parse(text, INTENTS[Listen.WAKE]), Meaning)

    def hear(
        self, text: str, tongue: Tongue, turn: int, heard: Heard | None, now: float, *, doubtful: bool = False
    ) -> bool:
        """A sentence, spoken or typed, that began in ``turn``: parsed for the state of now, then fed; is it understood?

        ``doubtful``: whoever heard it is not sure of it; it means nothing then.
        """
        self.check_order(now)
        meaning = tongue.parser.parse(text, INTENTS[listens_for(self.state)])
        if doubtful:
            meaning = NotUnderstood(Why.UNSURE)
        shown = self._understood(meaning) if isinstance(meaning, Meaning) else self._why(meaning.why)
        self.view = replace(self.view, heard=text, understood=shown)
        self._tell("heard", text, "")
        self._tell("understood" if isinstance(meaning, Meaning) else "not_understood", shown, "")
        self.feed(Utterance(meaning, turn, heard), now)
        return isinstance(meaning, Meaning)

    def check_order(self, now: float, ids: tuple[OrderId, ...] = ()) -> None:
        """If a proposal waits: does its order still look as it was read back? ``ids``: those that changed, or all."""
        proposal = self.state.proposal
        if proposal is not None and (not ids or proposal.order_id in ids):
            self.feed(Changed(self._desk.order(proposal.order_id)), now)

    def _understood(self, meaning: Meaning) -> str:
        this = not meaning.order and meaning.intent in OPS
        what = said(
            f"understood.{meaning.intent}",
            order=self._text(Said("this_order"))[1] if this else Digits(meaning.order),
            reason=meaning.reason,
            to=meaning.to,
            digits=Digits(meaning.digits),
            number=Number(meaning.number or 0),
        )
        return self._text(what)[1].strip()

    def _why(self, why: str) -> str:
        return self._text(Said(f"understood.{why}"))[1]

    def _text(self, what: Said) -> tuple[str, str]:
        text = self.tongue.prompts.text(what, self.tongue.directory)
        return text.aloud, text.shown

    def _note_move(self, before: State, after: State) -> None:
        if before.mode is Mode.ASLEEP and after.mode is Mode.LISTENING:
            self._tell("woke", "", "")
            self.view = replace(self.view, heard="", understood="", asked="")
        order_id = after.proposal.order_id if after.proposal else None
        if order_id is not None and order_id != self.view.order_id:
            self._screen.show(order_id)
        self.view = replace(
            self.view, state=after.mode, held=after.held, speaking=after.speaking, order_id=order_id, hint=self._hint()
        )

    def _hint(self) -> str:
        return self._text(Said(help_key(self.state)))[1]

    # -- effects

    def _say(self, effect: Say) -> None:
        what = effect.said
        if what.key.startswith("failed.") and not self.tongue.prompts.has(what.key):
            what = Said("failed.other")
        aloud, shown = self._text(what)
        self.view = replace(self.view, asked=shown)
        self.speech.append(aloud)
        self._tell("cancelled" if what.key.startswith("cancelled.") else "said", shown, "")

    def _chime(self, effect: Chime) -> None:
        self._chimes.play(effect.earcon)

    def _hush(self, _effect: Hush) -> None:
        self.speech.clear()
        self.hushed = True

    def _find(self, effect: Find) -> Event:
        try:
            current = None if effect.wanted.order else self._screen.move(0)
            return Found(candidates(self._desk, effect.wanted, current, self._wall_ms()))
        except SyncError as wrong:
            return Failed(error=wrong.key)

    def _submit(self, effect: Submit) -> Event:
        proposal = effect.proposal
        wish = Wish(
            order_id=proposal.order_id,
            op=proposal.op,
            base=proposal.base,
            after=proposal.after,
            reason=proposal.reason,
            args=proposal.args,
            heard=proposal.heard,
            seen=proposal.seen,
        )
        try:
            key = self._desk.submit(wish) if proposal.decides is None else self._decide_by(proposal, wish)
        except Refused as refused:
            return Failed(refusal=refused.refusal)
        except SyncError as wrong:
            return Failed(error=wrong.key)
        if key is None:
            return Failed(error="decided_already")
        self._tell("submitted", f"{proposal.op} {proposal.tail}", key)
        return Submitted(key)

    def _decide_by(self, proposal: Proposal, wish: Wish) -> CommandKey | None:
        """The command and the decision that it is, recorded together; None when somebody decided otherwise before."""
        decision = "carrier_intercept" if proposal.op is Op.CARRIER_INTERCEPT else "again"
        assert proposal.decides is not None  # noqa: S101  asked for only then
        return self._desk.decide(proposal.decides, decision, wish).key

    def _take_back(self, effect: TakeBack) -> Event:
        try:
            return TakenBack(self._desk.undo(effect.key, effect.heard))
        except Refused as refused:
            return Failed(refusal=refused.refusal)
        except SyncError as wrong:
            return Failed(error=wrong.key)

    def _walk(self, effect: Walk) -> Event:
        order_id = self._screen.move(effect.steps)
        seen = self._desk.order(order_id) if order_id is not None else None
        return Looked(None if seen is None else Candidate(seen))

    def _count(self, _effect: Count) -> Event:
        return Counted(self._desk.counts().stopped)

    def _review(self, effect: Review) -> Event:
        user = self._desk.user
        try:
            return Reviewed(None if user is None else question_behind(self._desk.cases(), user.id, effect.after))
        except SyncError as wrong:
            return Failed(error=wrong.key)

    def _decide(self, effect: Decide) -> Event | None:
        """Record that the order is kept; every other decision is recorded with its command, which comes next."""
        if effect.decision != "keep":
            return None
        try:
            self._desk.decide(effect.key, effect.decision, heard=effect.heard)
        except SyncError as wrong:
            return Failed(error=wrong.key)
        return None

    def _told(self, effect: Told) -> None:
        self._desk.hear_message(effect.id)

    def _adjust(self, effect: Adjust) -> None:
        if isinstance(self._speaker, Adjustable):
            self._speaker.adjust(effect.louder, effect.faster)
            now = self.habit
            louder, faster = (
                min(max(steps, -MOST_STEPS), MOST_STEPS)
                for steps in (now.louder + effect.louder, now.faster + effect.faster)
            )
            self._keep(msgspec.structs.replace(now, louder=louder, faster=faster))
