"""Is the right person signed in, under a token that is theirs, with and without the central?"""

import threading

import msgspec
import pytest

from sync.client.lease import LEASE_MS
from sync.client.login import Login
from sync.domain.permissions import Role, User
from sync.errors import (
    Answered,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    NoLease,
    NotSignedIn,
    SignInRefused,
    StoreFull,
    WrongServer,
)
from sync.wire.messages import Session, SessionRequest
from sync.wire.problems import Kind
from tests.fakes import Clock, FakeCentral, Fault, problem
from tests.sync.samples import LI, MEI
from tests.sync.site import QUICK

MINUTE = 60 * 1000


class Facts(dict[str, str]):
    """A durable place that is only a dictionary."""

    def get_fact(self, name: str) -> str | None:
        return self.get(name)

    def put_fact(self, name: str, value: str) -> None:
        self[name] = value


class FullFacts(Facts):
    def put_fact(self, name: str, value: str) -> None:
        raise StoreFull(f"no room for {name} = {value}")


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def login(central: FakeCentral, facts: Facts, clock: Clock) -> Login:
    return Login(central, facts, "desk-1", clock, QUICK)


def offline(central: FakeCentral, calls: int = 50) -> None:
    central.faults.extend([Fault.LOST_REQUEST] * calls)


def sign_in(login: Login, user: User = LI, pin: str = "4712") -> User:
    return login.sign_in(user.id, pin, "zh")


