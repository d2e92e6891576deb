"""Who may sign in without the central? Those whom it has not refused since, and who do not guess."""

import pytest

from sync.client.lease import LEASE_MS, LOCK_MS, LONGEST_LOCK_MS
from sync.client.login import Login
from sync.errors import Answered, NoLease, SignInLocked, SignInRefused, WorkstationRevoked
from sync.wire.problems import Kind
from tests.fakes import Clock, FakeCentral, problem
from tests.sync.client.test_login import MINUTE, Facts, Failing, facts, login, offline, sign_in
from tests.sync.samples import LI, MEI
from tests.sync.site import QUICK

__all__ = ["facts", "login"]


class TestWhatTheCentralSaidLast:
    def test_what_the_central_has_refused_opens_nothing_here_either(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        central.pin = "9999"  # another PIN now, or the account is closed: the central tells neither
        with pytest.raises(SignInRefused):
            sign_in(login)
        offline(central)
        with pytest.raises(NoLease, match="no offline lease here"):
            sign_in(login)

    def test_a_slip_of_the_finger_online_costs_no_lease(self, login: Login, central: FakeCentral) -> None:
        sign_in(login)
        with pytest.raises(SignInRefused):
            sign_in(login, pin="0000")
        offline(central)
        assert sign_in(login) == LI

    @pytest.mark.parametrize("heard", ["at a sign-in", "at a refresh"])
    def test_a_workstation_that_was_taken_out_of_use_stays_so_without_the_central(
        self, central: FakeCentral, facts: Facts, clock: Clock, heard: str
    ) -> None:
        login = Login(central, facts, "desk-1", clock, QUICK)
        sign_in(login)
        revoking = Failing(Answered(problem(Kind.WORKSTATION_REVOKED)))
        if heard == "at a sign-in":
            told = Login(revoking, facts, "desk-1", clock, QUICK)
            with pytest.raises(WorkstationRevoked):
                sign_in(told)
        else:
            login._renewal._sessions = revoking
            with pytest.raises(WorkstationRevoked):
                login.renew(login.token())
        offline(central)
        again = Login(central, facts, "desk-1", clock, QUICK)
        with pytest.raises(WorkstationRevoked):
            sign_in(again)
        central.faults.clear()
        assert sign_in(again) == LI  # IT allowed it again
        offline(central)
        assert sign_in(Login(central, facts, "desk-1", clock, QUICK)) == LI


class TestGuessingOffline:
    @pytest.fixture
    def away(self, login: Login, central: FakeCentral) -> Login:
        sign_in(login)
        offline(central, 500)
        return login

    def guess(self, login: Login, times: int) -> None:
        for _ in range(times):
            with pytest.raises(SignInRefused) as told:
                sign_in(login, pin="0000")
            assert not isinstance(told.value, SignInLocked)

    def test_five_wrong_pins_lock_the_badge_even_for_the_right_one(self, away: Login, clock: Clock) -> None:
        self.guess(away, 5)
        with pytest.raises(SignInLocked) as told:
            sign_in(away)
        assert told.value.retry_after == LOCK_MS / 1000
        clock.forward(LOCK_MS)
        assert sign_in(away) == LI

    def test_each_further_guess_costs_twice_as_long_up_to_an_hour(self, away: Login, clock: Clock) -> None:
        self.guess(away, 4)
        guesses, began = 4, clock()
        while clock() - began < LEASE_MS - LONGEST_LOCK_MS:
            self.guess(away, 1)
            guesses += 1
            with pytest.raises(SignInLocked) as told:
                sign_in(away)
            assert told.value.retry_after is not None
            clock.forward(int(told.value.retry_after * 1000))
        assert guesses < 90  # of the ten thousand PINs there are, within one lease

    def test_a_restart_or_a_clock_set_back_forgets_no_guess(
        self, away: Login, central: FakeCentral, facts: Facts, clock: Clock
    ) -> None:
        clock.forward(10 * MINUTE)
        self.guess(away, 5)
        again = Login(central, facts, "desk-1", clock, QUICK)
        with pytest.raises(SignInLocked):
            sign_in(again)
        clock.forward(-5 * MINUTE)
        with pytest.raises(SignInLocked):
            sign_in(again)

    def test_the_right_pin_forgets_the_wrong_ones(self, away: Login) -> None:
        self.guess(away, 4)
        assert sign_in(away) == LI
        self.guess(away, 4)
        assert sign_in(away) == LI

    def test_so_does_signing_in_at_the_central(self, away: Login, central: FakeCentral) -> None:
        self.guess(away, 5)
        central.faults.clear()
        assert sign_in(away) == LI
        offline(central)
        assert sign_in(away) == LI

    def test_badges_are_locked_one_by_one(self, login: Login, central: FakeCentral) -> None:
        sign_in(login, MEI)
        sign_in(login)
        offline(central)
        self.guess(login, 5)
        assert sign_in(login, MEI) == MEI
