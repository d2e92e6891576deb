"""Does a started session keep its thread, its microphone and its word?"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.wire.messages import Result, ResultStatus
from tests.patience import PATIENCE_S
from tests.voice.fakes import NOW, FakeDesk, order
from tests.voice.hearing.sounds import clip, demo, silence
from tests.voice.live import Script, Watch
from tests.voice.talking import kinds, texts
from voice.dialogue import Mode
from voice.dialogue.effects import Earcon
from voice.errors import NoMicrophone, SoundUnreadable
from voice.hearing.resample import resample
from voice.hearing.room import Trouble
from voice.hearing.source import Block
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session
from voice.speaking.earcons import RATE as EARCON_RATE
from voice.speaking.earcons import tone

# -- the thread


Start = Callable[..., tuple[Session, Watch]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts sessions (with a source, or with what makes one) and stops them at the end."""
    running: list[Session] = []

    def begin(desk: FakeDesk, source: Script | None = None, **more: Any) -> tuple[Session, Watch]:
        make = more.pop("microphone", None if source is None else lambda: source)
        it = Session(desk, Equipment(microphone=make), language=Language.EN, **more)
        running.append(it)
        watch = Watch(it)
        it.start()
        return it, watch

    yield begin
    for it in running:
        it.stop()


def test_the_microphone_hears_the_wake_word(start: Start) -> None:
    hello = read_sound(demo("intercept_en"))[: int(2.2 * 16000)]
    source = Script(np.concatenate([hello, silence(0.5)]))
    it, watch = start(FakeDesk(order()), source)
    watch.until(lambda view: view.listening)
    watch.until(lambda view: view.state is Mode.LISTENING)
    it.stop()
    assert source.closed.is_set()


def test_a_muted_microphone_is_shown_and_said(start: Start) -> None:
    """Nothing but zeros for more than ten seconds of sound."""
    source = Script(np.zeros(13 * 16000, dtype=np.int16))
    it, watch = start(FakeDesk(order()), source)
    watch.until(lambda view: view.trouble is Trouble.SILENT)
    watch.until(lambda view: view.asked == "The microphone gives only silence. Check its switch and its plug.")
    it.stop()


def test_without_a_wake_word_the_microphone_submits_nothing(start: Start) -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)))
    source = Script(read_sound(clip("release_en")))
    it, _ = start(desk, source)
    assert source.played.wait(PATIENCE_S)
    it.stop()
    assert (desk.wishes, it.view.state) == ([], Mode.ASLEEP)


def test_push_to_talk_and_typed_lines_work_on_a_started_session(start: Start) -> None:
    desk = FakeDesk(order())
    it, watch = start(desk, None)
    it.push_to_talk(True)
    watch.until(lambda view: view.held and view.state is Mode.LISTENING)
    it.push_to_talk(False)
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.CONFIRM)
    assert kinds(it.say("confirm"))[2] == "submitted"
    it.stop()


def test_letting_the_talk_key_go_ends_the_utterance_at_once(start: Start) -> None:
    desk = FakeDesk(order())
    spoken = read_sound(clip("cancel_en"))[: int(3.35 * 16000)]
    source = Script(silence(0.1))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    it.push_to_talk(True)
    watch.until(lambda view: view.held)
    source.played.clear()
    source.blocks += Script(spoken).blocks
    assert source.played.wait(PATIENCE_S)
    it.push_to_talk(False)
    watch.until(lambda view: view.asked.startswith("Intercept order 4712"))
    it.stop()


def test_a_recording_can_be_played_into_a_started_session(start: Start) -> None:
    desk = FakeDesk(order())
    desk.settle_at_once = True
    source = Script(silence(0.1))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    steps = it.hear(Recording(demo("intercept_en")), settle_seconds=5)
    assert texts(steps, "settled") == ["stopped"]
    it.stop()


def test_faults_of_a_job_reach_its_caller(start: Start, tmp_path: Path) -> None:
    it, _ = start(FakeDesk(order()), None)
    with pytest.raises(SoundUnreadable):
        it.hear(Recording(tmp_path / "none.wav"))
    it.stop()


