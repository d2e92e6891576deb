"""A central that answers 500 to one command, for ever: what of all the others?"""

import pytest

from sync.domain.commands import Op
from sync.domain.order import CommandKey, Order
from sync.events import Link
from sync.wire.messages import ResultStatus
from tests.fakes import FakeCentral
from tests.sync.samples import LI, MEI, ZHANG, order
from tests.sync.site import Site


def some(central: FakeCentral, count: int) -> list[Order]:
    return [central.put(order(f"SO2026112200{n:04}")) for n in range(count)]


def until_it_rests(site: Site, rests: int) -> list[CommandKey]:
    """Turn the engine until it has waited so many times; what it tried alone and was stumbled over, in this order."""
    for _ in range(200):
        wait = site.engine.step()
        rests -= wait is None or wait > 0
        if not rests:
            return [commands[0].key for commands in site.central.stumbled if len(commands) == 1]
    raise AssertionError("the engine did not come to rest")


def test_all_others_are_done(site: Site, central: FakeCentral) -> None:
    them = some(central, 9)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over.add(keys[4])
    until_it_rests(site, 8)
    assert central.effects == dict.fromkeys(set(keys) - {keys[4]}, 1)
    assert site.engine.connection.link is Link.OFFLINE
    central.stumbles_over.clear()
    site.settle_down()
    assert central.effects == dict.fromkeys(keys, 1)
    assert site.engine.connection.link is Link.ONLINE


def test_later_commands_on_its_order_wait_for_it(site: Site, central: FakeCentral) -> None:
    it, other = some(central, 2)
    site.works_for(LI)
    first, second, free = site.give(it), site.give(it, Op.REASSIGN), site.give(other)
    central.stumbles_over.add(first)
    until_it_rests(site, 6)
    assert central.effects == {free: 1}
    assert site.outbox.unsettled() == tuple(c for c in site.outbox.unsettled() if c.key in {first, second})
    central.stumbles_over.clear()
    site.settle_down()
    assert central.effects[first] == 1


def test_the_central_is_still_listened_to(site: Site, central: FakeCentral) -> None:
    it, elsewhere = some(central, 2)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    until_it_rests(site, 2)
    central.change(elsewhere.id, total=1)
    until_it_rests(site, 1)
    shown = site.cache.order(elsewhere.id)
    assert shown is not None
    assert shown.total == 1


def test_what_comes_later_is_sent_before_it_is_tried_again(site: Site, central: FakeCentral) -> None:
    it, other = some(central, 2)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    until_it_rests(site, 2)
    tried = len(central.stumbled)
    new = site.give(other)
    site.engine.step()
    assert central.effects == {new: 1}
    assert len(central.stumbled) == tried


def test_two_of_them_are_tried_in_turn(site: Site, central: FakeCentral) -> None:
    them = some(central, 5)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over |= {keys[0], keys[2]}
    alone = until_it_rests(site, 12)
    assert alone[-4:] in ([keys[0], keys[2]] * 2, [keys[2], keys[0]] * 2)


def test_there_is_a_pause_after_each(site: Site, central: FakeCentral) -> None:
    it, *others = some(central, 3)
    site.works_for(LI)
    central.stumbles_over.add(site.give(it))
    until_it_rests(site, 1)
    for n, other in enumerate(others, len(central.stumbled) + 1):
        central.change(other.id, total=1)
        until_it_rests(site, 1)
        assert len(central.stumbled) == n


def test_other_peoples_commands_go_out_too(site: Site, central: FakeCentral) -> None:
    hers, mine = some(central, 2)
    site.works_for(LI)
    theirs = site.give(hers)
    site.sign_in(MEI)
    central.stumbles_over.add(site.give(mine))
    until_it_rests(site, 3)
    assert central.effects == {theirs: 1}
    assert site.agrees()


@pytest.mark.parametrize("whose", [0, 1])
def test_an_absent_persons_holds_up_no_other_absent_persons(site: Site, central: FakeCentral, whose: int) -> None:
    one, other = some(central, 2)
    site.works_for(LI)
    keys = [site.give(one)]
    site.sign_in(MEI)
    keys.append(site.give(other))
    site.sign_in(ZHANG)
    central.stumbles_over.add(keys[whose])
    until_it_rests(site, 3)
    assert central.effects == {keys[1 - whose]: 1}
    central.stumbles_over.clear()
    until_it_rests(site, 1)
    assert central.effects == dict.fromkeys(keys, 1)


def test_it_is_known_for_this_run_only_and_found_again_after_the_next_start(site: Site, central: FakeCentral) -> None:
    *them, other = some(central, 5)
    site.works_for(LI)
    keys = [site.give(it) for it in them]
    central.stumbles_over.add(keys[0])
    until_it_rests(site, 6)
    site.restart()
    site.sign_in(LI)
    until_it_rests(site, 2)
    later = site.give(other)
    until_it_rests(site, 1)
    found = site.outbox.find(later)
    assert found is not None
    assert found[1] is not None
    assert found[1].status is ResultStatus.APPLIED
