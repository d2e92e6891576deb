"""Who looks after an order: do claims, snoozes and notes do what they say, and stand in nobody's way?"""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.apply import apply
from sync.domain.commands import ORGANISING, Args, Command, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Attachment, Claim, CommandKey, Note, Order, Snooze, Status, UserId
from sync.domain.organise import (
    NOTES_KEPT,
    assign_args,
    claim_args,
    holder,
    note_args,
    organised,
    snooze_args,
    taken_back,
    unclaim_args,
    wake_args,
)
from sync.domain.refusals import Applied, Refusal
from tests.sync.domain.strategies import commands, orders, quick
from tests.sync.samples import LI, MEI, NOW, ZHANG, command, exception, order, stopped

HOUR = 3_600_000


def done(order_: Order, command_: Command, at: int = NOW) -> Order:
    result = apply(order_, command_, at)
    assert isinstance(result, Applied), result
    return result.order


def claimed(by: UserId = LI.id) -> Order:
    return stopped(claim=Claim(by=by, at=NOW))


def snoozed(until: int = NOW + HOUR) -> Order:
    return stopped(snooze=Snooze(until=until, by=LI.id, at=NOW))


class TestClaim:
    def test_a_claim_names_who_took_the_order_and_when(self) -> None:
        it = stopped()
        assert apply(it, command(it, Op.CLAIM, args=claim_args(it)), NOW) == Applied(claimed(), Outcome.CLAIMED)

    def test_what_a_colleague_has_cannot_be_claimed(self) -> None:
        assert apply(claimed(MEI.id), command(stopped(), Op.CLAIM), NOW) is Refusal.CLAIMED_BY_OTHER

    def test_claiming_again_changes_nothing(self) -> None:
        assert apply(claimed(), command(claimed(), Op.CLAIM), NOW + 1) == Applied(claimed(), Outcome.CLAIMED)

    def test_giving_back_leaves_the_order_to_nobody(self) -> None:
        it = claimed()
        given = command(it, Op.UNCLAIM, args=unclaim_args(it))
        assert apply(it, given, NOW) == Applied(stopped(), Outcome.UNCLAIMED)
        assert apply(stopped(), given, NOW) == Applied(stopped(), Outcome.UNCLAIMED)

    def test_nobody_gives_back_what_somebody_else_took_since(self) -> None:
        assert (
            apply(claimed(MEI.id), command(claimed(), Op.UNCLAIM, args=unclaim_args(claimed())), NOW)
            is Refusal.CLAIMED_BY_OTHER
        )
        assert apply(claimed(MEI.id), command(stopped(), Op.UNCLAIM), NOW) is Refusal.CLAIMED_BY_OTHER


class TestAssign:
    def test_an_assigned_order_says_who_gave_it(self) -> None:
        it = stopped()
        after = done(it, command(it, Op.ASSIGN, args=assign_args(it, MEI.id), issued_by=ZHANG.id))
        assert after.claim == Claim(by=MEI.id, at=NOW, given_by=ZHANG.id)

    def test_it_is_taken_from_whoever_was_seen_to_have_it_and_from_nobody_else(self) -> None:
        seen = claimed(MEI.id)
        given = command(seen, Op.ASSIGN, args=assign_args(seen, ZHANG.id), issued_by=ZHANG.id)
        assert holder(done(seen, given)) == ZHANG.id
        assert apply(claimed(LI.id), given, NOW) is Refusal.CLAIMED_BY_OTHER
        assert apply(stopped(), given, NOW) is Refusal.CLAIMED_BY_OTHER

    def test_who_has_it_already_keeps_it(self) -> None:
        given = command(stopped(), Op.ASSIGN, args=assign_args(stopped(), MEI.id), issued_by=ZHANG.id)
        assert apply(claimed(MEI.id), given, NOW) == Applied(claimed(MEI.id), Outcome.ASSIGNED)

    def test_nobody_is_no_person(self) -> None:
        assert apply(stopped(), command(stopped(), Op.ASSIGN, args=Args()), NOW) is Refusal.NO_SUCH_PERSON


