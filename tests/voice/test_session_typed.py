"""Do typed lines speak to the same dialogue as the microphone?"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import resources
from sync.domain.apply import Refusal
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.errors import NotSignedIn, Refused, StoreDamaged, StoreFull
from sync.events import CommandQueued, Connection, ConnectionChanged, Link, UserChanged
from sync.service import Wish
from sync.store.projection import Sight
from sync.wire.messages import Directory, PlaceName
from tests.voice.fakes import OPERATOR, FakeDesk, order
from tests.voice.hearing.sounds import clip, demo, save
from tests.voice.talking import kinds, session, texts
from voice.dialogue import Mode
from voice.errors import PhraseError
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session
from voice.view import Step, VoiceView

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


def test_the_order_in_question_needs_no_number() -> None:
    """Listened to in the list, then claimed and stopped by "this"."""
    desk = FakeDesk(order("SO8365", company="Ningbo Living"), order())
    desk.settle_at_once = True
    it = session(desk)
    assert "Ningbo Living" in texts(it.say("read the order"), "said")[0]
    assert texts(it.say("claim this order"), "understood") == ["claim this order"]
    it.say("confirm", settle_seconds=5)
    assert texts(it.say("intercept this order, price check"), "said") == [
        "Intercept order 8365, Ningbo Living, price check?"
    ]
    it.say("confirm", settle_seconds=5)
    assert [(wish.op, wish.order_id) for wish in desk.wishes] == [
        (Op.CLAIM, "o-SO8365"),
        (Op.INTERCEPT, "o-SO8365"),
    ]


def test_one_value_after_the_other_is_corrected_by_what_people_say() -> None:
    desk = FakeDesk(order(), order("SO8365", company="Ningbo Living"))
    it = session(desk)
    it.switch(Language.ZH)
    it.say("转单4712转给东仓")
    it.say("不对，是八三六五")
    assert texts(it.say("不对，承运商乙"), "said") == ["订单 8365，Ningbo Living，转给乙物流？回答时加上最后两位数字。"]
    it.say("确认65")
    assert [(wish.order_id, wish.args.to and wish.args.to.id) for wish in desk.wishes] == [("o-SO8365", "C-B")]
    assert desk.wishes[0].heard is not None
    assert desk.wishes[0].heard.transcript == "转单4712转给东仓 / 不对，是八三六五 / 不对，承运商乙 / 确认65"


def test_what_is_asked_about_when_there_is_no_order() -> None:
    assert texts(session(FakeDesk()).say("release this order"), "said") == ["The list is empty."]


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


@pytest.mark.parametrize(("least", "wakes"), [(0.9, 2), (1.1, 1)])
def test_a_wake_word_that_the_recogniser_doubts_does_not_wake(
    least: float, wakes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Awake at first, asleep after eight seconds, then spoken to."""
    monkeypatch.setattr("voice.listening.LEAST_WAKE_CONFIDENCE", least)
    wake = read_sound(demo("intercept_en"))[: int(2.2 * 16000)]
    sound = np.concatenate([np.zeros(9 * 16000, dtype=np.int16), wake, np.zeros(16000, dtype=np.int16)])
    steps = session(FakeDesk(order())).hear(Recording(save(tmp_path / "a.wav", sound)))
    assert kinds(steps).count("woke") == wakes


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

    def fails(_key: object, _heard: object) -> None:
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
    seen = order()
    desk = FakeDesk(seen)
    it = session(desk)
    steps: list[Step] = []
    leave = it.on_step(steps.append)
    it.say("help")
    key = desk.submit(Wish(order_id=seen.id, op=Op.INTERCEPT, base=seen.version, reason=Reason.FRAUD, seen=Sight(seen)))
    desk.tell(CommandQueued(key, seen.id))
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
