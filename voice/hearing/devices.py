"""Which microphones are there by name? Asked in a process of its own: PortAudio may hang, and its list is frozen."""

from multiprocessing.connection import Connection

import msgspec

from voice.errors import NoMicrophone
from voice.hearing.child import Child, Serve
from voice.hearing.microphone import microphones

PATIENCE_SECONDS = 30.0


def serve(pipe: Connection) -> None:
    """Answer one question with the names; none where there is no audio system."""
    pipe.recv_bytes()
    try:
        names = microphones()
    except NoMicrophone:
        names = ()
    pipe.send_bytes(msgspec.json.encode(names))


def microphone_names(process: Serve = serve) -> tuple[str, ...]:
    """The names of the inputs as they are plugged in now; blocks for seconds; raises ProcessLost."""
    child = Child(process, "voice-devices")
    child.start()
    try:
        return msgspec.json.decode(child.ask(b"names", PATIENCE_SECONDS), type=tuple[str, ...])
    finally:
        child.stop()
