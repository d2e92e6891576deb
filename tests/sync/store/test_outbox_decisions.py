"""Are many commands stored whole or not at all, and is every decision on record with what it led to?"""

import pytest

from sync.store.outbox import Draft, Outbox
from sync.wire.messages import ResultStatus
from tests.fakes import Clock
from tests.sync.samples import LI, MEI, command
from tests.sync.store.test_outbox import FIRST, SECOND, THIRD, answer, give, numbered


class TestManyAtOnce:
    def test_all_are_stored_in_their_order_with_numbers_in_a_row(self, outbox: Outbox) -> None:
        give(outbox, FIRST)
        wishes = [command(of) for of in (SECOND, THIRD)]
        stored = outbox.add_all([Draft(numbered(wish), SECOND) for wish in wishes])
        assert [(c.key, c.n) for c in stored] == [(wishes[0].key, 2), (wishes[1].key, 3)]
        assert outbox.unsettled()[1:] == stored

    def test_one_that_cannot_be_stored_keeps_all_of_them_out(self, outbox: Outbox) -> None:
        sent = give(outbox, FIRST)
        with pytest.raises(Exception, match="UNIQUE"):
            outbox.add_all([Draft(numbered(command(SECOND)), None), Draft(numbered(sent), None)])
        assert [c.key for c in outbox.unsettled()] == [sent.key]


class TestRecordOfDecisions:
    def test_names_who_decided_what_and_when_newest_first(self, outbox: Outbox, clock: Clock) -> None:
        one, two, done = give(outbox, FIRST), give(outbox, SECOND), give(outbox, THIRD)
        outbox.settle([answer(c, ResultStatus.CONFLICT) for c in (one, two)] + [answer(done)])
        outbox.decide(two.key, "kept", LI.id)
        clock.forward(1000)
        outbox.decide(one.key, "retried", MEI.id)
        told = [(s.command.key, s.decision, s.decided_by, s.decided_at) for s in outbox.decided(10)]
        assert told == [(one.key, "retried", MEI.id, clock.now), (two.key, "kept", LI.id, clock.now - 1000)]
        assert [s.command.key for s in outbox.decided(1)] == [one.key]

    def test_a_decision_and_its_command_are_stored_together_or_not_at_all(self, outbox: Outbox) -> None:
        refused = give(outbox, FIRST)
        outbox.settle([answer(refused, ResultStatus.CONFLICT)])
        with pytest.raises(Exception, match="UNIQUE"):
            outbox.decide(refused.key, "retried", LI.id, Draft(numbered(refused), FIRST))
        assert [s.command.key for s in outbox.attention()] == [refused.key]
        again = command(FIRST)
        assert outbox.decide(refused.key, "retried", LI.id, Draft(numbered(again), FIRST))
        assert not outbox.decide(refused.key, "retried", LI.id, Draft(numbered(command(FIRST)), FIRST))
        assert [c.key for c in outbox.unsettled()] == [again.key]

    def test_what_waits_behind_a_conflict_is_known_and_whether_it_can_still_be_done(self, outbox: Outbox) -> None:
        refused, done = give(outbox, FIRST), give(outbox, SECOND)
        behind = give(outbox, FIRST)
        give(outbox, SECOND)
        assert outbox.held_back() == ()
        outbox.settle([answer(refused, ResultStatus.CONFLICT), answer(done)])
        assert outbox.held_back() == (behind,)
        keys = [refused.key, done.key, behind.key, command(FIRST).key]
        assert outbox.left_at(keys) == {done.key: 2, behind.key: None}
        assert outbox.left_at([]) == {}
        outbox.decide(refused.key, "kept", LI.id)
        assert outbox.held_back() == ()
