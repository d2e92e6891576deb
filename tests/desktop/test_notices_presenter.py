"""What came of a command: three outcomes of an intercept never confused, and every refusal said."""

import msgspec
import pytest

from desktop.notices import presenter as notices
from desktop.notices.book import Book, Telling
from desktop.notices.presenter import Given, Notice, Offer
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Claim, CommandKey, Order, OrderId, Place, UserId
from sync.store.projection import Pending
from sync.store.salvaged import Salvage
from sync.wire.messages import Result, ResultStatus
from sync.wire.problems import Kind, Problem
from tests.desktop.conftest import NOW

KEY = CommandKey("k1")
GIVEN = Given(KEY, OrderId("o-1"), "4712", Op.INTERCEPT, Reason.FRAUD)


def applied(outcome: Outcome, order: Order | None = None) -> Result:
    return Result(key=KEY, status=ResultStatus.APPLIED, at=NOW, outcome=outcome, order=order)


def test_the_three_outcomes_of_an_intercept_are_never_confused(en: Words, order: Order) -> None:
    three = [
        notices.settled(GIVEN, applied(o, order), en) for o in (Outcome.STOPPED, Outcome.REQUESTED, Outcome.TOO_LATE)
    ]
    for part in ("icon", "tone", "title", "body"):
        assert len({getattr(n, part) for n in three}) == 3
    assert [n.offers for n in three] == [(Offer.UNDO,), (Offer.UNDO,), (Offer.ASK_CARRIER,)]


def test_a_requested_stop_says_where_to_pull(en: Words, order: Order) -> None:
    told = notices.settled(GIVEN, applied(Outcome.REQUESTED, order), en)
    assert told.body == "Someone must pull it: zone A3 · tote T-117 · bench 4."
    nowhere = msgspec.structs.replace(order, place=Place())
    assert notices.settled(GIVEN, applied(Outcome.REQUESTED, nowhere), en).body == "Someone on the floor must pull it."
    assert notices.settled(GIVEN, applied(Outcome.REQUESTED), en).body == "Someone on the floor must pull it."


def test_a_reassigned_order_says_where_it_is_now(en: Words, order: Order) -> None:
    assert notices.settled(GIVEN, applied(Outcome.REASSIGNED, order), en).body == "Now: Suzhou, Deppon."
    assert notices.settled(GIVEN, applied(Outcome.REASSIGNED), en).body == "It goes another way now."


def test_an_order_still_held_says_by_what(en: Words, order: Order) -> None:
    assert (
        notices.settled(GIVEN, applied(Outcome.STILL_HELD, order), en).body == "Left: Wrong address, Suspected fraud."
    )
    assert notices.settled(GIVEN, applied(Outcome.STILL_HELD), en).body == "Another hold is left."


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_outcome_has_words(outcome: Outcome, words: str, order: Order, request: pytest.FixtureRequest) -> None:
    told = notices.settled(GIVEN, applied(outcome, order), request.getfixturevalue(words))
    assert "4712" in told.title
    assert told.body


def test_an_undone_command_cannot_be_undone(en: Words, order: Order) -> None:
    assert notices.settled(GIVEN, applied(Outcome.UNDONE, order), en).offers == ()


@pytest.mark.parametrize("status", [ResultStatus.CONFLICT, ResultStatus.REJECTED, ResultStatus.BLOCKED])
def test_what_was_not_done_asks_for_a_decision(en: Words, status: ResultStatus) -> None:
    told = notices.settled(GIVEN, Result(key=KEY, status=status, at=NOW), en)
    assert told.offers == (Offer.DECIDE,)
    assert told.title.startswith("Intercept 4712:")


def test_a_command_of_unknown_kind_is_named_by_its_order(en: Words) -> None:
    told = notices.settled(Given(KEY, OrderId("o-1"), "4712"), Result(key=KEY, status=ResultStatus.BLOCKED, at=NOW), en)
    assert told.title == "4712: not done"


