"""Who recognises, seen from here? A process that is asked with a deadline and replaced when it dies or hangs."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from voice.dialogue.state import Listen
from voice.errors import ProcessLost, RecogniserLost
from voice.hearing.child import Child, Serve
from voice.hearing.grammar import Wanted
from voice.hearing.graph import Pronunciations
from voice.hearing.recognition_messages import (
    Able,
    Answer,
    Build,
    CanHear,
    Done,
    Drop,
    Final,
    Finish,
    Load,
    Partial,
    Question,
    Sound,
    Wrong,
    answer_of,
    packed,
    raised,
)
from voice.hearing.recognition_process import serve
from voice.language import Language
from voice.models import find, fingerprint, stamp

LOAD_SECONDS = 60.0
"""Full models are some hundred megabytes, perhaps on a slow disk."""
ANSWER_SECONDS = 5.0
"""So long one piece of sound may take: far above what the slowest machine needs."""

A = TypeVar("A", Done, Able, Partial, Final)


class Recognition:
    """The process. ``generation`` rises with each new one: what was built in an earlier one is gone.

    Used by one thread.
    """

    def __init__(self, process: Serve = serve, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._child = Child(process, "voice-recognition")
        self._answer_seconds = answer_seconds
        self.generation = 0

    @property
    def pid(self) -> int | None:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.running

    def ask(self, question: Question, kind: type[A]) -> A:
        """The answer of that kind; raises what the other side raised. Only Load starts a process."""
        if not self._child.running and isinstance(question, Load):
            self.generation += 1
            self._child.start()
        seconds = LOAD_SECONDS if isinstance(question, Load | Build) else self._answer_seconds
        try:
            answer: Answer = answer_of(self._child.ask(packed(question), seconds))
        except ProcessLost as lost:
            raise RecogniserLost(str(lost)) from lost
        if isinstance(answer, Wrong):
            raise raised(answer)
        if not isinstance(answer, kind):
            raise RecogniserLost(f"{question} was answered by {answer}")
        return answer

    def stop(self) -> None:
        """End the process; it starts again when it is asked."""
        self._child.stop()


class Hearing:
    """One language in the process: loaded and built again by ``prepare`` whenever the process is a new one."""

    def __init__(
        self,
        recognition: Recognition,
        language: Language,
        site_models: tuple[Path, ...],
        words: Pronunciations | None = None,
    ) -> None:
        """Raises ModelError (the model is looked at here, before Vosk sees it). ``words`` are taught to it."""
        self._words = dict(words or {})
        self._recognition = recognition
        self._language = language
        self._site = site_models
        self._stamp = stamp(site_models)
        self._folder, self.entry = find(language, site_models)
        self.model = ""
        """Name of the loaded model and a hash of its files, for the audit trail."""
        self._loaded = 0
        self._built: tuple[int, Mapping[Listen, Wanted] | None] = (0, None)

    def prepare(self, wanted: Mapping[Listen, Wanted] | None = None) -> None:
        """Ready to hear these (the ones before when None); raises ModelError, GrammarError and RecogniserLost."""
        wanted = self._built[1] if wanted is None else wanted
        self._look_again()
        self._load()
        if wanted is not None and self._built != (self._recognition.generation, wanted):
            self._recognition.ask(Build(self._language, dict(wanted)), Done)
            self._built = (self._recognition.generation, wanted)

    def _look_again(self) -> None:
        """Another model was installed or removed meanwhile: it is loaded now, without a restart of the program."""
        now = stamp(self._site)
        if now != self._stamp:
            self._folder, self.entry = find(self._language, self._site)
            self._stamp, self._loaded, self._built = now, 0, (0, self._built[1])

    def _load(self) -> None:
        if self._loaded == self._recognition.generation and self._recognition.running:
            return
        self._recognition.ask(Load(str(self._folder), self.entry, self._words), Done)
        self.model = f"{self.entry.name}#{fingerprint(self._folder)}"
        self._loaded = self._recognition.generation

    def can_hear(self, texts: tuple[str, ...]) -> tuple[bool, ...]:
        """Which of these texts are made of words of the model."""
        self._load()
        return self._recognition.ask(CanHear(self._language, texts), Able).can

    def hear(self, listen: Listen, pcm: bytes) -> str:
        """Go on with an utterance in this state; the words so far. RecogniserLost: the utterance is lost."""
        self._same_process()
        return self._recognition.ask(Sound(self._language, listen, pcm), Partial).text

    def finish(self, listen: Listen) -> Final:
        """End the utterance: what was said. RecogniserLost: nobody will know."""
        self._same_process()
        return self._recognition.ask(Finish(self._language, listen), Final)

    def drop(self, listen: Listen) -> None:
        """Forget the utterance."""
        self._same_process()
        self._recognition.ask(Drop(self._language, listen), Done)

    def _same_process(self) -> None:
        if self._built[0] != self._recognition.generation:
            raise RecogniserLost("the process is a new one")
