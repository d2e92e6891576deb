"""Where a site speaks both languages, each sentence is taken in the one that makes a whole sentence of it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sync.domain.commands import Op
from tests.voice.fakes import FakeDesk, order
from tests.voice.hearing.sounds import demo, save
from tests.voice.talking import texts
from voice.equipment import Equipment
from voice.errors import ModelBroken, NoMicrophone
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.session import Session


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Session, FakeDesk]]:
    """A site that says in its file that both are spoken."""
    (tmp_path / "zh.toml").write_text('version = "site"\nboth = true\n', encoding="utf-8")
    desk = FakeDesk(order(), order("SO8365", company="Hangzhou Deco"))
    it = Session(desk, Equipment(site_phrases=tmp_path), language=Language.EN)
    yield it, desk
    it.stop()


def test_an_english_and_a_mandarin_command_one_after_the_other(both: tuple[Session, FakeDesk], tmp_path: Path) -> None:
    it, desk = both
    sound = np.concatenate([read_sound(demo("intercept_en")), read_sound(demo("intercept_zh"))])
    steps = it.hear(Recording(save(tmp_path / "both.wav", sound)))
    assert [(wish.op, wish.order_id, wish.heard and wish.heard.language) for wish in desk.wishes] == [
        (Op.INTERCEPT, "o-SO20244712", "en"),
        (Op.INTERCEPT, "o-SO8365", "zh"),
    ]
    assert "Intercept order 4712, Suzhou Home, wrong address?" in texts(steps, "said")
    assert any(text.startswith("拦截订单 8365") for text in texts(steps, "said"))
    assert it.view.language is Language.ZH


def test_elsewhere_the_other_language_is_not_listened_for() -> None:
    desk = FakeDesk(order("SO8365"))
    it = Session(desk, language=Language.EN)
    it.hear(Recording(demo("intercept_zh")))
    it.stop()
    assert desk.wishes == []


@pytest.mark.parametrize("wrong", [NoMicrophone("none", why="x"), ModelBroken("broken", model="m", why="y")])
def test_an_error_on_the_screen_is_said_in_the_new_language(wrong: NoMicrophone | ModelBroken) -> None:
    it = Session(FakeDesk(order()), language=Language.EN)
    it._loop.show_error(wrong)
    english = it.view.error
    it.switch(Language.ZH)
    assert it.view.error
    assert it.view.error != english
    it.switch(Language.EN)
    assert it.view.error == english
