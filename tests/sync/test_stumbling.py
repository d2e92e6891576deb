"""A central that answers 500 to one command, for ever: what of all the others?"""

from collections.abc import Sequence

import pytest

from sync.client.backoff import LAST_S
from sync.domain.commands import Command, Decision, Op
from sync.domain.order import CommandKey, Order
from sync.domain.organise import decide_args
from sync.engine import POLL_S
from sync.errors import Answered
from sync.events import Link
from sync.wire.messages import Result, ResultStatus
from sync.wire.problems import Kind
from tests.fakes import FakeCentral, problem
from tests.sync.samples import LI, MEI, ZHANG, order
from tests.sync.site import Site

KEY = CommandKey("01a1ee56-5e00-7000-8000-0000000000aa")


def some(central: FakeCentral, count: int) -> list[Order]:
    return [central.put(order(f"SO2026112200{n:04}")) for n in range(count)]


def for_a_while(site: Site, seconds: float) -> float:
    """Turn the engine, and let pass what it waits, until so much has passed; how much that was."""
    passed = 0.0
    for _ in range(2000):
        wait = site.engine.step()
        assert wait is not None
        site.clock.forward(int(wait * 1000))
        passed += wait
        if passed >= seconds:
            return passed
    raise AssertionError(f"{passed:.1f} s in 2000 steps: it does not pause")


def alone(central: FakeCentral) -> list[CommandKey]:
    """What was tried alone and stumbled over, in this order."""
    return [commands[0].key for commands in central.stumbled if len(commands) == 1]


def test_all_others_are_done(site: Site, central: FakeCentral) -> None:
    them = some(central, 9)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over.add(keys[4])
    for_a_while(site, 10)
    assert central.effects == dict.fromkeys(set(keys) - {keys[4]}, 1)
    central.stumbles_over.clear()
    for_a_while(site, LAST_S)
    assert central.effects == dict.fromkeys(keys, 1)


def test_it_is_told_as_what_it_is(site: Site, central: FakeCentral) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    for_a_while(site, 5)
    told = site.engine.connection
    assert (told.link, told.unsent) == (Link.STUMBLING, 1)
    site.sign_in(MEI)
    site.engine.step()
    assert site.links[-1] is Link.ONLINE  # it is nothing of hers
    site.sign_in(LI)
    central.stumbles_over.clear()
    for_a_while(site, LAST_S)
    assert site.links[-2:] == [Link.STUMBLING, Link.ONLINE]


def test_later_commands_on_its_order_wait_for_it(site: Site, central: FakeCentral) -> None:
    it, other = some(central, 2)
    site.works_for(LI)
    first, second, free = site.give(it), site.give(it, Op.REASSIGN), site.give(other)
    central.stumbles_over.add(first)
    for_a_while(site, 10)
    assert central.effects == {free: 1}
    assert [c.key for c in site.outbox.unsettled()] == [first, second]
    central.stumbles_over.clear()
    for_a_while(site, LAST_S)
    assert central.effects[first] == 1
    assert site.outbox.unsent() == 0


def test_a_decisions_record_keeps_nothing_of_its_order_waiting(site: Site, central: FakeCentral) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    record = site.give(it, Op.DECIDE, reason=None, args=decide_args(KEY, Decision.KEPT, None))
    central.stumbles_over.add(record)
    given = site.give(it)
    for_a_while(site, 10)
    assert central.effects == {given: 1}


def test_the_central_is_listened_to_meanwhile_as_often_as_ever(site: Site, central: FakeCentral) -> None:
    it, elsewhere = some(central, 2)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    for_a_while(site, 300)  # by now it is tried once a minute at most
    central.change(elsewhere.id, total=1)
    for_a_while(site, POLL_S)
    shown = site.cache.order(elsewhere.id)
    assert shown is not None
    assert shown.total == 1


def test_what_comes_later_is_sent_at_once_and_it_is_not_tried_again_for_that(site: Site, central: FakeCentral) -> None:
    it, *others = some(central, 9)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    for_a_while(site, 300)
    tried = len(central.stumbled)
    for other in others:
        new = site.give(other)
        site.engine.step()
        assert central.effects[new] == 1
    assert len(central.stumbled) <= tried + 1


def test_each_pause_is_longer_up_to_a_minute(site: Site, central: FakeCentral) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    passed = for_a_while(site, 3600)
    tried = len(alone(central))
    assert passed / LAST_S < tried < 2.5 * passed / LAST_S + 10  # half a minute on the average


def test_a_busy_feed_takes_no_pause_from_it_and_it_none_from_the_others(site: Site, central: FakeCentral) -> None:
    it, other, elsewhere = some(central, 3)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    site.engine.step()
    central.stumbles_over.clear()
    given = site.give(other)
    for n in range(1, 30):
        central.change(elsewhere.id, total=n)
        site.engine.step()
        site.clock.forward(100)
    assert given in central.effects
    assert site.outbox.unsent() == 0


def test_many_of_them_are_told_apart_from_one_good_one_in_minutes(site: Site, central: FakeCentral) -> None:
    *bad, good = some(central, 41)
    site.works_for(LI)
    central.stumbles_over |= {site.give(it) for it in bad}
    given = site.give(good)
    passed = 0.0
    while not central.effects:
        passed += for_a_while(site, 1)
    assert central.effects == {given: 1}
    assert passed < 120


