"""The microphone's process is watched: absent, unplugged, silent or dead, it is opened again, and each loss is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.voice.hearing import ailing
from voice.dialogue.effects import Earcon
from voice.errors import MicrophoneLost, NoMicrophone, SoundStuck
from voice.hearing.child import Serve
from voice.hearing.sound import Sound
from voice.hearing.source import Block

Open = Callable[[Serve], Sound]


class Clock:
    """Stands still until told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Open]:
    monkeypatch.setenv(ailing.ATTEMPTS, str(tmp_path))
    made: list[Sound] = []

    def make(process: Serve) -> Sound:
        made.append(Sound("Headset", process=process, clock=clock))
        made[-1].open()
        return made[-1]

    yield make
    for sound in made:
        sound.close()


def block(sound: Sound) -> Block:
    """The next frame; readings without one are patient."""
    for _ in range(100):
        found = sound.read(0.2)
        if found is not None:
            return found
    raise AssertionError("no frame came")


def loss(sound: Sound) -> NoMicrophone:
    for _ in range(100):
        try:
            sound.read(0.2)
        except NoMicrophone as told:
            return told
    raise AssertionError("no loss was told")


def test_frames_overflows_and_earcons_go_over(opened: Open, tmp_path: Path) -> None:
    sound = opened(ailing.sound)
    assert block(sound) == Block(ailing.SOUND, at=5.0)
    assert block(sound) == Block(ailing.SOUND, overflowed=True)
    assert sound.name == "attempt 1"
    sound.play(Earcon.DONE)
    assert block(sound) == Block(ailing.SOUND)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["Headset"]
    sound.close()
    sound.close()
    assert sound.pid is None


def test_a_microphone_that_is_plugged_in_later_is_found(opened: Open, clock: Clock) -> None:
    sound = opened(ailing.absent_at_first)
    absent = loss(sound)
    assert type(absent) is NoMicrophone
    assert absent.fields["why"] == "nothing plugged in"
    found: list[Block | None] = []
    while not any(found):
        clock.now += 1
        found.append(sound.read(0.5))
    assert found[-1] == Block(ailing.SOUND, reopened=True)
    assert sound.name == "headset"


def test_between_two_attempts_reading_takes_its_time(opened: Open, clock: Clock) -> None:
    sound = opened(ailing.absent_at_first)
    loss(sound)
    sound.read(0.5)
    sound.read(0.5)
    assert sound.read(0.01) is None


def test_a_dead_process_is_replaced_and_the_gap_is_told(opened: Open) -> None:
    sound = opened(ailing.dies)
    first = sound.pid
    assert not block(sound).reopened
    assert isinstance(loss(sound), MicrophoneLost)
    assert block(sound) == Block(ailing.SOUND, reopened=True)
    assert sound.pid != first


def test_a_process_that_hangs_is_replaced(opened: Open, clock: Clock) -> None:
    sound = opened(ailing.hangs)
    block(sound)
    assert sound.read(0.05) is None
    clock.now += 4.9
    assert sound.read(0.05) is None
    clock.now += 0.2
    assert isinstance(loss(sound), MicrophoneLost)
    assert block(sound).reopened
    assert not block(sound).reopened


def test_a_sound_that_never_answers_is_no_missing_headset(opened: Open, clock: Clock) -> None:
    """Nothing was heard of the process: plugging in a microphone would not help."""
    sound = opened(ailing.never_answers)
    assert sound.read(0.05) is None
    clock.now += 31
    assert type(loss(sound)) is SoundStuck


def test_zeros_for_a_second_open_it_again_without_a_word_but_not_all_the_time(opened: Open, tmp_path: Path) -> None:
    """A headset that is muted, or that sends zeros when nobody speaks: no reason to cancel anything."""
    sound = opened(ailing.zeros)
    for _ in range(50):
        assert block(sound).pcm == ailing.ZEROS
    assert block(sound).pcm == ailing.SOUND
    assert len(list(tmp_path.iterdir())) == 2


def test_another_device_may_be_chosen_while_it_runs(opened: Open, tmp_path: Path) -> None:
    sound = opened(ailing.sound)
    block(sound)
    sound.choose(3)
    assert block(sound) == Block(ailing.SOUND, reopened=True, at=5.0)
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["3", "Headset"]


def test_without_a_microphone_an_earcon_needs_a_process_all_the_same() -> None:
    sound = Sound()
    sound.play(Earcon.DONE)
    assert sound.pid is not None
    sound.close()


def test_this_machines_devices_answer_with_frames_or_a_clear_error() -> None:
    """The real process: with or without PortAudio and devices, never anything but frames or NoMicrophone."""
    sound = Sound()
    sound.open()
    answers: list[str] = []
    for _ in range(100):
        try:
            answers += ["a frame"] if sound.read(0.2) is not None else []
        except NoMicrophone as told:
            answers.append(told.fields["why"])
        if answers:
            break
    sound.close()
    assert all(answers)
    assert answers
