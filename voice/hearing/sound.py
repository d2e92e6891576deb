"""What sound does the workstation have? A process with microphone and earcons, watched and started anew when it fails.

PortAudio tells nobody that a headset was unplugged, its list of devices is frozen when it starts, and it may hang for
half a minute: so each attempt is a new process.
"""

import contextlib
import time
from collections.abc import Callable

from voice.dialogue.effects import Earcon
from voice.errors import MicrophoneLost, NoMicrophone, ProcessLost, SoundStuck
from voice.hearing.child import Child, Serve
from voice.hearing.sound_messages import Deaf, Frame, Listen, Opened, Play, error_of, packed, report_of
from voice.hearing.sound_process import serve
from voice.hearing.source import FRAME_SECONDS, Block

OPEN_SECONDS = 30.0
"""So long PortAudio may take to enumerate the devices."""
FIRST_SECONDS = 4.0
"""So long the first frame may take once a microphone is open: sound servers fill their buffers first."""
HUNG_SECONDS = 5.0
"""Not a word for so long: the process hangs. Of a microphone that gives no sound it tells within a second."""
ZERO_SECONDS = 1.0
"""Only zeros for so long: opened again."""
AGAIN_SECONDS = (0.0, 1.0, 2.0, 5.0, 10.0)
"""How long after a failed attempt the next one is made; the last one for ever."""
ZEROS_AGAIN_SECONDS = 30.0
"""Some headsets send zeros whenever nobody speaks: they are not opened again all the time for it."""


class Sound:
    """A live source and the earcons. Used by one thread.

    ``read`` raises NoMicrophone when there is no microphone, and MicrophoneLost when it was there and is gone (each
    once, until the next frame); meanwhile it tries again and again. ``device`` is a name or a number, None the default.
    """

    live = True
    ended = False

    def __init__(
        self,
        device: str | int | None = None,
        *,
        process: Serve = serve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device = device
        self._child = Child(process, "voice-sound")
        self._clock = clock
        self._listening = False
        self._failures = 0
        self._told = False
        self._was_there = False
        self._due = 0.0
        self._zeros = 0
        self._zeros_again_at = 0.0
        self._gap = False
        self.name = ""

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def open(self) -> None:
        """Begin; whether there is a microphone turns out while reading."""
        self._listening = True
        self._failures, self._told, self._gap, self._was_there = 0, False, False, False
        self._start()

    def choose(self, device: str | int | None) -> None:
        """Another microphone from now on; its first frame is ``reopened``."""
        self._device = device
        if self._listening:
            self._gap = True
            self._start()

    def _start(self) -> None:
        self._child.start()
        self._child.send(packed(Listen(self._device)))
        self._zeros = 0
        self._due = self._clock() + OPEN_SECONDS

    def read(self, timeout: float) -> Block | None:
        if not self._child.running and self._clock() >= self._due:
            self._start()
        try:
            message = self._child.receive(timeout)
        except ProcessLost:
            self._wait_or_fail(timeout)
            return None
        if message is None:
            self._overdue()
            return None
        match report_of(message):
            case Frame(pcm, overflowed, at):
                return self._block(pcm, overflowed, at)
            case Opened(name):
                self.name = name
                self._due = self._clock() + FIRST_SECONDS
            case Deaf() as told:
                self._fail(error_of(told))
        return None

    def _wait_or_fail(self, timeout: float) -> None:
        """Between two attempts there is no process; else it has just died."""
        if self._child.pid is None:
            self._pause(timeout)
            return
        self._fail(SoundStuck("no microphone: its process ended", why="its process ended"))

    def _overdue(self) -> None:
        if self._clock() >= self._due:
            self._fail(SoundStuck("no microphone: it hangs", why="it hangs"))

    def _block(self, pcm: bytes, overflowed: bool, at: float | None) -> Block:
        now = self._clock()
        gap, self._gap = self._gap, False
        self._was_there, self._due, self._failures, self._told = True, now + HUNG_SECONDS, 0, False
        self._zeros = 0 if any(pcm) else self._zeros + 1
        if self._zeros * FRAME_SECONDS >= ZERO_SECONDS and now >= self._zeros_again_at:
            self._zeros_again_at = now + ZEROS_AGAIN_SECONDS
            self._start()
        return Block(pcm, overflowed, reopened=gap, at=at)

    def _fail(self, none: NoMicrophone) -> None:
        """Try again later; tell it, but once."""
        self._child.stop(patience=0.0)
        self._gap = True
        self._due = self._clock() + AGAIN_SECONDS[min(self._failures, len(AGAIN_SECONDS) - 1)]
        self._failures += 1
        if not self._told:
            self._told = True
            raise MicrophoneLost(str(none), why=none.fields["why"]) if self._was_there else none

    def _pause(self, timeout: float) -> None:
        """Nothing can be read: the caller's turn takes its time all the same."""
        self._child.idle(timeout)

    def play(self, earcon: Earcon) -> None:
        """Without a process (no microphone is wanted) one is started for the sound."""
        if not self._child.running and not self._listening:
            self._child.start()
        with contextlib.suppress(ProcessLost):  # told by ``read``; a tone is not worth more
            self._child.send(packed(Play(earcon)))

    def close(self) -> None:
        """End the process; may be called twice."""
        self._listening = False
        self._child.stop()