def test_without_a_microphone_the_session_says_so_and_goes_on(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    def none() -> Script:
        raise NoMicrophone("no: Error querying device -1", why="Error querying device -1")

    it, watch = start(FakeDesk(order()), microphone=none)
    view = watch.until(lambda view: bool(view.error))
    assert "Plug in a headset or choose a microphone" in view.error
    assert "device -1" not in view.error, "what PortAudio says is for the log"
    assert "Error querying device -1" in caplog.text
    assert not view.listening
    assert texts(it.say("intercept 4712"), "said")
    it.stop()


def test_a_microphone_that_dies_cancels_and_says_so(start: Start) -> None:
    source = Script(silence(0.2), dies=True)
    it, watch = start(FakeDesk(order()), source)
    view = watch.until(lambda view: "no sound any more" in view.error)
    assert not view.listening
    it.stop()


def test_lost_samples_cancel_a_pending_command(start: Start) -> None:
    desk = FakeDesk(order())
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.CONFIRM)
    source.blocks += Script(silence(0.1), overflow_at=2).blocks
    watch.until(lambda view: view.asked == "Sound was lost. Cancelled.")
    assert kinds(it.say("confirm"))[-2:] == ["not_understood", "said"]
    it.stop()
    assert desk.wishes == []


@pytest.mark.parametrize(
    ("first", "trouble", "stands"),
    [(Block(b"", overflowed=True), Trouble.OVERFLOW, False), (Block(b"", reopened=True), None, True)],
)
def test_a_microphone_that_is_opened_again_is_no_sign_of_a_busy_workstation(
    start: Start, first: Block, trouble: Trouble | None, stands: bool
) -> None:
    """Headsets are unplugged and come back. That one was gone has been told, and what is asked since then stands."""
    desk = FakeDesk(order())
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.CONFIRM)
    quiet = Script(silence(0.1)).blocks
    again = replace(first, pcm=quiet[0].pcm)
    source.played.clear()
    source.blocks += [again, *quiet, again, *quiet, again, *quiet]
    assert source.played.wait(PATIENCE_S)
    it.say("")
    assert (it.view.trouble, it.view.state is Mode.CONFIRM) == (trouble, stands)
    it.stop()


def test_what_was_taken_in_while_the_desk_spoke_is_not_heard_however_late_one_comes_to_it(start: Start) -> None:
    """On a machine with much to do frames wait in a queue for seconds."""
    desk = FakeDesk(order())
    confirm = read_sound(demo("intercept_en"))[int(8.2 * 16000) : int(9.8 * 16000)]
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    before = time.monotonic()
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.CONFIRM)
    source.played.clear()
    source.blocks += [replace(block, at=before) for block in Script(np.concatenate([confirm, silence(0.5)])).blocks]
    assert source.played.wait(PATIENCE_S)
    it.say("")  # by then it would have been heard
    assert it.view.state is Mode.CONFIRM
    source.blocks += [
        replace(block, at=time.monotonic() + 60) for block in Script(np.concatenate([confirm, silence(0.5)])).blocks
    ]
    watch.until(lambda view: view.state is Mode.DONE)
    it.stop()
    assert [wish.order_id for wish in desk.wishes] == [order().id]


def test_a_question_that_was_lost_with_the_sound_is_asked_again(start: Start) -> None:
    desk = FakeDesk(order())
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    it.type_line("intercept 4712 fraud")
    watch.until(lambda view: view.state is Mode.CONFIRM)
    it.type_line("confirm")
    watch.until(lambda view: view.state is Mode.DONE)
    (key,) = desk.unsettled
    changed = order(status=Status.PACKED, version=7)
    desk.change(changed)
    desk.settle(key, Result(key=key, status=ResultStatus.CONFLICT, at=NOW, version=7, order=changed))
    watch.until(lambda view: "is not what you saw" in view.asked and view.state is Mode.CONFIRM)
    watch.views.clear()
    source.blocks += Script(silence(0.1), overflow_at=2).blocks
    watch.until(lambda view: view.asked == "Sound was lost. I will ask again.")
    watch.until(lambda view: "is not what you saw" in view.asked and view.state is Mode.CONFIRM)
    it.type_line("keep")
    watch.until(lambda view: view.asked == "Left as it is.")
    it.stop()
    assert desk.decisions == [(key, "keep")]


def test_lost_samples_in_mid_sentence_void_the_sentence(start: Start) -> None:
    desk = FakeDesk(order())
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    it.push_to_talk(True)
    watch.until(lambda view: view.held)
    spoken = read_sound(clip("cancel_en"))[: int(4.2 * 16000)]
    source.blocks += Script(spoken, overflow_at=100).blocks
    watch.until(lambda view: view.asked == "Say again, please.")
    it.stop()
    assert not any(view.understood.startswith("intercept") for view in watch.views)


