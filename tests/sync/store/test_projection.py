"""Does the screen show server truth with what is still to be sent on top of it?"""

from sync.domain.apply import Refusal
from sync.domain.commands import Args, Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.store.projection import project
from tests.sync.samples import command, order, stopped


def test_an_order_without_pending_commands_is_as_the_central_says() -> None:
    it = stopped(version=7)
    seen = project(it, ())
    assert (seen.order, seen.truth, seen.pending) == (it, it, ())
    assert (seen.base, seen.after) == (7, None)


def test_pending_commands_show_their_effect_and_are_followed_not_passed() -> None:
    it = stopped(version=7)
    first = command(it, Op.INTERCEPT, reason=Reason.FRAUD)
    second = command(it, Op.RELEASE, after=first.key, args=Args(holds=(it.holds[0].id,)))
    seen = project(it, (first, second))
    assert [h.reason for h in seen.order.holds] == [Reason.FRAUD]
    assert [(p.key, p.op, p.expected) for p in seen.pending] == [
        (first.key, Op.INTERCEPT, Outcome.STOPPED),
        (second.key, Op.RELEASE, Outcome.STILL_HELD),
    ]
    assert seen.truth is it
    assert (seen.base, seen.after) == (None, second.key)


def test_a_command_that_will_probably_be_refused_is_marked_and_changes_nothing() -> None:
    it = order(status=Status.CLOSED)
    seen = project(it, (command(it),))
    assert seen.order == it
    assert [p.expected for p in seen.pending] == [Refusal.CLOSED]


def test_a_pending_claim_shows_and_stands_in_nobodys_way() -> None:
    it = stopped(version=7)
    claim = command(it, Op.CLAIM)
    seen = project(it, (claim,))
    assert seen.order.claim is not None
    assert [p.expected for p in seen.pending] == [Outcome.CLAIMED]
    assert (seen.base, seen.after) == (7, None)


def test_a_command_follows_the_last_that_moved_something() -> None:
    it = stopped(version=7)
    stop = command(it, Op.INTERCEPT, reason=Reason.FRAUD)
    seen = project(it, (stop, command(it, Op.NOTE)))
    assert (seen.base, seen.after) == (None, stop.key)


class TestOnAnOlderState:
    """The cache of one of two people at a desk may be behind the other's."""

    def test_a_command_given_on_a_newer_one_is_shown_but_not_laid_over_it_nor_followed(self) -> None:
        it = stopped(version=7)
        seen = project(it, (command(order(version=8), Op.INTERCEPT, reason=Reason.FRAUD),))
        assert seen.order == it
        assert [(p.expected, p.ahead) for p in seen.pending] == [(Outcome.STOPPED, True)]
        assert (seen.base, seen.after) == (7, None)

    def test_so_it_is_with_what_follows_such_a_command(self) -> None:
        it = stopped(version=7)
        first = command(order(version=8), Op.INTERCEPT, reason=Reason.FRAUD)
        second = command(it, Op.INTERCEPT, reason=Reason.DAMAGED, after=first.key)
        assert [p.ahead for p in project(it, (first, second)).pending] == [True, True]

    def test_and_with_what_follows_a_settled_one_that_left_a_newer_state(self) -> None:
        done, it = command(order(version=7)), stopped(version=7)
        second = command(it, Op.INTERCEPT, reason=Reason.DAMAGED, after=done.key)
        assert project(it, (second,), {done.key: 8}).after is None
        assert project(stopped(version=8), (second,), {done.key: 8}).after == second.key

    def test_one_given_on_that_state_is_followed_although_another_is_ahead(self) -> None:
        it = stopped(version=7)
        newer, mine = command(order(version=8), Op.INTERCEPT), command(it, Op.INTERCEPT, reason=Reason.FRAUD)
        seen = project(it, (newer, mine))
        assert [h.reason for h in seen.order.holds] == [h.reason for h in it.holds] + [Reason.FRAUD]
        assert seen.after == mine.key

    def test_a_claim_shows_all_the_same(self) -> None:
        seen = project(stopped(version=7), (command(stopped(version=8), Op.CLAIM),))
        assert seen.order.claim is not None


class TestWhatCannotComeAboutTogether:
    """A decision gives a command on the central's own state, although others of the order are still on their way."""

    def test_what_follows_a_refused_one_is_not_laid_over(self) -> None:
        it, refused = stopped(version=7), command(order(version=7))
        second = command(it, Op.INTERCEPT, reason=Reason.DAMAGED, after=refused.key)
        seen = project(it, (second,), {})
        assert seen.order == it
        assert [p.ahead for p in seen.pending] == [True]
        assert (seen.base, seen.after) == (7, None)

    def test_one_given_on_the_central_s_state_stands_without_those_before_it(self) -> None:
        it = stopped(version=7)
        first = command(it, Op.INTERCEPT, reason=Reason.DAMAGED)
        second = command(it, Op.INTERCEPT, reason=Reason.PRICE_CHECK, after=first.key)
        decided = command(it, Op.INTERCEPT, reason=Reason.FRAUD)
        seen = project(it, (first, second, decided), {first.key: None})
        assert [h.reason for h in seen.order.holds] == [h.reason for h in it.holds] + [Reason.FRAUD]
        assert [p.ahead for p in seen.pending] == [True, True, False]
        assert seen.after == decided.key

    def test_and_what_still_follows_one_of_those_is_not_laid_over_either(self) -> None:
        it = stopped(version=7)
        first = command(it, Op.INTERCEPT, reason=Reason.DAMAGED)
        decided = command(it, Op.INTERCEPT, reason=Reason.FRAUD)
        later = command(it, Op.INTERCEPT, reason=Reason.PRICE_CHECK, after=first.key)
        seen = project(it, (first, decided, later), {first.key: None})
        assert [p.ahead for p in seen.pending] == [True, False, True]
        assert seen.after == decided.key

    def test_of_two_that_follow_the_same_one_the_newer_is_meant(self) -> None:
        it = stopped(version=7)
        first = command(it, Op.INTERCEPT, reason=Reason.DAMAGED)
        one = command(it, Op.INTERCEPT, reason=Reason.FRAUD, after=first.key)
        other = command(it, Op.INTERCEPT, reason=Reason.PRICE_CHECK, after=first.key)
        seen = project(it, (first, one, other), {first.key: None})
        added = [h.reason for h in seen.order.holds[len(it.holds) :]]
        assert added == [Reason.DAMAGED, Reason.PRICE_CHECK]
        assert [p.ahead for p in seen.pending] == [False, True, False]
        assert seen.after == other.key

    def test_one_that_comes_too_late_takes_no_good_one_off_the_screen(self) -> None:
        it = stopped(version=7)
        good = command(it, Op.INTERCEPT, reason=Reason.DAMAGED)
        late = command(order(version=6), Op.INTERCEPT, reason=Reason.FRAUD)
        seen = project(it, (good, late), {})
        assert [p.ahead for p in seen.pending] == [False, True]
        assert seen.after == good.key

    def test_what_follows_one_whose_answer_was_lost_is_still_good(self) -> None:
        """It lies in the central's state already."""
        done = command(order(version=6), Op.INTERCEPT, reason=Reason.FRAUD)
        after = command(order(version=6), Op.INTERCEPT, reason=Reason.DAMAGED, after=done.key)
        seen = project(stopped(version=7), (done, after), {done.key: None})
        assert [p.ahead for p in seen.pending] == [False, False]