def test_why_prefers_this_programs_words_over_the_centrals(en: Words) -> None:
    problem = Problem(type=Kind.REFUSED.uri, title="no", status=422, detail="The central's own words.")
    result = Result(key=KEY, status=ResultStatus.REJECTED, at=NOW, refusal="closed", problem=problem)
    assert notices.why(result, en) == "The order is closed."
    assert notices.why(msgspec.structs.replace(result, refusal=None), en) == "The central's own words."
    assert notices.why(msgspec.structs.replace(result, refusal=None, problem=None), en) == "The central refused it."


def test_a_queued_command_says_when_it_goes_and_what_to_expect(en: Words, order: Order) -> None:
    mark = Pending(key=KEY, op=Op.INTERCEPT, expected=Outcome.STOPPED)
    told = notices.queued(order, mark, online=False, words=en)
    assert told.title == "Intercept 4712: accepted"
    assert told.body == "Offline: kept safely here, will be sent by itself. Expected: stopped."
    doubt = Pending(key=KEY, op=Op.RELEASE, expected=Refusal.HANDED_OVER)
    online = notices.queued(order, doubt, online=True, words=en)
    assert online.body == "On its way to the central. Will probably be refused: Already handed to the carrier."


def test_withdrawn_refused_failed_and_plain(en: Words) -> None:
    assert notices.withdrawn(OrderId("o-1"), "4712", en).title == "4712: taken back"
    refused = notices.refused(OrderId("o-1"), Op.RELEASE, "4712", Refusal.NOT_PERMITTED, en)
    assert (refused.title, refused.tone) == ("Release 4712: not possible", "warn")
    assert notices.failed("a", "b").tone == "danger"
    assert notices.plain("a", "b").tone == "info"


def test_the_book_keeps_the_last_telling_of_each_order(en: Words) -> None:
    book = Book()

    def say(_words: Words) -> Notice:
        return notices.plain("a", "b")

    first, second = (Telling(KEY, OrderId("o-1"), say) for _ in range(2))
    book.keep(first)
    book.keep(second)
    book.keep(Telling(None, None, say))
    assert book.last(OrderId("o-1")) is second
    assert second.say(en).title == "a"
    assert book.last(OrderId("o-2")) is None


def test_the_newest_command_is_undone_first_and_an_undo_never() -> None:
    book = Book()
    other = Given(CommandKey("k2"), OrderId("o-2"), "1", Op.RELEASE)
    for given in (GIVEN, other, Given(CommandKey("k3"), OrderId("o-2"), "1", Op.UNDO)):
        book.give(given)
    assert book.last_undoable() is other
    book.undone(other.key)
    assert book.last_undoable() is GIVEN
    assert book.given(KEY) is GIVEN
    book.clear()
    assert book.last_undoable() is None


def test_what_is_settled_stays_settled() -> None:
    book = Book()
    assert not book.is_settled(KEY)
    book.settle(KEY)
    assert book.is_settled(KEY)


@pytest.mark.parametrize(
    ("salvage", "tone", "said"),
    [
        (Salvage(aside="/aside.db", recovered=41, unsent=3), "warn", ["41", "unsent: 3", "/aside.db"]),
        (Salvage(recovered=2, lost=(3,)), "danger", ["2", "1 command could not be read"]),
        (Salvage(aside="/aside.db", blind=True), "danger", ["Whether others are missing", "/aside.db"]),
    ],
)
def test_a_salvaged_queue_says_what_came_back_and_what_did_not(
    en: Words, salvage: Salvage, tone: str, said: list[str]
) -> None:
    told = notices.salvaged(salvage, en)
    assert told.tone == tone
    assert [part for part in said if part not in told.body] == []


def test_an_assigned_order_says_who_looks_after_it(en: Words, order: Order) -> None:
    given = msgspec.structs.replace(order, claim=Claim(by=UserId("u-wang"), at=NOW))
    assert notices.settled(GIVEN, applied(Outcome.ASSIGNED, given), en).body == "Wang has it now."
    assert notices.settled(GIVEN, applied(Outcome.ASSIGNED), en).body == "A colleague has it now."


def test_a_note_offers_no_way_back(en: Words) -> None:
    assert notices.settled(GIVEN, applied(Outcome.NOTED), en).offers == ()
