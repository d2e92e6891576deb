"""What do we and the process that has the devices say to each other? Orders one way, frames the other."""

from typing import Literal

import msgspec

from voice.dialogue.effects import Earcon
from voice.errors import MicrophoneAbsent, NoMicrophone, NoSoundSystem


class Listen(msgspec.Struct, frozen=True, tag=True):
    """Open that microphone (None: the system's default); Opened or Deaf follows, then Frames."""

    device: str | int | None


class Play(msgspec.Struct, frozen=True, tag=True):
    """Begin to play an earcon."""

    earcon: Earcon


Order = Listen | Play


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The microphone is open: its name."""

    name: str


class Frame(msgspec.Struct, frozen=True, tag=True):
    """20 ms of sound. ``overflowed``: samples in front of it were lost; ``at``: when it was taken in, in seconds of the
    clock that all processes of a machine share (``time.monotonic``).
    """

    pcm: bytes
    overflowed: bool = False
    at: float | None = None


Kind = Literal["no_microphone", "microphone_absent", "no_sound_system"]
_KINDS: dict[Kind, type[NoMicrophone]] = {
    "no_microphone": NoMicrophone,
    "microphone_absent": MicrophoneAbsent,
    "no_sound_system": NoSoundSystem,
}


class Deaf(msgspec.Struct, frozen=True, tag=True):
    """No microphone can be opened, or its stream has ended. ``name`` is what was chosen."""

    why: str
    kind: Kind = "no_microphone"
    name: str = ""


Report = Opened | Frame | Deaf

_encoder = msgspec.msgpack.Encoder()
order_of = msgspec.msgpack.Decoder(Order).decode
report_of = msgspec.msgpack.Decoder(Report).decode


def deaf(error: NoMicrophone) -> Deaf:
    """The error, for the other side."""
    kind = next(kind for kind, made in _KINDS.items() if made is type(error))
    return Deaf(error.fields.get("why", ""), kind, error.fields.get("name", ""))


def error_of(told: Deaf) -> NoMicrophone:
    """The error again, on our side."""
    return _KINDS[told.kind](f"no microphone: {told.why}", why=told.why, name=told.name)


def packed(message: Order | Report) -> bytes:
    return _encoder.encode(message)
