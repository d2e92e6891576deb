"""The fast part of the voice bench: commands in noise are done and no other, spoilt sentences are no commands."""

from pathlib import Path

import numpy as np
import pytest

from sync.domain.commands import Op
from tests.bench import voice_text
from tests.bench.voice_scores import Count
from tests.bench.voice_sounds import in_a_hall, loudness, noise
from tests.voice.fakes import FakeDesk, order
from tests.voice.hearing.sounds import RATE, demo, save
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.session import Session

TARGETS = {Language.EN: ("intercept_en", "4712"), Language.ZH: ("intercept_zh", "8365")}


@pytest.mark.parametrize(
    ("language", "room"),
    [
        (Language.EN, "beeper"),
        (Language.EN, "impacts"),
        (Language.EN, "hall"),
        (Language.ZH, "hum"),
        (Language.ZH, "music"),
    ],
)
def test_a_command_in_a_loud_room_is_done_and_no_other(language: Language, room: str, tmp_path: Path) -> None:
    """10 dB between speech and noise (RMS), or a hall; every order one digit away is there to be taken by mistake."""
    name, tail = TARGETS[language]
    speech = (read_sound(demo(name)) / 32768).astype(np.float32)
    if room == "hall":
        heard = in_a_hall(speech)
    else:
        heard = speech + noise(room, len(speech) / RATE, 3)[: len(speech)] * loudness(speech) / 10 ** (10 / 20)
    twins = (tail[:at] + other + tail[at + 1 :] for at in range(4) for other in "0123456789" if other != tail[at])
    desk = FakeDesk(order(f"SO99{tail}"), *(order(f"SO99{twin}") for twin in twins))
    it = Session(desk, language=language)
    it.hear(Recording(save(tmp_path / "loud.wav", (np.clip(heard, -1, 1) * 32767).astype(np.int16))))
    it.stop()
    assert [(wish.op, wish.order_id) for wish in desk.wishes] == [(Op.INTERCEPT, f"o-SO99{tail}")]


@pytest.mark.parametrize("language", Language)
def test_generated_sentences_are_understood_and_spoilt_ones_are_no_other_command(language: Language) -> None:
    facts = voice_text.measure(language, 150).facts
    assert facts["understood"].good == facts["all slots right"].good == 150
    assert [value.count for value in facts.values() if isinstance(value, Count)] == [0] * len(voice_text.MISTAKES)
