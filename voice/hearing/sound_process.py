"""What runs in the process that has the sound devices? PortAudio: the microphone's frames out, earcons in."""

from collections.abc import Callable
from multiprocessing.connection import Connection

from voice.errors import NoMicrophone
from voice.hearing.microphone import Microphone
from voice.hearing.sound_messages import Deaf, Frame, Listen, Opened, Order, Play, deaf, order_of, packed
from voice.speaking.earcons import LoudChimes

READ_SECONDS = 0.05
SILENT_READS = 20
"""So often in a row nothing came within the time above: the headset is unplugged, and nobody tells so. Counted here and
not by the clock: on a machine that has no time for us this takes longer, and frames come as soon as it has.
"""


def serve(pipe: Connection) -> None:
    """Until the pipe is closed (EOFError)."""
    Devices(pipe).work()


class Devices:
    """One microphone at most. What cannot be opened is told, once; whoever listens decides when to try again."""

    def __init__(self, pipe: Connection, make: Callable[[str | int | None], Microphone] = Microphone) -> None:
        self._pipe = pipe
        self._make = make
        self._microphone: Microphone | None = None
        self._heard = False
        self._empty = 0
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
        microphone = self._make(device)
        try:
            microphone.open()
        except NoMicrophone as none:
            self._pipe.send_bytes(packed(deaf(none)))
            return
        self._microphone, self._heard, self._empty = microphone, False, 0
        self._pipe.send_bytes(packed(Opened(microphone.name)))

    def _hand_on(self, microphone: Microphone) -> None:
        block = microphone.read(READ_SECONDS)
        if block is not None:
            self._heard, self._empty = True, 0
            self._pipe.send_bytes(packed(Frame(block.pcm, block.overflowed, block.at)))
        elif microphone.ended:
            self._give_up("the stream has ended")
        else:
            self._empty += 1
            if self._heard and self._empty >= SILENT_READS:
                self._give_up("it gives no sound")

    def _give_up(self, why: str) -> None:
        self._microphone = None
        self._pipe.send_bytes(packed(Deaf(why)))