def test_a_central_that_stumbles_over_everything_is_left_alone_more_and_more(site: Site, central: FakeCentral) -> None:
    them = some(central, 400)
    site.works_for(LI)
    central.stumbles_over |= {site.give(it) for it in them}
    for_a_while(site, 600)
    before = len(central.stumbled)
    for_a_while(site, 600)
    assert len(central.stumbled) - before < 40


def test_several_are_tried_in_turn(site: Site, central: FakeCentral) -> None:
    them = some(central, 5)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over |= {keys[0], keys[2]}
    for_a_while(site, 600)
    assert alone(central)[-4:] in ([keys[0], keys[2]] * 2, [keys[2], keys[0]] * 2)


def test_whoever_says_how_long_to_wait_is_obeyed(
    site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    site.give(it)

    def push(token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
        raise Answered(problem(Kind.INTERNAL), 120)

    monkeypatch.setattr(central, "push", push)
    assert site.engine.step() == 120


def test_other_peoples_commands_go_out_too(site: Site, central: FakeCentral) -> None:
    hers, mine = some(central, 2)
    site.works_for(LI)
    theirs = site.give(hers)
    site.sign_in(MEI)
    central.stumbles_over.add(site.give(mine))
    for_a_while(site, 5)
    assert central.effects == {theirs: 1}
    assert site.agrees()


@pytest.mark.parametrize("whose", [0, 1])
def test_an_absent_persons_holds_up_no_other_absent_persons(site: Site, central: FakeCentral, whose: int) -> None:
    one, *many = some(central, 41)
    site.works_for(LI)
    hers = [site.give(one)]
    site.sign_in(MEI)
    theirs = [site.give(it) for it in many]
    site.sign_in(ZHANG)
    bad = (hers, theirs)[whose][0]
    central.stumbles_over.add(bad)
    for_a_while(site, 30)
    assert central.effects == dict.fromkeys({*hers, *theirs} - {bad}, 1)
    assert len(central.stumbled) < 30
    central.stumbles_over.clear()
    for_a_while(site, LAST_S)
    assert central.effects == dict.fromkeys([*hers, *theirs], 1)


def test_nobody_pauses_for_somebody_elses(site: Site, central: FakeCentral) -> None:
    it, other = some(central, 2)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    site.engine.step()
    site.sign_in(MEI)
    given = site.give(other)
    site.engine.step()
    assert central.effects == {given: 1}


def test_a_fate_that_cannot_be_told_holds_up_nothing_else(
    site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, other = some(central, 2)
    site.works_for(LI)
    old = site.give(it)
    site.outbox._connection.execute("UPDATE commands SET epoch = 'before'")
    site.outbox.meet_epoch(central.epoch, 0)
    site.sign_in(MEI)
    theirs = site.give(other)
    site.sign_in(LI)
    honest = central.result

    def result(token: str, key: CommandKey) -> Result:
        raise Answered(problem(Kind.INTERNAL))

    monkeypatch.setattr(central, "result", result)
    for_a_while(site, 10)
    assert central.effects == {theirs: 1}
    monkeypatch.setattr(central, "result", honest)
    for_a_while(site, LAST_S)
    assert central.effects == {theirs: 1, old: 1}


def test_nor_other_orders_of_the_same_person(site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = some(central, 2)
    site.works_for(LI)
    untold, told = site.give(one), site.give(other)
    site.outbox._connection.execute("UPDATE commands SET epoch = 'before'")
    site.outbox.meet_epoch(central.epoch, 0)
    honest, asked = central.result, 0

    def result(token: str, key: CommandKey) -> Result:
        nonlocal asked
        asked += key == untold
        if key == untold:
            raise Answered(problem(Kind.INTERNAL))
        return honest(token, key)

    monkeypatch.setattr(central, "result", result)
    for_a_while(site, 3600)
    assert central.effects == {told: 1}
    assert site.engine.connection.link is Link.STUMBLING
    assert asked < 200


@pytest.mark.parametrize("work_ms", [1, 7, 200])
def test_the_engine_comes_back_to_it_however_long_its_steps_take(
    site: Site, central: FakeCentral, work_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    site.sign_in(MEI)
    site.login.sign_out()
    unsent = site.outbox.unsent

    def slowly() -> int:
        site.clock.forward(work_ms)
        return unsent()

    monkeypatch.setattr(site.outbox, "unsent", slowly)
    for_a_while(site, 600)
    central.stumbles_over.clear()
    while not central.effects:
        wait = site.engine.step()
        assert wait is not None, "it sleeps, and something is unsent"
        site.clock.forward(int(wait * 1000))


def test_a_clock_that_is_set_back_ends_the_pause(site: Site, central: FakeCentral) -> None:
    (it,) = some(central, 1)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    for_a_while(site, 300)
    tried = len(central.stumbled)
    site.clock.forward(-24 * 3600 * 1000)
    site.engine.step()
    assert len(central.stumbled) == tried + 1


def test_it_is_known_for_this_run_only_and_found_again_after_the_next_start(site: Site, central: FakeCentral) -> None:
    *them, other = some(central, 5)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over.add(keys[0])
    for_a_while(site, 10)
    site.restart()
    site.sign_in(LI)
    for_a_while(site, 10)
    later = site.give(other)
    site.engine.step()
    found = site.outbox.find(later)
    assert found is not None
    assert found[1] is not None
    assert found[1].status is ResultStatus.APPLIED
