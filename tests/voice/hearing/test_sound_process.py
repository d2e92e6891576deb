"""In the process with the devices: frames go over, and a microphone that is gone is told by the process itself."""

import multiprocessing
import threading
from collections.abc import Iterator

import pytest

from tests.patience import PATIENCE_S
from voice.errors import MicrophoneAbsent, NoMicrophone, NoSoundSystem
from voice.hearing.sound_messages import Deaf, Frame, Listen, Opened, Report, error_of, packed, report_of
from voice.hearing.sound_process import SILENT_READS, Devices
from voice.hearing.source import FRAME_BYTES, Block

SOUND = bytes([1, 0]) * (FRAME_BYTES // 2)


class Headset:
    """Gives what it is told to give: a block, or None when nothing came in time; at last it is unplugged."""

    def __init__(self, *blocks: Block | None, ends: bool = False, there: bool = True) -> None:
        self._blocks, self._ends, self._there = list(blocks), ends, there
        self.reads = 0
        self.name = "headset"

    def open(self) -> None:
        if not self._there:
            raise NoMicrophone("none", why="nothing plugged in")

    @property
    def ended(self) -> bool:
        return self._ends and not self._blocks

    def read(self, timeout: float) -> Block | None:  # noqa: ARG002  the microphone's
        self.reads += 1
        return self._blocks.pop(0) if self._blocks else None


class Missing(Headset):
    """Cannot be opened, for a reason of its own."""

    def __init__(self, why: NoMicrophone) -> None:
        super().__init__()
        self._why = why

    def open(self) -> None:
        raise self._why


class Owner:
    """The other end of the pipe."""

    def __init__(self) -> None:
        self._pipe, self.theirs = multiprocessing.Pipe()
        self._thread: threading.Thread | None = None

    def listen(self, headset: Headset) -> None:
        devices = Devices(self.theirs, lambda _device: headset)  # type: ignore[arg-type,return-value]  # plays one

        def work() -> None:
            try:
                devices.work()
            except (EOFError, OSError):  # the owner has gone
                self.theirs.close()

        self._thread = threading.Thread(target=work)
        self._thread.start()
        self._pipe.send_bytes(packed(Listen("headset")))

    def told(self) -> Report:
        assert self._pipe.poll(PATIENCE_S)
        found: Report = report_of(self._pipe.recv_bytes())
        return found

    def leave(self) -> None:
        self._pipe.close()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)


@pytest.fixture
def owner() -> Iterator[Owner]:
    made = Owner()
    yield made
    made.leave()


def test_a_headset_that_gives_nothing_any_more_is_told_after_a_second_of_waiting(owner: Owner) -> None:
    """Moments without a frame are none: so it is on a machine that has much to do."""
    pauses = [None] * (SILENT_READS - 1)
    headset = Headset(Block(SOUND), *pauses, Block(SOUND, overflowed=True), *pauses, Block(SOUND))
    owner.listen(headset)
    frames = [Frame(SOUND), Frame(SOUND, overflowed=True), Frame(SOUND)]
    assert [owner.told() for _ in range(5)] == [Opened("headset"), *frames, Deaf("it gives no sound")]
    assert headset.reads == 3 + 3 * SILENT_READS - 2


def test_the_first_frame_may_take_longer(owner: Owner) -> None:
    """Sound servers fill their buffers first; whoever listens has a time for it."""
    owner.listen(Headset(*[None] * (3 * SILENT_READS), Block(SOUND)))
    assert [owner.told() for _ in range(2)] == [Opened("headset"), Frame(SOUND)]


def test_a_stream_that_ended_and_a_headset_that_is_not_there_are_told(owner: Owner) -> None:
    owner.listen(Headset(Block(SOUND, at=5.0), ends=True))
    assert [owner.told() for _ in range(3)] == [Opened("headset"), Frame(SOUND, at=5.0), Deaf("the stream has ended")]
    absent = Owner()
    absent.listen(Headset(there=False))
    assert absent.told() == Deaf("nothing plugged in")
    absent.leave()


@pytest.mark.parametrize(
    "why",
    [
        NoMicrophone("no microphone: Error querying device -1", why="Error querying device -1"),
        MicrophoneAbsent("Jabra is not there", why="not there", name="Jabra"),
        NoSoundSystem("the PortAudio library is missing", why="PortAudio library not found"),
    ],
)
def test_why_there_is_no_microphone_goes_over_as_what_it_is(owner: Owner, why: NoMicrophone) -> None:
    owner.listen(Missing(why))
    told = owner.told()
    assert isinstance(told, Deaf)
    error = error_of(told)
    assert type(error) is type(why)
    assert error.fields["why"] == why.fields["why"]
    assert error.fields["name"] == why.fields.get("name", "")