def test_the_microphone_is_closed_while_speaking(start: Start) -> None:
    """The recording answers at once; a live microphone must not hear that before the prompt and its tail are over."""
    desk = FakeDesk(order())
    confirm = read_sound(demo("intercept_en"))[int(8.2 * 16000) : int(9.8 * 16000)]
    source = Script(silence(0.02))
    it, watch = start(desk, source)
    watch.until(lambda view: view.listening)
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.READBACK)
    source.played.clear()
    source.blocks += Script(confirm).blocks
    assert source.played.wait(PATIENCE_S)
    watch.until(lambda view: view.state is Mode.CONFIRM)
    assert desk.wishes == []
    source.blocks += Script(np.concatenate([confirm, silence(0.5)])).blocks
    watch.until(lambda view: view.state is Mode.DONE)
    assert len(desk.wishes) == 1


class Loudspeaker:
    """What it plays is the next that the microphone hears; then somebody speaks."""

    def __init__(self, source: Script, speech: np.ndarray) -> None:
        self._source, self._speech = source, speech

    def play(self, earcon: Earcon) -> None:
        sound = 0.25 * 32767 * resample(tone(earcon), EARCON_RATE, 16000)
        self._source.blocks += Script(np.concatenate([sound, silence(0.05), self._speech, silence(1)])).blocks
        self._speech = silence(0)


def test_an_earcon_in_the_microphone_is_no_part_of_what_is_said() -> None:
    """The clock stands still: however slow the machine, the earcon was played just now."""
    source = Script(silence(1))
    speech = read_sound(demo("intercept_en"))[int(2.2 * 16000) : int(6.6 * 16000)]
    speech = speech[int(np.flatnonzero(np.abs(speech) > 600)[0]) - 400 :]
    equipment = Equipment(microphone=lambda: source, chimes=Loudspeaker(source, speech))
    it = Session(FakeDesk(order()), equipment, language=Language.EN, clock=lambda: 100.0)
    watch = Watch(it)
    it.start()
    assert source.played.wait(PATIENCE_S)
    it.push_to_talk(True)
    heard = watch.until(lambda view: bool(view.heard)).heard
    it.stop()
    assert heard == "intercept order four seven one two wrong address"


def test_the_microphone_can_be_switched_off_and_on(start: Start) -> None:
    source = Script(silence(0.02))
    it, watch = start(FakeDesk(order()), source)
    watch.until(lambda view: view.listening)
    it.listen(False)
    it.say("")
    off = it.view.listening
    it.listen(True)
    source.blocks += Script(silence(0.02)).blocks
    watch.views.clear()
    watch.until(lambda view: view.listening)
    it.stop()
    assert not off


def test_the_language_of_the_microphone_is_switched(start: Start) -> None:
    source = Script(silence(0.02))
    it, watch = start(FakeDesk(order()), source)
    watch.until(lambda view: view.listening)
    it.switch(Language.ZH)
    watch.until(lambda view: view.language is Language.ZH)
    source.blocks += Script(read_sound(demo("intercept_zh"))[: 2 * 16000]).blocks + Script(silence(0.5)).blocks
    watch.until(lambda view: view.state is Mode.LISTENING)


def test_a_fault_reaches_the_reporter_and_puts_away(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(order())
    faults: list[BaseException] = []
    reported = threading.Event()

    def report(fault: BaseException) -> None:
        faults.append(fault)
        reported.set()

    it, watch = start(desk, report=report)
    it.type_line("intercept 4712")
    watch.until(lambda view: view.state is Mode.CONFIRM)

    def fails(_wish: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk, "submit", fails)
    it.type_line("confirm")
    assert reported.wait(PATIENCE_S)
    assert isinstance(faults[0], ZeroDivisionError)
    it.say("")
    assert it.view.state is not Mode.CONFIRM
    it.stop()


def test_stopping_leaves_the_desk_and_no_thread(start: Start) -> None:
    desk = FakeDesk(order())
    it, _ = start(desk, None)
    it.stop()
    it.stop()
    assert desk.listeners == []
    assert not any(thread.name == "voice" for thread in threading.enumerate())
