"""Does the whole voice session do what a person would expect of recordings?"""

import re
from pathlib import Path

import numpy as np
import pytest

from sync.domain.commands import Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import Place, Status
from tests.voice.fakes import FakeDesk, order
from tests.voice.hearing.sounds import at_rate, clip, demo, noise, save, silence
from tests.voice.talking import kinds, session, texts
from voice.dialogue import Mode
from voice.errors import ModelBroken, SoundUnreadable
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session

# -- recordings


def test_the_english_demo_dialogue_ends_in_a_submitted_intercept() -> None:
    desk = FakeDesk(order())
    desk.settle_at_once = True
    steps = session(desk).hear(Recording(demo("intercept_en")), settle_seconds=5)
    (wish,) = desk.wishes
    assert (wish.op, wish.order_id, wish.base, wish.reason) == (Op.INTERCEPT, "o-SO20244712", 3, Reason.BAD_ADDRESS)
    assert wish.heard is not None
    assert wish.heard.transcript == "intercept order four seven one two wrong address / confirm"
    assert wish.heard.language == "en"
    assert re.fullmatch(r"en-embedded#[0-9a-f]{8}", wish.heard.model)
    assert re.fullmatch(r"en-[0-9a-z-]+#[0-9a-f]{8}", wish.heard.grammar)
    assert wish.heard.noise_db is not None
    assert kinds(steps) == [
        "woke",
        *["heard", "understood"] * 2,
        "said",
        *["heard", "understood"],
        "submitted",
        "settled",
        "said",
    ]
    assert texts(steps, "said") == [
        "Intercept order 4712, Suzhou Home, wrong address?",
        "Order 4712: stopped. Nothing left the shelf.",
    ]
    times = [step.sound_at for step in steps if step.sound_at is not None]
    assert times == sorted(times)
    assert 9 < times[-1] < 11


def test_the_chinese_demo_dialogue_ends_in_a_submitted_intercept() -> None:
    desk = FakeDesk(order("SO20248365", company="宁波生活馆", status=Status.PICKING, place=Place(zone="B", tote="T7")))
    desk.settle_at_once = True
    steps = session(desk, Language.ZH).hear(Recording(demo("intercept_zh")), settle_seconds=5)
    (wish,) = desk.wishes
    assert (wish.op, wish.order_id, wish.reason) == (Op.INTERCEPT, "o-SO20248365", Reason.STOCK_OUT)
    assert texts(steps, "said") == [
        "拦截订单 8365，宁波生活馆，缺货？",
        "订单 8365：已请求拦停，要有人去取出来，B 区，周转箱 T7。",
    ]


def test_a_spoken_release_needs_its_last_two_digits() -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)))
    session(desk).hear(Recording(clip("release_en")))
    assert [(wish.op, wish.args.holds) for wish in desk.wishes] == [(Op.RELEASE, ("h-payment_check",))]


def test_a_spoken_reassignment_names_a_warehouse_of_the_directory() -> None:
    desk = FakeDesk(order("SO20248365"))
    session(desk, Language.ZH).hear(Recording(clip("reassign_zh")))
    assert [wish.args.to for wish in desk.wishes] == [Target(kind="warehouse", id="W-EAST")]


def test_a_spoken_cancel_submits_nothing() -> None:
    desk = FakeDesk(order())
    steps = session(desk).hear(Recording(clip("cancel_en")))
    assert desk.wishes == []
    assert kinds(steps)[-1] == "cancelled"


@pytest.mark.parametrize("rate", [8000, 48000])
def test_recordings_of_other_rates_are_understood(tmp_path: Path, rate: int) -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)))
    session(desk).hear(Recording(at_rate(tmp_path / "a.wav", clip("release_en"), rate, channels=2)))
    assert len(desk.wishes) == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["foreign_de", "foreign_en"])
def test_foreign_speech_submits_nothing(language: Language, name: str) -> None:
    desk = FakeDesk(order(), order("SO8365"))
    session(desk, language).hear(Recording(clip(name)))
    assert desk.wishes == []


def test_silence_and_noise_submit_nothing_and_fall_asleep(tmp_path: Path) -> None:
    desk = FakeDesk(order())
    quiet = np.concatenate([silence(3), noise(4, 0.05), silence(3)])
    it = session(desk)
    it.hear(Recording(save(tmp_path / "a.wav", quiet)))
    assert (desk.wishes, it.view.state) == ([], Mode.ASLEEP)


def test_a_command_without_its_answer_is_put_away(tmp_path: Path) -> None:
    desk = FakeDesk(order())
    only = read_sound(clip("cancel_en"))[: int(4.2 * 16000)]
    it = session(desk)
    it.hear(Recording(save(tmp_path / "a.wav", only)))
    assert (desk.wishes, it.view.state) == ([], Mode.ASLEEP)


def test_a_confirmation_that_comes_too_late_is_no_confirmation(tmp_path: Path) -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)))
    sound = read_sound(clip("release_en"))
    late = np.concatenate([sound[: int(3.4 * 16000)], silence(7), sound[int(3.4 * 16000) :]])
    steps = session(desk).hear(Recording(save(tmp_path / "a.wav", late)))
    assert desk.wishes == []
    assert "No answer. Cancelled." in texts(steps, "cancelled")


def test_an_unreadable_recording_is_an_error_and_leaves_the_session_usable(tmp_path: Path) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(b"nothing")
    it = session(FakeDesk(order()))
    with pytest.raises(SoundUnreadable):
        it.hear(Recording(path))
    assert texts(it.say("how"), "said") == ["Say again, please."]


def test_a_broken_site_model_is_an_error_for_sound_but_not_for_typing(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text("[[model", encoding="utf-8")
    desk = FakeDesk(order())
    it = Session(desk, Equipment(site_models=(tmp_path,)), language=Language.EN)
    with pytest.raises(ModelBroken):
        it.hear(Recording(demo("intercept_en")))
    it.say("intercept order 4712")
    it.say("confirm")
    assert len(desk.wishes) == 1
