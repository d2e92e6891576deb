"""Who owns the voice thread? The session: sound or typed lines in, commands and prompts out, snapshots told."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from voice import dialogue
from voice.desk import Desk, Screen
from voice.errors import RecogniserLost, VoiceError
from voice.hearing.devices import microphone_names
from voice.hearing.source import Source
from voice.language import Language
from voice.loop import Equipment, Loop
from voice.refused import Held
from voice.view import Step, VoiceView

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Session:
    """Voice for one desk. Public methods may be called from any thread; listeners are called on the voice thread.

    Without ``start`` everything runs on the caller's thread: each method has done its work when it returns.
    """

    def __init__(
        self,
        desk: Desk,
        equipment: Equipment | None = None,
        *,
        language: Language = Language.ZH,
        screen: Screen | None = None,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Raises PhraseError and PromptError: those files are read here; models are loaded when sound comes."""
        self._report = report or (lambda fault: _log.error("voice: %s", fault, exc_info=fault))
        self._desk = desk
        self._refused = (equipment or Equipment()).refused
        self._loop = Loop(desk, equipment or Equipment(), screen, language, clock)
        self._thread: threading.Thread | None = None
        self._stopping = False

    # -- life

    def start(self) -> None:
        """Begin to listen on a thread of its own."""
        self._loop.news.watch()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Put away what is pending, end the thread and leave the desk; harmless when never started."""
        thread, self._thread = self._thread, None
        self._stopping = True
        if thread is not None:
            self._loop.inbox.put(lambda: None)
            thread.join()
        self._loop.leave_desk()
        self._loop.close()

    def leave(self) -> None:
        """Like ``stop`` for a session that was never started, but its process that recognises goes on for others."""
        self._loop.leave_desk()

    def subscribe(self, listener: Callable[[VoiceView], None]) -> Callable[[], None]:
        """Snapshots whenever something visible changed; the answer ends that."""
        return self._loop.telling.add_viewer(listener)

    def on_step(self, listener: Callable[[Step], None]) -> Callable[[], None]:
        """Each step of the timeline as it happens; the answer ends that."""
        return self._loop.telling.add_stepper(listener)

    @property
    def view(self) -> VoiceView:
        """The last snapshot that was told."""
        return self._loop.telling.told

    # -- what people do

    def push_to_talk(self, down: bool) -> None:
        self._post(lambda: self._loop.on_talk_key(down=down))

    def cancel(self) -> None:
        """Put away what is pending."""
        self._post(lambda: self._loop.feed(dialogue.Cancelled()))

    def switch(self, language: Language) -> None:
        """Listen and speak in this language, now and whenever this person signs in; what is pending is put away."""
        self._post(lambda: self._loop.on_chosen(language))

    def listen(self, on: bool) -> None:
        """Open or close the microphone; closing it puts away what is pending."""
        self._post(self._loop.open_microphone if on else self._loop.leave_microphone)

    def choose_microphone(self, name: str | None) -> None:
        """Listen by the microphone of this name, None: the system's."""
        self._post(lambda: self._loop.choose_microphone(name))

    @staticmethod
    def microphones() -> tuple[str, ...]:
        """The names of the microphones there are; blocks for seconds; raises ProcessLost."""
        return microphone_names()

    def refused_sounds(self) -> Held:
        """What is kept of sentences that were not understood, and whether the signed-in person wants that."""
        user = self._desk.user
        return self._refused.held(None if user is None else user.id)

    def keep_refused_sounds(self, keep: bool) -> Held:
        """The signed-in person's consent, or its end; what is kept then. Raises OSError."""
        user = self._desk.user
        if user is not None:
            self._refused.want(user.id, keep=keep)
        return self.refused_sounds()

    def delete_refused_sounds(self) -> Held:
        """Delete them all; what is kept then."""
        self._refused.delete()
        return self.refused_sounds()

    def tell(self, message: str) -> None:
        """A supervisor's words: spoken when nothing waits for an answer."""
        self._post(lambda: self._loop.feed(dialogue.Message(message)))

    def type_line(self, text: str) -> None:
        """A typed sentence, as if it had been spoken; does not wait for a started session."""
        self._post(lambda: self._loop.on_typed(text))

    def say(self, text: str, settle_seconds: float = 0.0) -> tuple[Step, ...]:
        """A typed sentence; blocks until the answer has been given (and the central's too, at most so long)."""
        return self._do(lambda: self._loop.typed(text, settle_seconds))

    def hear(self, source: Source, settle_seconds: float = 0.0) -> tuple[Step, ...]:
        """Listen to a whole recording as if the talk key had been pressed before it; the steps with their times.

        Prompts are waited for, and the central's answers at most ``settle_seconds``. What is then still unconfirmed
        is put away. Raises SoundError and ModelError. Blocks: not for the Qt thread.
        """
        return self._do(lambda: self._loop.heard(source, settle_seconds))

    def _post(self, job: Callable[[], None]) -> None:
        if self._thread is not None:
            self._loop.inbox.put(job)
            return
        self._loop.news.watch()
        job()
        self._loop.pump(0.0)

    def _do(self, job: Callable[[], T]) -> T:
        if self._thread is None or threading.current_thread() is self._thread:
            self._loop.news.watch()
            return job()
        answer: Future[T] = Future()

        def run() -> None:
            try:
                answer.set_result(job())
            except BaseException as fault:  # noqa: BLE001  handed to the caller
                answer.set_exception(fault)

        self._loop.inbox.put(run)
        return answer.result()

    # -- the thread

    def _run(self) -> None:
        """The voice thread: nothing escapes, every fault reaches the reporter or the screen."""
        self._guard(self._refused.expire)
        self._guard(self._loop.open_microphone)
        while not self._stopping:
            self._guard(self._loop.turn)
        self._guard(self._loop.leave_microphone)

    def _guard(self, job: Callable[[], object]) -> None:
        try:
            job()
        except RecogniserLost as lost:
            self._guard(functools.partial(self._loop.on_recogniser_lost, lost))
        except VoiceError as wrong:
            self._loop.show_error(wrong)
        except Exception as fault:  # noqa: BLE001  the thread's edge
            self._report(fault)
            self._loop.forget()
