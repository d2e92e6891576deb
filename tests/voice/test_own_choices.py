"""What people choose follows their badge; the sound of what was not understood is kept only where they allow it."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.domain.commands import Heard
from sync.domain.order import UserId
from sync.domain.permissions import User
from sync.events import MessageArrived, UserChanged
from sync.wire.colleagues import Message, Recipient
from tests.voice.fakes import OPERATOR, SUPERVISOR, FakeDesk, order
from tests.voice.hearing.sounds import clip, save, with_noise
from tests.voice.talking import texts
from voice.equipment import Equipment
from voice.habits import Habit, Habits
from voice.hearing.source import RATE
from voice.hearing.wav import Recording, read_sound
from voice.language import Language
from voice.refused import KEPT_DAYS, Held, Refused
from voice.session import Session

DAY = 86_400_000
SAID = Heard(transcript="banana", language="en")
LI, WANG = UserId("li"), UserId("wang")


class Voice:
    """Speaks at once, and remembers how it was adjusted."""

    def __init__(self) -> None:
        self.louder = self.faster = 0

    def say(self, text: str, language: Language, done: Callable[[], None]) -> None:
        self.last = (text, language)
        done()

    def stop(self) -> None: ...

    def adjust(self, louder: int, faster: int) -> None:
        self.louder += louder
        self.faster += faster


def at_work(desk: FakeDesk, voice: Voice, habits: Habits) -> Session:
    return Session(desk, Equipment(speaker=voice, habits=habits), language=Language.EN)


def badge(desk: FakeDesk, who: User | None) -> None:
    desk.user = who
    desk.tell(UserChanged(desk.user))


def test_loudness_speed_and_language_follow_the_badge(tmp_path: Path) -> None:
    desk, voice, file = FakeDesk(order(), user=OPERATOR), Voice(), tmp_path / "habits.json"
    it = at_work(desk, voice, Habits(file))
    it.say("louder")
    it.say("slower")
    it.switch(Language.ZH)
    assert (voice.louder, voice.faster) == (1, -1)
    badge(desk, SUPERVISOR)
    it.say("help")
    assert (voice.louder, voice.faster) == (0, 0)
    again = Voice()
    later = at_work(FakeDesk(order(), user=OPERATOR), again, Habits(file))
    later.say("帮助")
    assert (again.louder, again.faster, later.view.language) == (1, -1, Language.ZH)


def test_the_next_person_without_a_choice_keeps_the_language_of_the_workstation() -> None:
    desk = FakeDesk(order(), user=OPERATOR)
    it = at_work(desk, Voice(), Habits(None))
    badge(desk, None)
    badge(desk, SUPERVISOR)
    it.say("help")
    assert it.view.language is Language.EN


def test_nobody_can_ask_for_more_steps_than_a_voice_has() -> None:
    desk, habits = FakeDesk(order(), user=OPERATOR), Habits(None)
    it = at_work(desk, Voice(), habits)
    for _ in range(9):
        it.say("louder")
    assert habits.of(OPERATOR.id).louder == 5


def test_a_damaged_file_of_habits_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "habits.json"
    file.write_text("{", encoding="utf-8")
    habits = Habits(file)
    assert habits.of(UserId("u")) == Habit()
    habits.keep(UserId("u"), Habit(louder=2))
    assert Habits(file).of(UserId("u")) == Habit(louder=2)
    assert msgspec.json.decode(file.read_bytes()) == {"u": {"language": None, "louder": 2, "faster": 0}}


def to_all(number: int, expires_at: int = 1 << 50) -> Message:
    to = Recipient(kind="all")
    return Message(
        id=f"m-{number}",
        sender=SUPERVISOR.id,
        sender_name="Lin",
        to=to,
        text=f"Number {number}",
        at=0,
        expires_at=expires_at,
    )


def test_supervisors_messages_are_said_when_they_come_and_at_sign_in_and_once() -> None:
    desk = FakeDesk(order(), user=OPERATOR)
    desk.announced = [to_all(1), to_all(2, expires_at=1)]
    it = Session(desk, language=Language.EN)
    it.say("help")
    assert desk.heard == ["m-1"]
    desk.tell(MessageArrived(to_all(3)))
    assert texts(it.say("help"), "said")[0].startswith("You can say"), "nobody is talked over who is at it"
    assert "Message from Lin: Number 3" in texts(it.say("stop listening"), "said")
    assert desk.heard == ["m-1", "m-3"]


def test_without_consent_no_sound_is_kept(tmp_path: Path) -> None:
    refused = Refused(tmp_path / "refused", lambda: DAY)
    refused.keep(b"\0\0", SAID, LI)
    assert not (tmp_path / "refused").exists()
    assert refused.held(LI) == Held(allowed=True, wanted=False)


def test_where_a_policy_forbids_it_nobody_can_consent() -> None:
    forbidden = Refused(None, lambda: DAY)
    forbidden.want(LI, keep=True)
    forbidden.keep(b"\0\0", SAID, LI)
    assert (forbidden.held(LI), forbidden.forget()) == (Held(allowed=False, wanted=False), 0)


def test_each_consents_for_oneself_only(tmp_path: Path) -> None:
    refused = Refused(tmp_path / "refused", lambda: DAY)
    refused.want(LI, keep=True)
    for nobody in (WANG, None):
        refused.keep(b"\1\0", SAID, nobody)
    assert refused.kept() == ()
    refused.want(WANG, keep=True)
    refused.want(LI, keep=False)
    assert [refused.wanted_by(one) for one in (LI, WANG, None)] == [False, True, False]


def test_with_consent_it_is_kept_for_a_while_and_deleted_on_demand(tmp_path: Path) -> None:
    now = [DAY]
    refused = Refused(tmp_path / "refused", lambda: now[0])
    refused.want(LI, keep=True)
    refused.keep(b"\1\0" * RATE, SAID, LI)
    (first,) = refused.kept()
    assert len(read_sound(first)) == RATE
    assert first.with_suffix(".txt").read_text(encoding="utf-8") == "banana\n"
    assert refused.held(LI) == Held(allowed=True, wanted=True, sounds=1, bytes=2 * RATE + 44)
    now[0] += KEPT_DAYS * DAY + 1
    refused.keep(b"\1\0" * RATE, SAID, LI)
    assert [path.name for path in refused.kept()] == [f"{now[0]}-en.wav"]
    now[0] += KEPT_DAYS * DAY + 1
    assert refused.held(LI).sounds == 0, "also when nothing new is kept"
    refused.keep(b"\1\0", SAID, LI)
    assert refused.delete() == 1
    assert [path.name for path in (tmp_path / "refused").iterdir()] == ["opted-in"]
    assert refused.forget() == 0
    assert list((tmp_path / "refused").iterdir()) == []


@pytest.mark.parametrize("allowed", [True, False])
def test_a_session_keeps_the_sound_of_what_it_did_not_understand(tmp_path: Path, allowed: bool) -> None:
    refused = Refused(tmp_path / "refused", lambda: DAY)
    it = Session(FakeDesk(order()), Equipment(refused=refused), language=Language.EN)
    assert it.keep_refused_sounds(allowed) == Held(allowed=True, wanted=allowed)
    it.hear(Recording(clip("foreign_en")))
    it.stop()
    assert it.refused_sounds().sounds == allowed
    assert it.delete_refused_sounds() == Held(allowed=True, wanted=allowed)


def test_what_is_too_old_goes_when_the_program_starts(tmp_path: Path) -> None:
    now = [DAY]
    refused = Refused(tmp_path / "refused", lambda: now[0])
    refused.want(LI, keep=True)
    refused.keep(b"\1\0" * RATE, SAID, LI)
    now[0] += KEPT_DAYS * DAY + 1
    it = Session(FakeDesk(order()), Equipment(refused=refused), language=Language.EN)
    it.start()
    it.say("")
    it.stop()
    assert refused.kept() == ()


def test_what_was_understood_is_never_kept(tmp_path: Path) -> None:
    refused = Refused(tmp_path / "refused", lambda: DAY)
    refused.want(SUPERVISOR.id, keep=True)
    it = Session(FakeDesk(order()), Equipment(refused=refused), language=Language.EN)
    it.hear(Recording(save(tmp_path / "quiet.wav", with_noise(clip("cancel_en"), 30))))
    it.stop()
    assert refused.kept() == ()


def test_nobody_signed_in_consents_to_nothing(tmp_path: Path) -> None:
    it = Session(FakeDesk(user=None), Equipment(refused=Refused(tmp_path, lambda: DAY)), language=Language.EN)
    assert it.keep_refused_sounds(True) == Held(allowed=True, wanted=False)


def test_a_language_that_a_policy_decides_follows_no_badge(tmp_path: Path) -> None:
    Habits(tmp_path / "habits.json").keep(LI, Habit(language=Language.ZH, louder=2))
    fixed = Habits(tmp_path / "habits.json", language_fixed=True)
    assert fixed.of(LI) == Habit(language=None, louder=2)
