"""May this badge be used without the central? Who was here lately may, with the PIN of then, for at most 72 hours.

What the central has said since then counts: a PIN that it refused opens nothing here either, nor does a workstation
that IT took out of use. Guesses are slowed down as the central slows them down, and more with each one.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from sync.domain.permissions import User
from sync.errors import NoLease, SignInLocked, SignInRefused, StoreError, WorkstationRevoked
from sync.wire.codec import decode, encode
from sync.wire.messages import BadgeGrant

_log = logging.getLogger(__name__)
LEASE_MS = 72 * 3600 * 1000
"""How long a person may sign in without the central after the last time with it."""
ATTEMPTS = 5
LOCK_MS = 60 * 1000
LONGEST_LOCK_MS = 3600 * 1000
_REVOKED = "workstation:revoked"


class Facts(Protocol):
    """A durable place for the verifiers."""

    def get_fact(self, name: str) -> str | None: ...
    def put_fact(self, name: str, value: str) -> None: ...


class Verifier(msgspec.Struct, frozen=True, kw_only=True):
    """What proves a PIN without the central. ``until`` is Unix ms; ``issued_at`` guards against a clock set back."""

    hash: str
    user: User
    issued_at: int
    until: int


class Guesses(msgspec.Struct, frozen=True, kw_only=True):
    """Wrong PINs of a badge since the last right one; locked until then (Unix ms)."""

    count: int
    until: int


class Lease:
    """The verifiers of this workstation. A fault of the store keeps nobody from working."""

    def __init__(self, facts: Facts, hasher: Callable[[], PasswordHasher], now: Callable[[], int]) -> None:
        self._facts = facts
        self._hasher = hasher
        self._now = now

    def begin(self, grant: BadgeGrant, user: User) -> None:
        """The central has taken this PIN just now."""
        now = self._now()
        verifier = Verifier(hash=self._hasher().hash(grant.pin), user=user, issued_at=now, until=now + LEASE_MS)
        self.keep(_verifier(grant), encode(verifier).decode())
        self._forgive(grant)

    def end(self, grant: BadgeGrant) -> None:
        """The central has refused it: if it is the one of before, the account is closed or the PIN another now."""
        verifier = self._verifier(grant)
        if verifier is not None and self._fits(verifier, grant.pin):
            self.keep(_verifier(grant), "")

    def workstation_is(self, *, allowed: bool) -> None:
        """What the central said of this workstation last."""
        told = "" if allowed else "revoked"
        if (self._facts.get_fact(_REVOKED) or "") != told:
            self.keep(_REVOKED, told)

    def person(self, grant: BadgeGrant) -> User:
        """Whose PIN this is; raises NoLease, SignInRefused, SignInLocked, WorkstationRevoked."""
        if self._facts.get_fact(_REVOKED):
            raise WorkstationRevoked("this workstation was taken out of use, and the central cannot be reached")
        verifier = self._verifier(grant)
        if verifier is None:
            raise NoLease("the central cannot be reached, and this badge has no offline lease here")
        if not verifier.issued_at <= self._now() < verifier.until:
            raise NoLease("the central cannot be reached, and the offline lease of this badge has ended")
        self._count(grant)
        if not self._fits(verifier, grant.pin):
            raise SignInRefused("badge or PIN is wrong")
        self._forgive(grant)
        return verifier.user

    def keep(self, name: str, value: str) -> None:
        """Keep it, if there is room."""
        try:
            self._facts.put_fact(name, value)
        except StoreError as fault:
            _log.warning("%s is not kept for the time without the central: %s", name, fault)

    def _verifier(self, grant: BadgeGrant) -> Verifier | None:
        stored = self._facts.get_fact(_verifier(grant))
        return decode(stored, Verifier) if stored else None

    def _fits(self, verifier: Verifier, pin: str) -> bool:
        try:
            return self._hasher().verify(verifier.hash, pin)
        except (Argon2Error, InvalidHashError):
            return False

    def _count(self, grant: BadgeGrant) -> None:
        """Count a try before the PIN is looked at, so that ending the program in between forgets none."""
        now, stored = self._now(), self._facts.get_fact(_guesses(grant))
        before = decode(stored, Guesses) if stored else Guesses(count=0, until=0)
        if before.until > now:
            raise SignInLocked("too many wrong PINs", min(before.until - now, LONGEST_LOCK_MS) / 1000)
        count = before.count + 1
        pause = 0 if count < ATTEMPTS else min(LOCK_MS << min(count - ATTEMPTS, 10), LONGEST_LOCK_MS)
        self.keep(_guesses(grant), encode(Guesses(count=count, until=now + pause)).decode())

    def _forgive(self, grant: BadgeGrant) -> None:
        if self._facts.get_fact(_guesses(grant)):
            self.keep(_guesses(grant), "")


def _verifier(grant: BadgeGrant) -> str:
    return f"verifier:{grant.badge}"


def _guesses(grant: BadgeGrant) -> str:
    return f"guesses:{grant.badge}"
