"""From sound and typed lines to submitted commands, through the real engine, on a desk in memory."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resources
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Target
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Place, Status
from sync.errors import NotSignedIn, Refused, StoreDamaged, StoreFull
from sync.events import CommandQueued, Connection, ConnectionChanged, Link, UserChanged
from sync.service import Wish
from sync.wire.messages import Directory, PlaceName
from tests.voice.fakes import OPERATOR, FakeDesk, order
from tests.voice.hearing.sounds import at_rate, clip, demo, noise, save, silence
from tests.voice.live import Script, Watch
from voice.dialogue import Mode
from voice.errors import ModelBroken, NoMicrophone, PhraseError, SoundUnreadable
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session
from voice.view import Step, VoiceView


def session(desk: FakeDesk, language: Language = Language.EN, **more: object) -> Session:
    return Session(desk, language=language, **more)  # type: ignore[arg-type]  # passed on as given


def kinds(steps: tuple[Step, ...]) -> list[str]:
    return [step.kind for step in steps]


def texts(steps: tuple[Step, ...], kind: str) -> list[str]:
    return [step.text for step in steps if step.kind == kind]


# -- recordings


def test_the_english_demo_dialogue_ends_in_a_submitted_intercept() -> None:
    desk = FakeDesk(order())
    desk.settle_at_once = True
    steps = session(desk).hear(Recording(demo("intercept_en")), settle_seconds=5)
    (wish,) = desk.wishes
    assert (wish.op, wish.order_id, wish.base, wish.reason) == (Op.INTERCEPT, "o-SO20244712", 3, Reason.BAD_ADDRESS)
    assert wish.heard is not None
    assert wish.heard.transcript == "intercept order four seven one two wrong address"
    assert (wish.heard.language, wish.heard.model, wish.heard.grammar[:3]) == ("en", "en-embedded", "en-")
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
    it = Session(desk, Equipment(site_models=tmp_path), language=Language.EN)
    with pytest.raises(ModelBroken):
        it.hear(Recording(demo("intercept_en")))
    it.say("intercept order 4712")
    it.say("confirm")
    assert len(desk.wishes) == 1


# -- typed lines


def test_typed_lines_speak_to_the_same_dialogue() -> None:
    desk = FakeDesk(order())
    desk.settle_at_once = True
    it = session(desk)
    first = it.say("intercept order 4712")
    assert texts(first, "said") == ["Intercept order 4712, Suzhou Home, no reason given?"]
    assert it.view.state is Mode.CONFIRM
    second = it.say("confirm", settle_seconds=5)
    assert kinds(second) == ["heard", "understood", "submitted", "settled", "said"]
    assert desk.wishes[0].heard is not None
    assert desk.wishes[0].heard.model == "typed"
    assert kinds(it.say("undo", settle_seconds=1))[:2] == ["heard", "understood"]
    assert [wish.op for wish in desk.wishes] == [Op.INTERCEPT, Op.UNDO]


def test_a_chinese_line_is_understood_in_an_english_session() -> None:
    desk = FakeDesk(order("SO8365"))
    it = session(desk)
    it.say("拦截订单8365，缺货")
    it.say("确认")
    assert [wish.reason for wish in desk.wishes] == [Reason.STOCK_OUT]


def test_several_orders_are_told_apart() -> None:
    desk = FakeDesk(order("SO14712", company="Suzhou Home"), order("SO24712", company="Ningbo Living"))
    it = session(desk)
    (asked,) = texts(it.say("intercept order 4712"), "said")
    assert asked.startswith("2 orders end with 4712: one, Suzhou Home, two, Ningbo Living.")
    it.say("2")
    it.say("confirm")
    assert [wish.order_id for wish in desk.wishes] == ["o-SO24712"]


def test_what_a_person_may_not_do_is_said_before_asking() -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)), user=OPERATOR)
    assert texts(session(desk).say("release order 4712"), "said") == ["Order 4712: not possible. You may not do that."]


def test_an_operator_lifts_only_the_address_hold() -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK, Reason.BAD_ADDRESS)), user=OPERATOR)
    it = session(desk)
    (asked,) = texts(it.say("release order 4712"), "said")
    assert "lifting: wrong address?" in asked
    it.say("confirm 12")
    assert [wish.args.holds for wish in desk.wishes] == [("h-bad_address",)]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("release order 4712 fraud", "No such hold is on it"),
        ("release order 4712", "No such hold is on it"),
        ("reassign 4712 to west", "It is there already"),
        ("intercept order 9999", "No open order ends with 9999"),
    ],
)
def test_what_is_impossible_is_said_at_once(line: str, answer: str) -> None:
    (said,) = texts(session(FakeDesk(order())).say(line), "said")
    assert answer in said


def test_the_same_stop_twice_is_refused() -> None:
    desk = FakeDesk(order(holds=(Reason.FRAUD,)))
    (said,) = texts(session(desk).say("hold 4712 fraud"), "said")
    assert "already stopped for this reason" in said


def test_nobody_signed_in() -> None:
    assert texts(session(FakeDesk(order(), user=None)).say("intercept 4712"), "said") == ["Nobody is signed in."]


def test_an_order_that_changes_before_the_confirmation_is_read_back_again() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("intercept order 4712")
    desk.orders = {it_.id: it_ for it_ in (order(version=4),)}
    again = texts(it.say("confirm"), "said")
    assert again == [
        "Order 4712 has just changed. Listen again.",
        "Intercept order 4712, Suzhou Home, no reason given?",
    ]
    assert desk.wishes == []
    it.say("confirm")
    assert [wish.base for wish in desk.wishes] == [4]


def test_a_command_on_an_unsent_one_says_after() -> None:
    desk = FakeDesk(order(), link=Link.OFFLINE)
    it = session(desk)
    it.say("intercept 4712 fraud")
    assert "queued, will be sent" in texts(it.say("confirm"), "said")[0]
    it.say("intercept 4712 damaged")
    it.say("confirm")
    assert [(wish.base, wish.after) for wish in desk.wishes] == [(3, None), (None, "k-0")]
    assert texts(it.say("undo"), "said") == ["Order 4712: taken back before it was sent."]


def test_too_late_offers_the_carrier_and_a_word_accepts() -> None:
    desk = FakeDesk(order(status=Status.HANDED_OVER))
    desk.settle_at_once = True
    it = session(desk)
    it.say("intercept 4712")
    (offer,) = texts(it.say("confirm", settle_seconds=5), "said")
    assert offer.startswith("Too late")
    it.say("confirm", settle_seconds=5)
    assert [wish.op for wish in desk.wishes] == [Op.INTERCEPT, Op.CARRIER_INTERCEPT]
    assert it.view.asked == "Order 4712: the carrier is asked to return it."


@pytest.mark.parametrize(
    ("fault", "said"), [(StoreFull("full"), "The disk is full. Nothing was done."), (NotSignedIn("x"), "Nobody")]
)
def test_a_desk_that_cannot_take_it_says_why(fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("intercept 4712")

    def fails(_wish: object) -> None:
        raise fault

    monkeypatch.setattr(desk, "submit", fails)
    assert texts(it.say("confirm"), "said")[0].startswith(said)


def test_the_list_by_voice() -> None:
    desk = FakeDesk(order("SO1111", holds=(Reason.FRAUD,)), order("SO2222", company="Ningbo Living"))
    it = session(desk)
    assert texts(it.say("show exceptions"), "said") == ["1 orders are stopped."]
    assert "1111" in texts(it.say("next"), "said")[0]
    assert "2222" in texts(it.say("next"), "said")[0]
    assert "2222" in texts(it.say("next"), "said")[0]
    assert "2222" in texts(it.say("read"), "said")[0]
    assert "1111" in texts(it.say("previous"), "said")[0]
    assert "Stopped by: suspected fraud" in texts(it.say("read order 1111"), "said")[0]


def test_an_empty_list_says_so() -> None:
    assert texts(session(FakeDesk()).say("next"), "said") == ["The list is empty."]


def test_switching_the_language_puts_away_and_speaks_the_other() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("intercept 4712")
    it.switch(Language.ZH)
    it.switch(Language.ZH)
    assert (it.view.state, it.view.language) == (Mode.ASLEEP, Language.ZH)
    assert texts(it.say("intercept 4712"), "said") == ["拦截订单 4712，Suzhou Home，未说明原因？"]


def test_the_cancel_button_and_signing_out_put_away() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    for put_away in (it.cancel, lambda: desk.tell(UserChanged(None))):
        it.say("intercept 4712")
        put_away()
        it.say("confirm")
    assert desk.wishes == []


def test_snapshots_show_what_is_heard_understood_and_asked() -> None:
    views: list[VoiceView] = []
    it = session(FakeDesk(order()))
    unsubscribe = it.subscribe(views.append)
    it.say("intercept order 4712 wrong address")
    assert views[-1] == it.view
    assert (views[-1].heard, views[-1].understood) == (
        "intercept order 4712 wrong address",
        "intercept 4712 wrong address",
    )
    assert (views[-1].asked, views[-1].order_id) == (
        "Intercept order 4712, Suzhou Home, wrong address?",
        "o-SO20244712",
    )
    assert "confirm" in views[-1].hint
    unsubscribe()
    count = len(views)
    it.say("cancel")
    assert len(views) == count


def test_words_are_shown_while_they_are_spoken() -> None:
    partials: list[str] = []
    it = session(FakeDesk(order()))
    it.subscribe(lambda view: partials.append(view.partial))
    it.hear(Recording(demo("intercept_en")))
    assert "intercept order" in partials
    assert partials[-1] == ""


def test_a_link_that_comes_and_goes_is_noticed() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("help")
    desk.tell(ConnectionChanged(Connection(link=Link.OFFLINE)))
    it.say("intercept 4712")
    assert "queued" in texts(it.say("confirm"), "said")[0]


def test_a_hold_that_an_operator_may_not_lift_is_refused_by_name() -> None:
    desk = FakeDesk(order(holds=(Reason.FRAUD, Reason.BAD_ADDRESS)), user=OPERATOR)
    (said,) = texts(session(desk).say("release order 4712 fraud"), "said")
    assert said.endswith("You may not do that.")


def test_a_new_place_of_the_directory_is_understood_at_the_next_command() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    assert kinds(it.say("reassign 4712 to south"))[-2:] == ["not_understood", "said"]
    south = PlaceName(id="W-S", names={"en": "South warehouse"}, spoken={"en": ("south",)})
    desk.places = Directory(warehouses=(*desk.places.warehouses, south), carriers=desk.places.carriers)
    assert "South warehouse" in texts(it.say("reassign 4712 to south"), "said")[0]


def test_what_the_recogniser_doubts_itself_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.listening.LEAST_CONFIDENCE", 1.1)
    desk = FakeDesk(order())
    steps = session(desk).hear(Recording(demo("intercept_en")))
    assert texts(steps, "not_understood")[0] == "not sure"
    assert desk.wishes == []


def test_a_recording_that_ends_in_mid_word_is_heard_to_its_end(tmp_path: Path) -> None:
    sound = read_sound(clip("cancel_en"))[: int(3.35 * 16000)]
    steps = session(FakeDesk(order())).hear(Recording(save(tmp_path / "a.wav", sound)))
    assert texts(steps, "understood") == ["intercept 4712 wrong address"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Refused(Refusal.UNDO_EXPIRED), "Not possible. It is too late to take it back."),
        (StoreDamaged("x"), "That did not work. See the screen."),
    ],
)
def test_an_undo_that_fails_says_why(fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("intercept 4712")
    it.say("confirm")

    def fails(_key: object) -> None:
        raise fault

    monkeypatch.setattr(desk, "undo", fails)
    assert texts(it.say("undo"), "said") == [said]


def test_a_submit_that_the_rules_refuse_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(order())
    it = session(desk)
    it.say("intercept 4712")

    def fails(_wish: object) -> None:
        raise Refused(Refusal.OTHER_WAREHOUSE)

    monkeypatch.setattr(desk, "submit", fails)
    assert texts(it.say("confirm"), "said") == ["Order 4712: not possible. It belongs to another warehouse."]


def test_answers_to_other_peoples_commands_are_not_told() -> None:
    desk = FakeDesk(order())
    it = session(desk)
    steps: list[Step] = []
    leave = it.on_step(steps.append)
    it.say("help")
    key = desk.submit(Wish(order_id=OrderId("o-SO20244712"), op=Op.INTERCEPT, base=3, reason=Reason.FRAUD))
    desk.tell(CommandQueued(key, OrderId("o-SO20244712")))
    desk.settle(key)
    it.say("help")
    leave()
    it.say("cancel")
    assert [step.kind for step in steps] == ["woke", *["heard", "understood", "said"] * 2]


def test_typing_ends_a_prompt_that_is_being_spoken() -> None:
    class Endless:
        stopped = 0

        def say(self, text: str, language: Language, done: Callable[[], None]) -> None:
            """Never done."""

        def stop(self) -> None:
            self.stopped += 1

    desk, speaker = FakeDesk(order()), Endless()
    it = Session(desk, Equipment(speaker=speaker), language=Language.EN)
    it.type_line("intercept 4712")
    assert it.view.speaking
    before = speaker.stopped
    it.type_line("confirm")
    assert speaker.stopped == before + 1
    assert len(desk.wishes) == 1


def test_a_phrase_file_of_another_language_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("phrases", "prompts"):
        shutil.copytree(resources.path(folder), tmp_path / folder)
    (tmp_path / "phrases/zh.toml").write_text(
        (tmp_path / "phrases/en.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.setattr(resources, "path", tmp_path.joinpath)
    with pytest.raises(PhraseError, match=r"zh\.toml.*language"):
        session(FakeDesk())


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


def test_without_a_wake_word_the_microphone_submits_nothing(start: Start) -> None:
    desk = FakeDesk(order(holds=(Reason.PAYMENT_CHECK,)))
    source = Script(read_sound(clip("release_en")))
    it, _ = start(desk, source)
    assert source.played.wait(20)
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
    assert source.played.wait(20)
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


def test_without_a_microphone_the_session_says_so_and_goes_on(start: Start) -> None:
    def none() -> Script:
        raise NoMicrophone("no", why="nothing plugged in")

    it, watch = start(FakeDesk(order()), microphone=none)
    view = watch.until(lambda view: bool(view.error))
    assert "There is no microphone: nothing plugged in" in view.error
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
    assert source.played.wait(20)
    watch.until(lambda view: view.state is Mode.CONFIRM)
    assert desk.wishes == []
    source.blocks += Script(np.concatenate([confirm, silence(0.5)])).blocks
    watch.until(lambda view: view.state is Mode.DONE)
    assert len(desk.wishes) == 1


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
    assert reported.wait(20)
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
