"""Is a command that means nothing told apart from one that the order refuses?"""

import pytest

from sync.domain.commands import NOTE_AT_MOST, SNOOZE_AT_MOST_MS, Args, Decision, Malformed, Op, Target, malformed
from sync.domain.exceptions import EXCEPTION_KINDS, Reason
from sync.domain.order import CommandKey, Status
from tests.sync.samples import NOW, command, exception, order, stopped


@pytest.mark.parametrize("op", list(Op))
def test_a_whole_command_is_well_formed(op: Op) -> None:
    whole = command(stopped(), op, args=Args(undo=CommandKey("k"))) if op is Op.UNDO else command(stopped(), op)
    assert malformed(whole) is None


@pytest.mark.parametrize("op", list(Op))
def test_it_refers_to_what_was_seen_or_to_a_command_but_not_both_or_neither(op: Op) -> None:
    it = stopped()
    assert malformed(command(it, op, base=None)) is Malformed.BASE_OR_AFTER
    assert malformed(command(it, op, base=1, after=CommandKey("k"))) is Malformed.BASE_OR_AFTER
    assert malformed(command(it, op, after=CommandKey("k"))) is not Malformed.BASE_OR_AFTER


@pytest.mark.parametrize(
    ("op", "why"),
    [
        (Op.INTERCEPT, Malformed.REASON_MISSING),
        (Op.CARRIER_INTERCEPT, Malformed.REASON_MISSING),
        (Op.RELEASE, Malformed.HOLDS_MISSING),
        (Op.REASSIGN, Malformed.TARGET_MISSING),
        (Op.UNDO, Malformed.UNDO_MISSING),
        (Op.ASSIGN, Malformed.PERSON_MISSING),
        (Op.SNOOZE, Malformed.UNTIL_WRONG),
        (Op.NOTE, Malformed.NOTE_MISSING),
        (Op.DECIDE, Malformed.DECISION_MISSING),
    ],
)
def test_each_verb_names_what_it_lacks(op: Op, why: Malformed) -> None:
    assert malformed(command(stopped(), op, reason=None, args=Args())) is why


@pytest.mark.parametrize("until", [NOW, NOW - 1, NOW + SNOOZE_AT_MOST_MS + 1])
def test_a_snooze_ends_after_it_was_asked_for_and_within_thirty_days(until: int) -> None:
    assert malformed(command(order(), Op.SNOOZE, args=Args(until=until))) is Malformed.UNTIL_WRONG
    assert malformed(command(order(), Op.SNOOZE, args=Args(until=NOW + SNOOZE_AT_MOST_MS))) is None


@pytest.mark.parametrize("op", [Op.NOTE, Op.INTERCEPT])
def test_a_note_of_more_than_a_thousand_characters_is_too_long(op: Op) -> None:
    assert malformed(command(order(), op, args=Args(note="记" * NOTE_AT_MOST))) is None
    assert malformed(command(order(), op, args=Args(note="记" * (NOTE_AT_MOST + 1)))) is Malformed.NOTE_TOO_LONG


def test_a_note_of_blanks_says_nothing() -> None:
    assert malformed(command(order(), Op.NOTE, args=Args(note=" \n"))) is Malformed.NOTE_MISSING


@pytest.mark.parametrize("args", [Args(decides=CommandKey("k")), Args(decision=Decision.KEPT)])
def test_a_decision_says_what_was_decided_and_about_what(args: Args) -> None:
    assert malformed(command(order(), Op.DECIDE, args=args)) is Malformed.DECISION_MISSING


def test_a_target_is_a_warehouse_or_a_carrier() -> None:
    warehouse, carrier = Target(kind="warehouse", id="W"), Target(kind="carrier", id="C")
    assert (warehouse.warehouse, warehouse.carrier) == ("W", None)
    assert (carrier.warehouse, carrier.carrier) == (None, "C")


def test_an_order_tells_its_tail_its_open_exceptions_and_whether_it_is_held() -> None:
    solved = exception(Reason.FRAUD, "e2", resolved_at=5)
    it = stopped(number="SO20261122004712")
    both = order(exceptions=(*it.exceptions, solved), holds=it.holds, status=Status.PACKED)
    assert both.tail == "4712"
    assert both.open_exceptions == it.exceptions
    assert both.is_held
    assert not order().is_held


def test_people_give_reasons_that_the_central_does_not_raise() -> None:
    assert set(Reason) - set(EXCEPTION_KINDS) == {Reason.DAMAGED, Reason.FRAUD, Reason.URGENT, Reason.OTHER}
