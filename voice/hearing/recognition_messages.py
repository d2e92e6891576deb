"""What do we and the process that recognises say to each other? One message each way, in turn."""

import msgspec

from voice import errors
from voice.dialogue.state import Listen
from voice.errors import VoiceError
from voice.hearing.grammar import Wanted
from voice.language import Language
from voice.models import ModelEntry


class Load(msgspec.Struct, frozen=True, tag=True):
    """Load a model for a language; answered by Done."""

    folder: str
    entry: ModelEntry
    words: dict[str, tuple[str, ...]] = {}


class Build(msgspec.Struct, frozen=True, tag=True):
    """Build the recognisers of a language whose model is loaded; answered by Done."""

    language: Language
    wanted: dict[Listen, Wanted]


class CanHear(msgspec.Struct, frozen=True, tag=True):
    """Which of these texts can be written in words of the model? Answered by Able."""

    language: Language
    texts: tuple[str, ...]


class Sound(msgspec.Struct, frozen=True, tag=True):
    """More of an utterance; answered by Partial."""

    language: Language
    listen: Listen
    pcm: bytes


class Finish(msgspec.Struct, frozen=True, tag=True):
    """The utterance is over; answered by Final."""

    language: Language
    listen: Listen


class Drop(msgspec.Struct, frozen=True, tag=True):
    """Forget the utterance; answered by Done."""

    language: Language
    listen: Listen


Question = Load | Build | CanHear | Sound | Finish | Drop


class Done(msgspec.Struct, frozen=True, tag=True):
    pass


class Able(msgspec.Struct, frozen=True, tag=True):
    can: tuple[bool, ...]


class Partial(msgspec.Struct, frozen=True, tag=True):
    text: str


class Final(msgspec.Struct, frozen=True, tag=True):
    text: str
    confidence: float | None


class Wrong(msgspec.Struct, frozen=True, tag=True):
    """An error of ``voice.errors`` by its name."""

    kind: str
    message: str
    fields: dict[str, str]


Answer = Done | Able | Partial | Final | Wrong

_encoder = msgspec.msgpack.Encoder()
question_of = msgspec.msgpack.Decoder(Question).decode
answer_of = msgspec.msgpack.Decoder(Answer).decode


def packed(message: Question | Answer) -> bytes:
    return _encoder.encode(message)


def wrong(error: VoiceError) -> Wrong:
    return Wrong(type(error).__name__, str(error), error.fields)


def raised(answer: Wrong) -> VoiceError:
    """The error again, on our side."""
    kind: type[VoiceError] = getattr(errors, answer.kind)
    return kind(answer.message, **answer.fields)