class Failing:
    """A central that answers every session request with one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def session(self, request: SessionRequest) -> Session:
        self.asked = request
        raise self._error

    def end_session(self, token: str) -> None:
        self.ended = token
        raise self._error


class TestOnline:
    def test_badge_and_pin_sign_in(self, login: Login, central: FakeCentral) -> None:
        assert sign_in(login) == LI
        assert login.user == LI
        assert central.tokens[login.token()] == LI.id

    def test_a_badge_with_blanks_around_it_is_the_badge(self, login: Login) -> None:
        assert login.sign_in(f"  {LI.id}\n", "4712", "zh") == LI

    def test_a_wrong_pin_is_refused_and_whoever_was_there_stays(self, login: Login) -> None:
        sign_in(login)
        with pytest.raises(SignInRefused):
            sign_in(login, MEI, "0000")
        assert login.user == LI

    @pytest.mark.parametrize("kind", [Kind.TOO_MANY, Kind.MALFORMED, Kind.BAD_CREDENTIALS])
    def test_what_only_the_person_can_mend_is_a_refusal(self, facts: Facts, clock: Clock, kind: Kind) -> None:
        login = Login(Failing(Answered(problem(kind))), facts, "desk-1", clock, QUICK)
        with pytest.raises(SignInRefused):
            sign_in(login)

    def test_a_client_too_old_is_told_as_it_is(self, facts: Facts, clock: Clock) -> None:
        login = Login(Failing(Answered(problem(Kind.CLIENT_TOO_OLD))), facts, "desk-1", clock, QUICK)
        with pytest.raises(Answered):
            sign_in(login)

    def test_the_pin_is_not_kept(self, login: Login, facts: Facts) -> None:
        sign_in(login)
        assert "4712" not in str(facts)
        assert "$argon2id$" in facts[f"verifier:{LI.id}"]

    def test_a_full_disk_does_not_keep_anybody_out(self, central: FakeCentral, clock: Clock) -> None:
        assert sign_in(Login(central, FullFacts(), "desk-1", clock, QUICK)) == LI


class TestTokens:
    def test_nobody_has_no_token(self, login: Login) -> None:
        with pytest.raises(NotSignedIn):
            login.token()

    def test_a_token_is_used_until_it_is_about_to_end_then_renewed_once(
        self, login: Login, central: FakeCentral, clock: Clock
    ) -> None:
        sign_in(login)
        first = login.token()
        clock.forward(13 * MINUTE)
        assert login.token() == first
        clock.forward(90 * 1000)
        second = login.token()
        assert second != first
        assert login.token() == second
        assert central.calls.count("session") == 2

    @pytest.mark.parametrize("skew", [-24 * 60 * MINUTE, 24 * 60 * MINUTE])
    def test_a_clock_that_is_a_day_wrong_does_not_renew_at_every_call(
        self, central: FakeCentral, facts: Facts, clock: Clock, skew: int
    ) -> None:
        login = Login(central, facts, "desk-1", lambda: clock() + skew, QUICK)
        sign_in(login)
        assert {login.token() for _ in range(10)} == {login.token()}
        assert central.calls.count("session") == 1

    def test_a_refused_token_is_renewed_once_however_many_saw_it(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        refused = login.token()
        login.renew(refused)
        fresh = login.token()
        login.renew(refused)  # another thread met the same 401
        assert login.token() == fresh != refused
        assert central.calls.count("session") == 2

    def test_a_session_that_has_ended_asks_for_the_pin_and_keeps_the_person(
        self, login: Login, central: FakeCentral
    ) -> None:
        sign_in(login)
        central.refreshes.clear()
        with pytest.raises(NotSignedIn):
            login.renew(login.token())
        assert login.user == LI
        with pytest.raises(NotSignedIn):
            login.token()
        sign_in(login)
        assert login.token()

    @pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.LOST_REQUEST, Fault.CUT_ANSWER])
    def test_a_fault_during_the_refresh_ends_nothing(self, login: Login, central: FakeCentral, fault: Fault) -> None:
        sign_in(login)
        central.faults.append(fault)
        with pytest.raises((Answered, CentralUnreachable, MalformedAnswer)):
            login.renew(login.token())
        login.renew(login.token())
        assert central.calls.count("session") == 3

    def test_a_refresh_may_change_role_and_scope(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        promoted = msgspec.structs.replace(LI, role=Role.SUPERVISOR)
        central.people[LI.id] = promoted
        login.renew(login.token())
        assert login.user == promoted

    def test_a_token_is_only_given_for_the_person_it_is_for(self, login: Login) -> None:
        sign_in(login)
        assert login.token(LI)
        with pytest.raises(NotSignedIn):
            login.token(MEI)
        sign_in(login, MEI)
        with pytest.raises(NotSignedIn):
            login.token(LI)

    def test_threads_that_need_a_new_token_at_once_renew_once(
        self, login: Login, central: FakeCentral, clock: Clock
    ) -> None:
        sign_in(login)
        clock.forward(15 * MINUTE)
        got: list[str] = []
        threads = [threading.Thread(target=lambda: got.append(login.token())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(got)) == 1
        assert central.calls.count("session") == 2


class TestOffline:
    def test_a_badge_that_was_here_before_signs_in_without_the_central(
        self, login: Login, central: FakeCentral, facts: Facts, clock: Clock
    ) -> None:
        sign_in(login)
        offline(central)
        again = Login(central, facts, "desk-1", clock, QUICK)  # after a restart
        assert sign_in(again) == LI
        with pytest.raises(CentralUnreachable):
            again.token()
        central.faults.clear()
        assert central.tokens[again.token()] == LI.id

    def test_a_busy_central_is_as_good_as_none(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        central.faults.append(Fault.UNAVAILABLE)
        assert sign_in(login) == LI

    def test_a_wrong_pin_is_refused_offline_too(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        offline(central)
        with pytest.raises(SignInRefused):
            sign_in(login, pin="0000")

    def test_an_unknown_badge_cannot_sign_in_offline(self, login: Login, central: FakeCentral) -> None:
        offline(central)
        with pytest.raises(NoLease, match="no offline lease here"):
            sign_in(login)

    @pytest.mark.parametrize("ms", [LEASE_MS, LEASE_MS + 1, -1])
    def test_the_lease_ends_and_a_clock_set_back_does_not_stretch_it(
        self, login: Login, central: FakeCentral, clock: Clock, ms: int
    ) -> None:
        sign_in(login)
        offline(central)
        clock.forward(ms)
        with pytest.raises(NoLease, match="has ended"):
            sign_in(login)

    def test_the_lease_holds_to_its_last_moment(self, login: Login, central: FakeCentral, clock: Clock) -> None:
        sign_in(login)
        offline(central)
        clock.forward(LEASE_MS - 1)
        assert sign_in(login) == LI

    def test_a_pin_that_the_central_refuses_later_must_be_given_again(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        central.faults.append(Fault.LOST_REQUEST)
        sign_in(login)
        central.pin = "9999"
        with pytest.raises(NotSignedIn):
            login.token()
        assert login.user == LI
        central.pin = "4712"
        with pytest.raises(NotSignedIn):
            login.token()  # a refused PIN is not tried again

    @pytest.mark.parametrize("error", [WrongServer("a web site"), CertificateRefused("expired")])
    def test_a_wrong_server_is_told_and_not_taken_for_no_network(
        self, login: Login, facts: Facts, clock: Clock, error: CentralUnreachable
    ) -> None:
        sign_in(login)
        with pytest.raises(type(error)):
            sign_in(Login(Failing(error), facts, "desk-1", clock, QUICK))

    @pytest.mark.parametrize("broken", ["$argon2id$broken", "", "x"])
    def test_a_broken_verifier_refuses(self, login: Login, central: FakeCentral, facts: Facts, broken: str) -> None:
        sign_in(login)
        name = f"verifier:{LI.id}"
        stored = msgspec.json.decode(facts[name])
        facts[name] = msgspec.json.encode(stored | {"hash": broken}).decode()
        offline(central)
        with pytest.raises(SignInRefused):
            sign_in(login)


class TestSigningOut:
    def test_the_central_is_told(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        login.sign_out()
        assert login.user is None
        assert central.tokens == {}
        with pytest.raises(NotSignedIn):
            login.token()

    @pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.UNAVAILABLE, Fault.CUT_ANSWER])
    def test_it_works_without_the_central(self, login: Login, central: FakeCentral, fault: Fault) -> None:
        sign_in(login)
        central.faults.append(fault)
        login.sign_out()
        assert login.user is None

    def test_nobody_can_sign_out_too(self, login: Login, central: FakeCentral) -> None:
        login.sign_out()
        assert central.calls == []
