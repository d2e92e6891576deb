"""How is a bench of hours run again in minutes? What the recogniser answered is kept, by sound, grammar and model."""

import hashlib
import sqlite3
import time
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from tests.patience import PATIENCE_S
from voice.hearing import grammar, recogniser
from voice.hearing.recognition import Recognition
from voice.hearing.recognition_messages import (
    Able,
    Build,
    Done,
    Drop,
    Final,
    Finish,
    Load,
    Partial,
    Question,
    Sound,
    packed,
)
from voice.hearing.recognition_process import Engine

A = TypeVar("A", Done, Able, Partial, Final)


class Said(msgspec.Struct, frozen=True, array_like=True):
    """One piece of sound (its hash), the words so far, and the seconds that it took."""

    sound: bytes
    words: str
    seconds: float


class Utterance(msgspec.Struct, frozen=True, array_like=True):
    """All pieces of one utterance. ``text`` is None when it was dropped."""

    pieces: tuple[Said, ...]
    text: str | None
    confidence: float | None
    seconds: float


_decoder = msgspec.msgpack.Decoder(Utterance)


def folder() -> Path:
    """Where the bench keeps what it need not do again."""
    return platformdirs.user_cache_path("exception-desk") / "bench"


class Shelf:
    """Utterances in a file. Killed at any moment, it keeps what was finished."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS heard (key BLOB PRIMARY KEY, utterance BLOB) WITHOUT ROWID")
        self._file.execute("CREATE TABLE IF NOT EXISTS counted (key TEXT PRIMARY KEY, figures BLOB) WITHOUT ROWID")

    def get(self, key: bytes) -> Utterance | None:
        row = self._file.execute("SELECT utterance FROM heard WHERE key = ?", (key,)).fetchone()
        return None if row is None else _decoder.decode(row[0])

    def put(self, key: bytes, utterance: Utterance) -> None:
        row = (key, msgspec.msgpack.encode(utterance))
        self._file.execute("INSERT OR REPLACE INTO heard VALUES (?, ?)", row)

    def counted(self, key: str) -> tuple[float, ...] | None:
        """What a piece of a bench came to; None when it has to be done."""
        row = self._file.execute("SELECT figures FROM counted WHERE key = ?", (key,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=tuple[float, ...])

    def count(self, key: str, figures: tuple[float, ...]) -> None:
        self._file.execute("INSERT OR REPLACE INTO counted VALUES (?, ?)", (key, msgspec.json.encode(figures)))

    def close(self) -> None:
        self._file.close()


@cache
def heard_by() -> str:
    """A mark of all that decides what is heard and what comes of it: the code, phrases, prompts, models, the sounds."""
    root = Path(__file__).resolve().parents[2]
    parts = [*(root / "voice").rglob("*.py"), *(root / "tests" / "bench").glob("voice_*.py")]
    for name in ("phrases", "prompts", "models"):
        parts += [path for path in (root / "resources" / name).rglob("*") if path.is_file()]
    whole = b"".join(hashlib.blake2b(path.read_bytes(), digest_size=16).digest() for path in sorted(parts))
    return hashlib.blake2b(whole, digest_size=8).hexdigest()


class Within(Recognition):
    """Recognises in this process: many hours of sound need not be carried over to another one."""

    def __init__(self) -> None:
        super().__init__()
        self.generation = 1
        self._engine = Engine()

    @property
    def running(self) -> bool:
        return True

    def ask(self, question: Question, kind: type[A]) -> A:
        answer = self._engine.answer(question)
        assert isinstance(answer, kind), answer
        return answer


class Remembering(Recognition):
    """One that recognises and is asked only for what nobody has asked before.

    ``owed``: seconds that the answers from the shelf took when they were worked out; ``asked`` and ``found`` count.
    """

    def __init__(self, shelf: Shelf, real: Recognition) -> None:
        super().__init__()
        self._real = real
        self.generation = 1
        self._shelf = shelf
        self._loads: dict[str, Load] = {}
        self._builds: dict[str, Build] = {}
        self._ready: dict[str, tuple[Load, Build]] = {}
        self._key = b""
        self._known: Utterance | None = None
        self._pieces: list[Said] = []
        self._skipped: list[Sound] = []
        self.owed = 0.0
        self.asked = self.found = 0
        self._models: dict[str, bytes] = {}
        self._contexts: dict[tuple[str, str], tuple[Build, bytes]] = {}

    @property
    def running(self) -> bool:
        return True

    @property
    def pid(self) -> int | None:
        return self._real.pid

    def stop(self) -> None:
        self._real.stop()
        self._ready = {}

    def ask(self, question: Question, kind: type[A]) -> A:
        answer = self._answer(question)
        assert isinstance(answer, kind)
        return answer

    def _answer(self, question: Question) -> Done | Able | Partial | Final:
        match question:
            case Load(entry=entry):
                self._loads[entry.language] = question
                return Done()
            case Build(language=language):
                self._builds[language] = question
                return Done()
            case Sound():
                return self._hear(question)
            case Finish():
                return self._finish(question)
            case Drop():
                return self._drop(question)
            case _:
                return self._real.ask(question, Able)

    def _hear(self, question: Sound) -> Partial:
        mark = hashlib.blake2b(question.pcm, digest_size=8).digest()
        at = len(self._pieces)
        if not at:
            self._key = hashlib.blake2b(self._context(question) + question.pcm, digest_size=16).digest()
            self._known = self._shelf.get(self._key)
        known = self._known
        if known is not None and at < len(known.pieces) and known.pieces[at].sound == mark:
            self._pieces.append(known.pieces[at])
            self._skipped.append(question)
            self.owed += known.pieces[at].seconds
            return Partial(known.pieces[at].words)
        self._known = None
        self._catch_up(question.language)
        began = time.perf_counter()
        answer = self._real.ask(question, Partial)
        self._pieces.append(Said(mark, answer.text, time.perf_counter() - began))
        return answer

    def _finish(self, question: Finish) -> Final:
        known = self._known
        if known is not None and known.text is not None and len(known.pieces) == len(self._pieces):
            self.found += 1
            self.owed += known.seconds
            self._forget()
            return Final(known.text, known.confidence)
        self._catch_up(question.language)
        began = time.perf_counter()
        answer = self._real.ask(question, Final)
        self.asked += 1
        self._keep(Utterance(tuple(self._pieces), answer.text, answer.confidence, time.perf_counter() - began))
        return answer

    def _drop(self, question: Drop) -> Done:
        if self._known is None and self._pieces:
            self._real.ask(question, Done)
            self._keep(Utterance(tuple(self._pieces), None, None, 0.0))
        self._forget()
        return Done()

    def _keep(self, utterance: Utterance) -> None:
        self._shelf.put(self._key, utterance)
        self._forget()

    def _forget(self) -> None:
        self._pieces, self._skipped, self._known = [], [], None

    def _catch_up(self, language: str) -> None:
        """The process has to know the model, the grammar and what came from the shelf so far."""
        want = (self._loads[language], self._builds[language])
        if self._ready.get(language) != want:
            self._real.ask(want[0], Done)
            self._real.ask(want[1], Done)
            self._ready[language] = want
        for sound in self._skipped:
            self._real.ask(sound, Partial)
        self._skipped = []

    def _context(self, question: Sound) -> bytes:
        build = self._builds[question.language]
        kept = self._contexts.get((question.language, question.listen))
        if kept is None or kept[0] is not build:
            load = self._loads[question.language]
            what = Build(question.language, {question.listen: build.wanted[question.listen]})
            made = hashlib.blake2b(packed(what) + self._model(load), digest_size=16).digest()
            kept = self._contexts[question.language, question.listen] = build, made
        return kept[1]

    def _model(self, load: Load) -> bytes:
        """The model's files, the words that it was taught, and how we make a grammar and ask."""
        if load.folder not in self._models:
            files = sorted(path for path in Path(load.folder).rglob("*") if path.is_file())
            source = [Path(module.__file__ or "") for module in (grammar, recogniser)]
            whole = b"".join(hashlib.blake2b(path.read_bytes(), digest_size=16).digest() for path in [*files, *source])
            self._models[load.folder] = hashlib.blake2b(whole + packed(load), digest_size=16).digest()
        return self._models[load.folder]
