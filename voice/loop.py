"""What happens on the voice thread? Frames, typed lines, the desk's news and time, each fed to the conversation."""

import contextlib
import queue
from collections.abc import Callable
from dataclasses import replace

from sync.domain.commands import Heard
from sync.domain.permissions import User
from sync.events import CommandSettled, ConnectionChanged, Event, Link, MessageArrived, OrdersChanged, UserChanged
from sync.wire.colleagues import Message
from voice import dialogue
from voice.conversation import Conversation
from voice.desk import Desk, ListWalk, Screen
from voice.dialogue import Mode, SpeechDone, TalkKey, Tick, listens_for
from voice.equipment import Equipment, wall_ms
from voice.errors import MicrophoneLost, NoMicrophone, RecogniserLost, VoiceError
from voice.hearing.source import RATE, Block, Source
from voice.language import Language, language_of
from voice.listening import Ear, Spoken
from voice.speaking.mouth import Mouth
from voice.telling import Telling
from voice.tongue import Tongue
from voice.view import Step, StepKind

__all__ = ["Equipment", "Loop"]

TURN_SECONDS = 0.05


class Loop:
    """Everything here runs on one thread; ``inbox`` brings work to it from others."""

    def __init__(
        self, desk: Desk, equipment: Equipment, screen: Screen | None, language: Language, clock: Callable[[], float]
    ) -> None:
        self._desk = desk
        self._equipment = equipment
        self._clock = clock
        self.inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.telling = Telling()
        self._mouth = Mouth(equipment.speaker, self.inbox.put)
        self._ear = Ear()
        directory = desk.directory()
        self._recognition = equipment.recognition()
        self._tongues = {
            each: Tongue(each, directory, equipment.site_models, equipment.site_phrases, self._recognition)
            for each in Language
        }
        self._talk = Conversation(
            desk,
            screen or ListWalk(desk),
            equipment.chimes,
            self._tongues[language],
            self._step,
            equipment.speaker,
            equipment.habits,
            wall_ms,
        )
        self._wrong: VoiceError | None = None
        self._microphone: Source | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._settled: list[CommandSettled] = []
        self._now = 0.0
        self._wall = clock()
        self._sound_at: float | None = None

    def choose_microphone(self, name: str | None) -> None:
        """Listen by another microphone from now on; what is pending is put away."""
        self.feed(dialogue.Cancelled())
        self._equipment.choose_microphone(name)

    def turn(self) -> None:
        microphone = self._microphone
        if microphone is None:
            self.pump(TURN_SECONDS)
            return
        try:
            block = microphone.read(TURN_SECONDS)
        except NoMicrophone as lost:
            self._on_silence(lost)
            return
        self.pump(0.0)
        if block is not None:
            if not self._talk.view.listening:
                self._show(listening=True, error="")
            self._on_block(block)
        elif microphone.ended:
            self._close_microphone()
            self._on_silence(MicrophoneLost("the microphone is gone", why="its stream has ended"))

    def pump(self, timeout: float) -> None:
        """Do what waits in the inbox (waiting for it at most so long), then let time pass and speak."""
        try:
            job = self.inbox.get(timeout=timeout) if timeout > 0 else self.inbox.get_nowait()
            while True:
                job()
                job = self.inbox.get_nowait()
        except queue.Empty:
            self._pass_time()

    def _pass_time(self) -> None:
        wall = self._clock()
        if self._sound_at is None:
            self._now += wall - self._wall
        self._wall = wall
        if self._mouth.is_over(self._talk.speech, self._now, live=self._microphone is not None):
            self.feed(SpeechDone())
        if not self._ear.busy:
            self._tell_settled()
            self.feed(Tick())
        self._publish()

    def feed(self, event: dialogue.Event) -> None:
        self._talk.feed(event, self._now)
        self._speak()

    def _speak(self) -> None:
        if self._talk.hushed:
            self._talk.hushed = False
            self._mouth.hush()
        self._mouth.speak(self._talk.speech, self._talk.tongue.language)

    # -- sound in

    def open_microphone(self) -> None:
        if self._equipment.microphone is None or self._microphone is not None:
            return
        self._talk.tongue.hearing()
        microphone = self._equipment.microphone()
        microphone.open()
        self._microphone = microphone
        self._show(error="")

    def _close_microphone(self) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.close()
            self._ear.drop()
            self._show(listening=False)

    def leave_microphone(self) -> None:
        self._close_microphone()
        self.feed(dialogue.Cancelled())

    def _on_silence(self, lost: NoMicrophone) -> None:
        """The microphone is gone, or was never there; a live one comes back by itself."""
        self._ear.drop()
        self._show(listening=False)
        self.feed(dialogue.SoundLost("microphone"))
        self.show_error(lost)

    def on_recogniser_lost(self, lost: RecogniserLost) -> None:
        """What was being said is lost, and what waits for an answer is put away; then it is started again."""
        self._ear.abandon()
        self._step("lost", "", "")
        self.feed(dialogue.SoundLost("recogniser"))
        self.show_error(lost)
        with contextlib.suppress(RecogniserLost):  # the next utterance tries again
            self._talk.tongue.hearing()

    def _on_block(self, block: Block) -> None:
        if block.overflowed:
            self._ear.drop()
            self._step("lost", "", "")
            self.feed(dialogue.SoundLost("overflow"))
        state = self._talk.state
        if state.speaking:
            self._ear.drop()
            return
        spoken = self._ear.feed(block.pcm, self._talk.tongue, listens_for(state), state.turn, self._others())
        if spoken is not None:
            self._on_spoken(spoken)
        self._publish()

    def _others(self) -> tuple[Tongue, ...]:
        """Where both languages are spoken: the other one, but never in the middle of a command."""
        mine = self._talk.tongue
        if not self._talk.state.is_at_rest or not any(tongue.both for tongue in self._tongues.values()):
            return ()
        return tuple(tongue for tongue in self._tongues.values() if tongue is not mine)

    def _on_spoken(self, spoken: Spoken) -> None:
        if not spoken.text:
            return
        self._show(error="")
        if self._talk.state.mode is Mode.ASLEEP:
            if not self._talk.is_wake(spoken.text, spoken.tongue):
                return
            spoken.tongue.learn_places(self._desk.directory())
        if spoken.tongue is not self._talk.tongue:
            self._talk.speak_in(spoken.tongue)
        talk, tongue = self._talk, spoken.tongue
        if not talk.hear(spoken.text, tongue, spoken.turn, spoken.heard, self._now, doubtful=spoken.doubtful):
            self._equipment.refused.keep(spoken.pcm, spoken.heard)
        self._speak()

    def on_talk_key(self, *, down: bool) -> None:
        if down:
            self._ear.drop()
            self._talk.tongue.learn_places(self._desk.directory())
        else:
            spoken = self._ear.finish()
            if spoken is not None:
                self._on_spoken(spoken)
        self.feed(TalkKey(down))

    def on_typed(self, text: str) -> None:
        """The same parser and dialogue; typing wakes, and ends a prompt."""
        tongue = self._tongues[language_of(text)]
        tongue.learn_places(self._desk.directory())
        if self._talk.state.mode is Mode.ASLEEP:
            self.feed(TalkKey(down=True))
            self.feed(TalkKey(down=False))
        if self._talk.state.speaking:
            self._talk.speech.clear()
            self._mouth.hush()
            self.feed(SpeechDone())
        heard = Heard(transcript=text, language=tongue.language.value, grammar=tongue.version, model="typed")
        self._talk.hear(text, tongue, self._talk.state.turn, heard, self._now)
        self._speak()
        self._publish()

    def on_chosen(self, language: Language) -> None:
        """A person's own choice of language: it follows the badge."""
        self._talk.remember(language)
        self.on_switch(language)

    def on_switch(self, language: Language) -> None:
        if language is self._talk.tongue.language:
            return
        self.feed(dialogue.Cancelled())
        self._ear.drop()
        self._talk.speak_in(self._tongues[language])
        if self._wrong is not None and self._talk.view.error:
            self.show_error(self._wrong)
        self._publish()
        if self._microphone is not None:
            self._talk.tongue.hearing()

    # -- recordings and typed lines whose answers are waited for

    def recorded(self, job: Callable[[], None], settle_seconds: float) -> tuple[Step, ...]:
        steps = self.telling.record()
        try:
            self.pump(0.0)
            job()
            until = self._clock() + settle_seconds
            self.pump(0.0)
            while self._talk.state.speaking or (self._talk.state.sent and self._clock() < until):
                self.pump(TURN_SECONDS)
        finally:
            self.telling.forget()
        return tuple(steps)

    def heard(self, source: Source, settle_seconds: float) -> tuple[Step, ...]:
        had_microphone = self._microphone is not None
        self._close_microphone()
        try:
            steps = self.recorded(lambda: self._play(source), settle_seconds)
            if not self._talk.state.is_at_rest:
                self.feed(dialogue.Cancelled())
            self.pump(0.0)
        finally:
            if had_microphone:
                self.open_microphone()
        return steps

    def _play(self, source: Source) -> None:
        """The whole recording: read as fast as it comes, but never while a prompt is being spoken."""
        self._talk.tongue.hearing()
        source.open()
        try:
            self.feed(dialogue.Cancelled())
            self.on_talk_key(down=True)
            self.on_talk_key(down=False)
            self._sound_at = 0.0
            while not source.ended:
                self._wait_for_prompt()
                block = source.read(TURN_SECONDS)
                if block is not None:
                    self._on_sound_of(block)
            spoken = self._ear.finish()
            if spoken is not None:
                self._on_spoken(spoken)
        except RecogniserLost:
            self._ear.abandon()
            self.feed(dialogue.SoundLost("recogniser"))
            raise
        finally:
            self._sound_at = None
            source.close()
            self._ear.drop()

    def _on_sound_of(self, block: Block) -> None:
        seconds = len(block.pcm) / (2 * RATE)
        self._now += seconds
        self._sound_at = (self._sound_at or 0.0) + seconds
        self._on_block(block)
        self.pump(0.0)

    def _wait_for_prompt(self) -> None:
        """A person waits, too; meanwhile the wall clock runs, not the recording's."""
        at, self._sound_at = self._sound_at, None
        while self._talk.state.speaking:
            self.pump(TURN_SECONDS)
        self._sound_at = at

    # -- the desk's news

    def watch_desk(self) -> None:
        if self._unsubscribe is None:
            self._unsubscribe = self._desk.subscribe(self._on_desk)
            self._follow(self._desk.user)
            self.feed(dialogue.Link(_reaches(self._desk.connection.link)))

    def leave_desk(self) -> None:
        """Be silent, and hear no more of the desk."""
        self._mouth.hush()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def close(self) -> None:
        """End the process that recognises; it is started again when something is to be heard."""
        self._recognition.stop()

    def _on_desk(self, event: Event) -> None:
        """On the desk's thread: hand it over to ours."""
        self.inbox.put(lambda: self._on_desk_event(event))

    def _on_desk_event(self, event: Event) -> None:
        match event:
            case CommandSettled():
                self._settled.append(event)
            case OrdersChanged(ids=ids):
                self._talk.check_order(self._now, ids)
                self._speak()
            case ConnectionChanged(connection=connection):
                self.feed(dialogue.Link(_reaches(connection.link)))
            case UserChanged(user=user):
                self.feed(dialogue.Cancelled(left=True))
                self._follow(user)
            case MessageArrived(message=message):
                self._announce(message)
            case _:
                pass

    def _follow(self, user: User | None) -> None:
        """Language, loudness and speed follow the badge."""
        self._talk.follow(user)
        self.on_switch(self._talk.habit.language or self._talk.tongue.language)
        for message in self._desk.unheard():
            self._announce(message)

    def _announce(self, message: Message) -> None:
        until = self._now + (message.expires_at - wall_ms()) / 1000
        self.feed(dialogue.Message(message.text, message.sender_name, message.id, until))

    def _tell_settled(self) -> None:
        """The central's answers; never while somebody is speaking."""
        while self._settled:
            result = self._settled.pop(0).result
            if any(sent.key == result.key for sent in self._talk.state.sent):
                self._step("settled", str(result.outcome or result.status), result.key)
            self.feed(dialogue.Settled(result))

    # -- telling

    def _step(self, kind: StepKind, text: str, key: str) -> None:
        self.telling.step(Step(kind, text, self._clock(), self._sound_at, key))

    def show_error(self, wrong: VoiceError) -> None:
        """What is wrong and what to do, on the screen."""
        self._wrong = wrong
        self._show(error=self._talk.tongue.prompts.error(wrong))

    def forget(self) -> None:
        """After a fault: nothing pending, nothing half heard."""
        self._ear = Ear()
        self._talk.forget()

    def _show(self, *, error: str | None = None, listening: bool | None = None) -> None:
        view = self._talk.view
        self._talk.view = replace(
            view,
            error=view.error if error is None else error,
            listening=view.listening if listening is None else listening,
        )
        self._publish()

    def _publish(self) -> None:
        level = float(round(self._ear.endpoint.level_db))
        self.telling.show(replace(self._talk.view, partial=self._ear.partial, level=level), self._clock())


def _reaches(link: Link) -> bool:
    return link in (Link.ONLINE, Link.PULLING)
