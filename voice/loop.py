"""What happens on the voice thread? Frames, typed lines, the desk's news and time, each fed to the conversation."""

import contextlib
import logging
import math
import queue
from collections.abc import Callable
from dataclasses import replace

from sync.domain.commands import Heard
from sync.domain.order import OrderId
from sync.domain.permissions import User
from sync.events import CommandSettled
from voice import dialogue
from voice.conversation import Conversation
from voice.desk import Desk, ListWalk, Screen
from voice.dialogue import Mode, Remark, Said, SpeechDone, State, TalkKey, Tick, listens_for
from voice.equipment import Equipment, wall_ms
from voice.errors import MicrophoneLost, NoMicrophone, RecogniserLost, VoiceError
from voice.hearing.echo import Echo
from voice.hearing.room import Room
from voice.hearing.source import Block, Source
from voice.language import Language, language_of
from voice.listening import Ear, Spoken
from voice.news import News
from voice.playing import TURN_SECONDS, Player
from voice.speaking.mouth import Mouth
from voice.telling import Telling
from voice.timeline import Timeline
from voice.tongue import Tongue
from voice.view import Step, StepKind

__all__ = ["Equipment", "Loop"]
_log = logging.getLogger(__name__)


class Loop:
    """Everything here runs on one thread; ``inbox`` brings work to it from others."""

    def __init__(
        self, desk: Desk, equipment: Equipment, screen: Screen | None, language: Language, clock: Callable[[], float]
    ) -> None:
        self._desk = desk
        self._equipment = equipment
        self.inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.telling = Telling()
        self._time = Timeline(clock)
        self._mouth = Mouth(equipment.speaker, self.inbox.put)
        self._ear, self._room = Ear(), Room()
        self._echo = Echo(equipment.chimes, lambda: self._time.now)
        directory = desk.directory()
        self._recognition = equipment.recognition()
        self._tongues = {
            each: Tongue(each, directory, equipment.site_models, equipment.site_phrases, self._recognition)
            for each in Language
        }
        self._talk = Conversation(
            desk,
            screen or ListWalk(desk),
            self._echo,
            self._tongues[language],
            self._step,
            equipment.speaker,
            equipment.habits,
            wall_ms,
        )
        self.news = News(desk, self, self._time, self.inbox.put)
        self.player = Player(self, self._time, self.telling)
        self._wrong: VoiceError | None = None
        self._microphone: Source | None = None
        self._open_from = -math.inf
        """What the microphone took in before it is our own voice, however late we come to it."""

    @property
    def state(self) -> State:
        """Where the dialogue stands."""
        return self._talk.state

    # -- time

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
            self.hear(block)
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
        self._time.pass_time()
        if self._mouth.is_over(self._talk.speech, self._time.now, live=self._microphone is not None):
            self._open_from = self._time.wall
            self.feed(SpeechDone())
        if not self._ear.busy:
            self.news.tell()
            trouble = self._room.to_say(self._time.now)
            if trouble is not None:
                self.feed(Remark(Said(f"sound.{trouble}")))
            self.feed(Tick())
        self._publish()

    def feed(self, event: dialogue.Event) -> None:
        self._talk.feed(event, self._time.now)
        self._speak()

    def _speak(self) -> None:
        if self._talk.hushed:
            self._talk.hushed = False
            self._mouth.hush()
        self._mouth.speak(self._talk.speech, self._talk.tongue.language)

    # -- the microphone

    def open_microphone(self) -> None:
        if self._equipment.microphone is None or self._microphone is not None:
            return
        self.get_ready()
        microphone = self._equipment.microphone()
        microphone.open()
        self._microphone, self._room = microphone, Room()
        self._show(error="")

    def choose_microphone(self, name: str | None) -> None:
        """Listen by another microphone from now on; what is pending is put away."""
        self.feed(dialogue.Cancelled())
        self._equipment.choose_microphone(name)
        self._room = Room()

    def _close_microphone(self) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.close()
            self.drop_sentence()
            self._room = Room()
            self._show(listening=False)

    def leave_microphone(self) -> None:
        self._close_microphone()
        self.feed(dialogue.Cancelled())

    def _on_silence(self, lost: NoMicrophone) -> None:
        """The microphone is gone, or was never there; a live one comes back by itself."""
        self.drop_sentence()
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
            self.get_ready()

    # -- sound in

    def get_ready(self) -> None:
        """Load the model of the language and build its recognisers."""
        self._talk.tongue.hearing()

    def hear(self, block: Block) -> None:
        if block.reopened:  # that it was gone, or is another one now, has been told before
            self.drop_sentence()
        if block.overflowed:
            self._room.lose(self._time.now)
            self.drop_sentence()
            self._step("lost", "", "")
            self.feed(dialogue.SoundLost("overflow"))
        state = self.state
        if state.speaking or (block.at is not None and block.at < self._open_from):
            self.drop_sentence()
            return
        if self._microphone is not None and self._echo.is_in(block.pcm):
            return
        spoken = self._ear.feed(block.pcm, self._talk.tongue, listens_for(state), state.turn, self._others())
        if self._microphone is not None:
            self._measure(block, ended=spoken is not None)
        if spoken is not None:
            self._on_spoken(spoken)
        self._publish()

    def _measure(self, block: Block, *, ended: bool) -> None:
        """How the room is; of what people say among themselves nothing is kept."""
        self._room.hear(block.pcm, self._time.now, speaking=ended or self._ear.busy)
        if ended and self.state.mode is not Mode.ASLEEP:
            self._room.end_sentence()
        elif not self._ear.busy:
            self._room.forget()

    def _others(self) -> tuple[Tongue, ...]:
        """Where both languages are spoken: the other one, but never in the middle of a command."""
        mine = self._talk.tongue
        if not self.state.is_at_rest or not any(tongue.both for tongue in self._tongues.values()):
            return ()
        return tuple(tongue for tongue in self._tongues.values() if tongue is not mine)

    def _on_spoken(self, spoken: Spoken) -> None:
        if not spoken.text:
            return
        self._show(error="")
        if self.state.mode is Mode.ASLEEP:
            if spoken.doubtful or not self._talk.is_wake(spoken.text, spoken.tongue):
                return
            spoken.tongue.learn_places(self._desk.directory())
        if spoken.tongue is not self._talk.tongue:
            self._talk.speak_in(spoken.tongue)
        talk, tongue = self._talk, spoken.tongue
        if not talk.hear(spoken.text, tongue, spoken.turn, spoken.heard, self._time.now, doubtful=spoken.doubtful):
            user = self._desk.user
            self._equipment.refused.keep(spoken.pcm, spoken.heard, None if user is None else user.id)
        self._speak()

    def finish_sentence(self) -> None:
        """What was said so far is all that will be said."""
        spoken = self._ear.finish()
        if spoken is not None:
            self._on_spoken(spoken)

    def drop_sentence(self) -> None:
        """It was our own voice, or some of it is lost."""
        self._ear.drop()
        self._room.forget()

    # -- what people do

    def on_talk_key(self, *, down: bool) -> None:
        if down:
            if self.state.speaking:
                self._open_from = self._time.wall
            self.drop_sentence()
            self._talk.tongue.learn_places(self._desk.directory())
        else:
            self.finish_sentence()
        self.feed(TalkKey(down))

    def on_typed(self, text: str) -> None:
        """The same parser and dialogue; typing wakes, and ends a prompt."""
        tongue = self._tongues[language_of(text)]
        tongue.learn_places(self._desk.directory())
        if self.state.mode is Mode.ASLEEP:
            self.feed(TalkKey(down=True))
            self.feed(TalkKey(down=False))
        if self.state.speaking:
            self._talk.speech.clear()
            self._mouth.hush()
            self.feed(SpeechDone())
        heard = Heard(transcript=text, language=tongue.language.value, grammar=tongue.version, model="typed")
        self._talk.hear(text, tongue, self.state.turn, heard, self._time.now)
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
        self.drop_sentence()
        self._talk.speak_in(self._tongues[language])
        if self._wrong is not None and self._talk.view.error:
            self._show(error=self._talk.tongue.prompts.error(self._wrong))
        self._publish()
        if self._microphone is not None:
            self.get_ready()

    def typed(self, text: str, settle_seconds: float) -> tuple[Step, ...]:
        """A typed line and what came of it."""
        return self.player.answered(lambda: self.on_typed(text), settle_seconds)

    def heard(self, source: Source, settle_seconds: float) -> tuple[Step, ...]:
        """A recording and what came of it; the microphone is closed meanwhile."""
        had_microphone = self._microphone is not None
        self._close_microphone()
        try:
            return self.player.heard(source, settle_seconds)
        finally:
            if had_microphone:
                self.open_microphone()

    # -- the desk's news

    def check_order(self, ids: tuple[OrderId, ...]) -> None:
        self._talk.check_order(self._time.now, ids)
        self._speak()

    def meet(self, user: User | None) -> None:
        """Language, loudness and speed follow the badge."""
        self._talk.follow(user)
        self.on_switch(self._talk.habit.language or self._talk.tongue.language)

    def note_settled(self, event: CommandSettled) -> None:
        result = event.result
        if any(sent.key == result.key for sent in self.state.sent):
            self._step("settled", str(result.outcome or result.status), result.key)

    def leave_desk(self) -> None:
        """Be silent, and hear no more of the desk."""
        self._mouth.hush()
        self.news.leave()

    def close(self) -> None:
        """End the process that recognises; it is started again when something is to be heard."""
        self._recognition.stop()

    # -- telling

    def _step(self, kind: StepKind, text: str, key: str) -> None:
        self.telling.step(Step(kind, text, self._time.wall, self._time.sound_at, key))

    def show_error(self, wrong: VoiceError) -> None:
        """What is wrong and what to do, on the screen; what the system said of it is in the log."""
        _log.warning("voice: %s: %s", wrong.key, wrong)
        self._wrong = wrong
        self._show(error=self._talk.tongue.prompts.error(wrong))

    def forget(self) -> None:
        """After a fault: nothing pending, nothing half heard."""
        self._ear = Ear()
        self._room.forget()
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
        room = self._room
        view = replace(
            self._talk.view,
            partial=self._ear.partial,
            level=float(round(self._ear.endpoint.level_db)),
            noise=room.noise_db,
            snr=room.snr_db,
            trouble=room.trouble,
        )
        self.telling.show(view, self._time.wall)
