"""Do the commands of people who have left the desk still go out, under their own names and no one else's?"""

from collections.abc import Sequence

import msgspec
import pytest

from sync.domain.commands import Command
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey
from sync.errors import Answered, CentralUnreachable, SyncError
from sync.events import Link
from sync.wire.messages import Meta, RefreshGrant, Result, Session, SessionRequest
from sync.wire.problems import Kind
from tests.fakes import FakeCentral, Fault, problem
from tests.sync.samples import EAST, LI, MEI, SOUTH, order
from tests.sync.site import Site


def given_offline(site: Site, central: FakeCentral) -> CommandKey:
    """Li works, the network goes, and Li asks for something."""
    it = central.put(order())
    site.sign_in(LI)
    site.settle_down()
    return site.give(it)


def refuse_refreshes(central: FakeCentral, monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    honest = central.session

    def refusing(request: SessionRequest) -> Session:
        if isinstance(request, RefreshGrant):
            raise Answered(problem(kind))
        return honest(request)

    monkeypatch.setattr(central, "session", refusing)


def told_under_their_own_name(central: FakeCentral) -> bool:
    return all(command.issued_by == sender for sender, command in central.sent_under)


class TestAfterASwitch:
    def test_each_command_goes_under_its_issuers_token(self, site: Site, central: FakeCentral) -> None:
        other = central.put(order("SO20261122000099"))
        hers = given_offline(site, central)
        site.sign_in(MEI)
        mine = site.give(other)
        site.settle_down()
        assert central.effects == {hers: 1, mine: 1}
        assert {sender for sender, _ in central.sent_under} == {LI.id, MEI.id}
        assert told_under_their_own_name(central)
        assert site.engine.connection.waits_for == ()
        assert site.agrees()

    def test_on_one_order_the_first_goes_first(self, site: Site, central: FakeCentral) -> None:
        it = central.put(order())
        site.sign_in(LI)
        site.settle_down()
        first = site.give(it)
        site.sign_in(MEI)
        second = site.give(it, reason=Reason.FRAUD)
        site.settle_down()
        assert list(central.effects) == [first, second]
        assert told_under_their_own_name(central)

    def test_a_revoked_persons_commands_stay_and_say_for_whom_they_wait(self, site: Site, central: FakeCentral) -> None:
        other = central.put(order("SO20261122000099"))
        hers = given_offline(site, central)
        site.sign_in(MEI)
        for token in [token for token, who in central.tokens.items() if who == LI.id]:
            del central.tokens[token]
        for token in [token for token, who in central.refreshes.items() if who == LI.id]:
            del central.refreshes[token]
        mine = site.give(other)
        site.settle_down()
        assert central.effects == {mine: 1}
        assert site.engine.connection.link is Link.ONLINE
        assert site.engine.connection.unsent == 1
        assert list(site.engine.connection.waits_for) == [LI.name]
        asked = central.calls.count("session")
        site.engine.step()
        assert central.calls.count("session") == asked  # it is not asked for ever
        site.sign_in(LI)
        site.settle_down()
        assert central.effects == {mine: 1, hers: 1}
        assert list(site.engine.connection.waits_for) == []

    def test_a_token_that_ends_is_renewed_for_them(self, site: Site, central: FakeCentral) -> None:
        hers = given_offline(site, central)
        site.sign_in(MEI)
        site.clock.forward(15 * 60 * 1000)
        site.settle_down()
        assert central.effects == {hers: 1}

    def test_a_token_refused_in_mid_session_is_renewed_once(self, site: Site, central: FakeCentral) -> None:
        hers = given_offline(site, central)
        site.sign_in(MEI)
        central.forget_sessions()  # but not the refresh tokens
        site.settle_down()
        assert central.effects == {hers: 1}

    def test_a_fresh_token_that_is_refused_ends_it(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given_offline(site, central)
        site.sign_in(MEI)
        honest = central.push

        def refusing(token: str, commands: object) -> object:
            if central.tokens[token] == LI.id:
                raise Answered(problem(Kind.SIGN_IN_AGAIN))
            return honest(token, commands)  # type: ignore[arg-type]  # handed on as it came

        monkeypatch.setattr(central, "push", refusing)
        site.settle_down()
        assert site.engine.connection.waits_for == (LI.name,)
        assert site.engine.connection.link is Link.ONLINE

    @pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.CUT_ANSWER, Fault.UNAVAILABLE])
    def test_a_fault_on_the_way_ends_nothing(self, site: Site, central: FakeCentral, fault: Fault) -> None:
        hers = given_offline(site, central)
        site.sign_in(MEI)
        site.engine.step()
        central.faults.append(fault)
        for _ in range(3):
            site.settle_down()
        assert central.effects == {hers: 1}

    def test_an_answer_for_another_role_stays_out_of_my_cache(self, site: Site, central: FakeCentral) -> None:
        wide = msgspec.structs.replace(LI, warehouses=(EAST, SOUTH))
        central.people[LI.id] = wide
        it = central.put(order("SO20261122000099", warehouse=SOUTH))
        site.sign_in(wide)
        site.settle_down()
        hers = site.give(it)
        site.sign_in(MEI)
        site.settle_down()
        assert central.effects == {hers: 1}
        assert site.cache.order(it.id) is None
        assert site.agrees()

    def test_a_batch_too_long_for_the_central_is_halved_though_its_issuer_is_gone(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        them = [central.put(order(f"SO2026112200010{n}")) for n in range(5)]
        site.sign_in(LI)
        site.settle_down()
        keys = [site.give(it) for it in them]
        site.sign_in(MEI)
        honest = central.push

        def push(token: str, commands: Sequence[Command]) -> tuple[Result, ...]:
            if len(commands) > 1:
                raise Answered(problem(Kind.TOO_LARGE))
            return honest(token, commands)

        monkeypatch.setattr(central, "push", push)
        site.settle_down()
        assert central.effects == dict.fromkeys(keys, 1)
        assert site.engine.connection.waits_for == ()

    def test_signing_out_ends_it_and_takes_the_token_away(self, site: Site, central: FakeCentral) -> None:
        hers = given_offline(site, central)
        site.login.sign_out()
        assert site.engine.step() is None
        assert central.effects == {}
        assert site.workstation.tokens.find(LI.id) is None
        assert site.engine.connection.waits_for == (LI.name,)
        site.sign_in(LI)
        site.settle_down()
        assert central.effects == {hers: 1}


class TestAfterARestart:
    def test_the_queue_goes_out_before_anybody_signs_in(self, site: Site, central: FakeCentral) -> None:
        hers = given_offline(site, central)
        site.restart()
        assert site.login.user is None
        while site.engine.step() == 0.0:
            pass
        assert central.effects == {hers: 1}
        assert told_under_their_own_name(central)
        assert site.engine.connection.link is Link.SIGNED_OUT
        assert site.engine.connection.unsent == 0

    def test_without_a_network_it_waits_and_tries_again(self, site: Site, central: FakeCentral) -> None:
        hers = given_offline(site, central)
        site.restart()
        central.faults.append(Fault.LOST_REQUEST)
        assert (site.engine.step() or 0) > 0
        while site.engine.step() is not None:
            pass
        assert central.effects == {hers: 1}

    @pytest.mark.parametrize("fault", [Answered(problem(Kind.TOO_MANY), 40.0), CentralUnreachable("no", 40.0)])
    def test_it_comes_again_when_the_central_said_and_not_before(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch, fault: SyncError
    ) -> None:
        given_offline(site, central)

        def busy() -> Meta:
            raise fault

        monkeypatch.setattr(central, "meta", busy)
        site.restart()
        assert (site.engine.step() or 0) >= 40.0

    def test_nothing_goes_to_a_history_that_it_was_not_given_in(self, site: Site, central: FakeCentral) -> None:
        given_offline(site, central)
        site.restart()
        central.restore_from_backup(())
        central.kept_until = site.clock()
        while site.engine.step() == 0.0:
            pass
        assert central.effects == {}

    def test_the_token_is_a_new_one_each_time(self, site: Site, central: FakeCentral) -> None:
        given_offline(site, central)
        before = site.workstation.tokens.find(LI.id)
        site.restart()
        assert site.workstation.tokens.find(LI.id) == before
        site.engine.step()
        assert site.workstation.tokens.find(LI.id) not in {None, before}

    @pytest.mark.parametrize("kind", [Kind.SIGN_IN_AGAIN, Kind.WORKSTATION_REVOKED])
    def test_a_token_that_is_refused_is_thrown_away(
        self, site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch, kind: Kind
    ) -> None:
        given_offline(site, central)
        site.restart()
        refuse_refreshes(central, monkeypatch, kind)
        assert site.engine.step() is None
        assert central.effects == {}
        assert site.workstation.tokens.find(LI.id) is None
        assert site.engine.connection.waits_for == (LI.name,)


def test_a_revoked_workstation_says_so_and_keeps_the_queue(
    site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_offline(site, central)
    central.forget_sessions()
    refuse_refreshes(central, monkeypatch, Kind.WORKSTATION_REVOKED)
    assert site.engine.step() is None
    assert site.engine.connection.link is Link.WORKSTATION_REVOKED
    assert site.engine.connection.unsent == 1
