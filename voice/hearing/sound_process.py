"""What runs in the process that has the sound devices? PortAudio: the microphone's frames out, earcons in."""

from multiprocessing.connection import Connection

from voice.errors import NoMicrophone
from voice.hearing.microphone import Microphone
from voice.hearing.sound_messages import Deaf, Frame, Listen, Opened, Order, Play, order_of, packed
from voice.speaking.earcons import LoudChimes

READ_SECONDS = 0.05


def serve(pipe: Connection) -> None:
    """Until the pipe is closed (EOFError)."""
    Devices(pipe).work()


class Devices:
    """One microphone at most. What cannot be opened is told, once; whoever listens decides when to try again."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._microphone: Microphone | None = None
        self._chimes = LoudChimes()

    def work(self) -> None:
        while True:
            while self._pipe.poll(None if self._microphone is None else 0):
                self._obey(order_of(self._pipe.recv_bytes()))
            if self._microphone is not None:
                self._hand_on(self._microphone)

    def _obey(self, order: Order) -> None:
        match order:
            case Play(earcon):
                self._chimes.play(earcon)
            case Listen(device):
                self._open(device)

    def _open(self, device: str | int | None) -> None:
        microphone = Microphone(device)
        try:
            microphone.open()
        except NoMicrophone as none:
            self._pipe.send_bytes(packed(Deaf(none.fields.get("why", ""))))
            return
        self._microphone = microphone
        self._pipe.send_bytes(packed(Opened(microphone.name)))

    def _hand_on(self, microphone: Microphone) -> None:
        block = microphone.read(READ_SECONDS)
        if block is not None:
            self._pipe.send_bytes(packed(Frame(block.pcm, block.overflowed)))
        elif microphone.ended:
            self._microphone = None
            self._pipe.send_bytes(packed(Deaf("the stream has ended")))
