"""Does the engine work for the person who is signed in, and for nobody else?"""

import msgspec
import pytest

from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.domain.permissions import User
from sync.errors import Answered
from sync.events import Link, UserChanged
from sync.store.listing import ListQuery
from sync.wire.messages import ChangesPage
from sync.wire.problems import Kind
from tests.fakes import FakeCentral, Fault, problem
from tests.sync.samples import EAST, LI, MEI, SOUTH, ZHANG, order, stopped
from tests.sync.site import Site


class SwitchedAfterTheFirstLook:
    """Somebody else signs in just after the engine has looked who it is."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def user(self) -> User | None:
        return self._site.login.user

    def token(self, of: User | None = None) -> str:
        self._site.sign_in(MEI)
        return self._site.login.token(of)

    def renew(self, refused: str) -> None:
        self._site.login.renew(refused)


class TestSigningIn:
    def test_nothing_is_asked_of_the_central_before_somebody_signs_in(self, site: Site, central: FakeCentral) -> None:
        assert site.engine.step() is None
        assert central.calls == []
        assert site.engine.connection.link is Link.SIGNED_OUT

    def test_the_first_sync_fills_the_cache_and_goes_online(self, site: Site, central: FakeCentral) -> None:
        central.put(stopped())
        site.works_for(LI)
        assert site.agrees()
        assert site.links == [Link.CONNECTING, Link.PULLING, Link.ONLINE]

    def test_the_directory_is_kept_for_offline_use(self, site: Site) -> None:
        site.works_for(LI)
        assert EAST in (site.cache.fact("directory") or "")

    def test_an_ended_session_asks_for_the_pin_and_keeps_the_queue(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        central.forget_sessions()
        central.refreshes.clear()
        done = site.give(it)
        assert site.engine.step() is None
        assert site.engine.connection.link is Link.SIGN_IN_AGAIN
        assert site.engine.connection.unsent == 1
        later = site.give(it, reason=Reason.FRAUD)
        assert site.engine.connection.unsent == 1  # told by announce_queue
        site.engine.announce_queue()
        assert site.engine.connection.unsent == 2
        site.works_for(LI)
        assert central.effects == {done: 1, later: 1}

    def test_a_refused_token_is_renewed_once_and_work_goes_on(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        central.forget_sessions()
        done = site.give(it)
        site.settle_down()
        assert central.effects == {done: 1}
        assert central.calls.count("session") == 2

    def test_a_central_that_refuses_even_a_fresh_token_is_not_asked_for_ever(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.works_for(LI)
        honest, refusing = central.changes, True

        def refuses(token: str, cursor: str, limit: int) -> ChangesPage:
            if refusing:
                raise Answered(problem(Kind.SIGN_IN_AGAIN))
            return honest(token, cursor, limit)

        monkeypatch.setattr(central, "changes", refuses)
        before = central.calls.count("session")
        assert [site.engine.step(), site.engine.step()] == [0.0, None]
        assert central.calls.count("session") == before + 1
        refusing = False
        site.works_for(LI)
        assert site.links[-2:] == [Link.SIGN_IN_AGAIN, Link.ONLINE]

    def test_a_refresh_that_is_refused_asks_for_the_pin(self, site: Site, central: FakeCentral) -> None:
        site.works_for(LI)
        central.faults.extend([Fault.SIGN_IN_AGAIN] * 2)  # the feed, and then the refresh
        assert site.engine.step() is None
        assert site.engine.connection.link is Link.SIGN_IN_AGAIN

    def test_a_busy_central_during_the_refresh_does_not_sign_anybody_out(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.works_for(LI)
        done = site.give(it)
        site.clock.forward(15 * 60 * 1000)
        central.faults.append(Fault.UNAVAILABLE)
        assert site.engine.step() == 7.0
        assert site.engine.connection.link is Link.OFFLINE
        site.settle_down()
        assert central.effects == {done: 1}


class TestPeople:
    def test_another_persons_commands_are_never_sent_under_my_token(self, site: Site, central: FakeCentral) -> None:
        it, other = central.put(order()), central.put(order("SO20261122000099"))
        site.works_for(LI)
        central.faults.append(Fault.LOST_REQUEST)
        hers = site.give(it)
        site.engine.step()
        site.login.sign_out()
        site.sign_in(MEI)
        mine = site.give(other)
        site.settle_down()
        assert central.effects == {mine: 1}
        assert site.outbox.waits_for_others(MEI.id) == 1
        site.works_for(LI)
        assert central.effects == {mine: 1, hers: 1}
        assert all(c.issued_by == sender for sender, c in central.sent_under)

    def test_one_two_one_with_restarts_between_and_each_command_goes_out_once_under_its_issuer(
        self, site: Site, central: FakeCentral
    ) -> None:
        turns = [
            (LI, central.put(order())),
            (MEI, central.put(order("SO20261122000098"))),
            (LI, central.put(stopped(number="SO20261122000097"))),
        ]
        site.works_for(LI)
        given = []
        for who, it in turns:
            site.sign_in(who)
            given.append(site.give(it, reason=Reason.FRAUD))
            site.restart()
        assert [c.issued_by for c in site.outbox.unsettled()] == [LI.id, MEI.id, LI.id]
        assert site.outbox.waits_for_others(LI.id) == 1
        site.works_for(LI)
        assert central.effects == dict.fromkeys(given, 1)
        assert all(c.issued_by == sender for sender, c in central.sent_under)
        assert site.agrees()

    def test_a_switch_of_person_between_two_looks_sends_nothing_under_the_wrong_name(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.works_for(LI)
        site.give(it)
        site.engine._identity = SwitchedAfterTheFirstLook(site)
        assert site.engine.step() == 0.0
        assert central.sent_under == []

    def test_orders_of_one_scope_never_land_in_the_cache_of_another(self, site: Site, central: FakeCentral) -> None:
        central.put(order())
        central.put(order("SO20261122000099", warehouse=SOUTH))
        site.works_for(ZHANG)
        assert len(site.cache.ids(ListQuery(view="all"))) == 2
        site.sign_in(LI)
        assert len(site.cache.ids(ListQuery(view="all"))) == 0
        site.settle_down()
        assert len(site.cache.ids(ListQuery(view="all"))) == 1
        assert site.agrees()

    def test_a_role_that_changes_in_mid_session_is_told_and_gets_its_own_cache(
        self, site: Site, central: FakeCentral
    ) -> None:
        it = central.put(order())
        site.works_for(LI)
        wider = msgspec.structs.replace(LI, warehouses=(EAST, SOUTH))
        central.people[LI.id] = wider
        central.put(order("SO20261122000099", warehouse=SOUTH))
        central.forget_sessions()
        done = site.give(it)
        site.settle_down()
        assert UserChanged(wider) in site.events
        assert site.agrees()
        assert len(site.cache.ids(ListQuery(view="all"))) == 2
        assert central.effects == {done: 1}

    def test_a_result_that_comes_late_does_not_turn_an_order_back(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        site.give(it)
        central.faults.append(Fault.LOST_ANSWER)
        site.engine.step()
        site.sign_in(MEI)  # in the same scope, and so with the same cache
        central.change(it.id, status=Status.PICKING)
        site.settle_down()
        site.works_for(LI)
        assert site.outbox.unsent() == 0
        assert site.agrees()

    def test_my_command_waits_behind_somebody_elses_on_the_same_order(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.works_for(LI)
        first = site.give(it)
        site.login.end(LI.id)
        site.sign_in(MEI)
        second = site.give(it, reason=Reason.FRAUD)
        site.settle_down()
        assert central.effects == {}
        for user in (LI, MEI):
            site.works_for(user)
        assert central.effects == {first: 1, second: 1}
