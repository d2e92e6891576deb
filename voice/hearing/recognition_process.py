"""What runs in the process that recognises? Vosk, models and recognisers; one thread, one question at a time."""

from multiprocessing.connection import Connection
from pathlib import Path

from voice.errors import VoiceError
from voice.hearing.recogniser import Recogniser, build
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
    packed,
    question_of,
    wrong,
)
from voice.language import Language
from voice.models import SpeechModel, load_taught


def serve(pipe: Connection) -> None:
    """Answer until the pipe is closed (EOFError)."""
    engine = Engine()
    while True:
        pipe.send_bytes(packed(engine.answer(question_of(pipe.recv_bytes()))))


class Engine:
    """Models and recognisers by language."""

    def __init__(self) -> None:
        self._models: dict[Language, SpeechModel] = {}
        self._recognisers: dict[Language, Recogniser] = {}

    def answer(self, question: Question) -> Answer:
        try:
            return self._answer(question)
        except VoiceError as error:
            return wrong(error)

    def _answer(self, question: Question) -> Answer:
        match question:
            case Sound(language, listen, pcm):
                return Partial(self._recognisers[language].hear(listen, pcm))
            case Finish(language, listen):
                words = self._recognisers[language].finish(listen)
                return Final(words.text, words.confidence)
            case Drop(language, listen):
                self._recognisers[language].drop(listen)
            case CanHear(language, texts):
                return Able(tuple(map(self._models[language].can_hear, texts)))
            case Build(language, wanted):
                self._recognisers[language] = build(self._models[language], wanted)
            case Load(folder, entry, words):
                self._models[entry.language] = load_taught(Path(folder), entry, words)
        return Done()
