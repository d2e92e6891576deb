"""What do we and the process that has the devices say to each other? Orders one way, frames the other."""

import msgspec

from voice.dialogue.effects import Earcon


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


class Deaf(msgspec.Struct, frozen=True, tag=True):
    """No microphone can be opened, or its stream has ended."""

    why: str


Report = Opened | Frame | Deaf

_encoder = msgspec.msgpack.Encoder()
order_of = msgspec.msgpack.Decoder(Order).decode
report_of = msgspec.msgpack.Decoder(Report).decode


def packed(message: Order | Report) -> bytes:
    return _encoder.encode(message)