class TestSnooze:
    def test_an_order_is_put_away_until_then(self) -> None:
        it = stopped()
        asked = command(it, Op.SNOOZE, args=snooze_args(it, NOW + HOUR))
        assert apply(it, asked, NOW) == Applied(snoozed(), Outcome.SNOOZED)

    def test_one_that_arrives_when_its_time_is_over_leaves_the_order_awake(self) -> None:
        it = stopped()
        asked = command(it, Op.SNOOZE, args=snooze_args(it, NOW + HOUR))
        assert apply(it, asked, NOW + HOUR) == Applied(it, Outcome.AWAKE)

    def test_an_exception_that_was_not_known_is_not_put_away(self) -> None:
        seen = stopped()
        more = msgspec.structs.replace(seen, exceptions=(*seen.exceptions, exception(Reason.FRAUD, "e2")))
        assert apply(more, command(seen, Op.SNOOZE), NOW) is Refusal.NEW_EXCEPTION

    def test_a_solved_exception_need_not_be_known(self) -> None:
        seen = stopped()
        solved = exception(Reason.FRAUD, "e2", resolved_at=NOW)
        assert done(
            msgspec.structs.replace(seen, exceptions=(*seen.exceptions, solved)), command(seen, Op.SNOOZE)
        ).snooze

    def test_waking_brings_it_back_and_remembers_how_to_put_it_away_again(self) -> None:
        it = snoozed()
        assert apply(it, command(it, Op.WAKE, args=wake_args(it)), NOW) == Applied(stopped(), Outcome.AWAKE)
        assert wake_args(it) == snooze_args(it, NOW + HOUR)
        assert wake_args(stopped()) == Args()

    @pytest.mark.parametrize("op", [Op.INTERCEPT, Op.RELEASE])
    def test_whoever_acts_on_it_wakes_it(self, op: Op) -> None:
        assert done(snoozed(), command(snoozed(), op)).snooze is None

    def test_an_intercept_that_came_too_late_leaves_it_asleep(self) -> None:
        gone = msgspec.structs.replace(snoozed(), status=Status.HANDED_OVER)
        assert done(gone, command(gone, Op.INTERCEPT)) == gone


class TestNote:
    def test_a_note_carries_its_key_author_and_time(self) -> None:
        it = stopped()
        asked = command(it, Op.NOTE, args=note_args("  客户下午回电 "))
        after = done(it, asked, NOW + 1)
        assert after.notes == (Note(id=asked.key, by=LI.id, at=NOW + 1, text="客户下午回电"),)

    def test_the_order_carries_the_newest_only(self) -> None:
        it = stopped()
        for n in range(NOTES_KEPT + 1):
            it = done(it, command(it, Op.NOTE, args=note_args(f"{n}")))
        assert [n.text for n in it.notes] == [f"{n}" for n in range(1, NOTES_KEPT + 1)]


class TestTakingBack:
    @pytest.mark.parametrize(
        ("op", "args", "back"),
        [
            (Op.CLAIM, Args(), (Op.UNCLAIM, Args(instead_of=LI.id))),
            (Op.UNCLAIM, Args(instead_of=LI.id), (Op.CLAIM, Args())),
            (Op.UNCLAIM, Args(), (Op.CLAIM, Args())),
            (Op.UNCLAIM, Args(instead_of=MEI.id), (Op.ASSIGN, Args(person=MEI.id))),
            (Op.ASSIGN, Args(person=MEI.id), (Op.UNCLAIM, Args(instead_of=MEI.id))),
            (
                Op.ASSIGN,
                Args(person=MEI.id, instead_of=ZHANG.id),
                (Op.ASSIGN, Args(person=ZHANG.id, instead_of=MEI.id)),
            ),
            (Op.SNOOZE, Args(until=5), (Op.WAKE, Args())),
            (Op.WAKE, Args(until=5), (Op.SNOOZE, Args(until=5))),
            (Op.WAKE, Args(), None),
            (Op.NOTE, Args(note="x"), None),
            (Op.DECIDE, Args(), None),
            (Op.INTERCEPT, Args(), None),
        ],
    )
    def test_each_has_its_opposite_but_a_note_and_a_decision(
        self, op: Op, args: Args, back: tuple[Op, Args] | None
    ) -> None:
        assert taken_back(command(stopped(), op, args=args)) == back

    @pytest.mark.parametrize("op", [Op.CLAIM, Op.ASSIGN, Op.SNOOZE])
    def test_the_opposite_gives_back_the_order_as_it_was(self, op: Op) -> None:
        it = stopped()
        asked = command(it, op)
        back = taken_back(asked)
        assert back is not None
        after = done(it, asked)
        assert done(after, command(after, back[0], args=back[1])) == it


@given(data=st.data())
@quick
def test_no_verb_that_organises_touches_what_another_command_depends_on(data: st.DataObject) -> None:
    it = data.draw(orders(st.sampled_from([s for s in Status if s is not Status.CLOSED])))
    asked = data.draw(commands(it, st.sampled_from(sorted(ORGANISING))))
    result = apply(it, asked, NOW)
    if isinstance(result, Applied):
        assert organised(result.outcome)
        same = msgspec.structs.replace(result.order, claim=it.claim, snooze=it.snooze, notes=it.notes)
        assert same == it


def test_the_verbs_that_move_something_are_not_taken_for_those_that_organise() -> None:
    assert not organised(Outcome.STOPPED)
    assert not organised(None)


def test_an_order_says_since_when_it_is_the_same_to_a_command() -> None:
    assert order(version=7).same_since == 7
    assert order(version=7, since=5).same_since == 5


def test_a_closed_order_takes_no_note() -> None:
    assert apply(order(status=Status.CLOSED), command(order(), Op.NOTE), NOW) is Refusal.CLOSED


def test_an_attachment_is_named_and_never_carried() -> None:
    plan = Attachment(id="a1", name="签收照片.jpg", media_type="image/jpeg", size=120_000)
    assert order(attachments=(plan,)).attachments == (plan,)


def test_a_note_id_is_the_key_of_its_command() -> None:
    it = order()
    assert done(it, command(it, Op.NOTE, key=CommandKey("k-1"))).notes[0].id == "k-1"
