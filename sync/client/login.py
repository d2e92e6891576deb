"""Who is signed in, and with which token? Badge and PIN online, an Argon2id verifier with a lease offline."""

import logging
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from sync.domain.permissions import User
from sync.errors import (
    Answered,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    NotSignedIn,
    SignInRefused,
    StoreError,
    WrongServer,
)
from sync.wire.codec import decode, encode
from sync.wire.messages import BadgeGrant, RefreshGrant, Session, SessionRequest
from sync.wire.problems import Kind

_log = logging.getLogger(__name__)
LEASE_MS = 72 * 3600 * 1000
"""How long a person may sign in without the central after the last time with it."""
ACCESS_MS = 15 * 60 * 1000
"""The longest life of an access token by the contract."""
RENEW_BEFORE_MS = 60 * 1000
_ENDS_THE_SESSION = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class Sessions(Protocol):
    """The two calls of the central that make and renew a session."""

    def session(self, request: SessionRequest) -> Session: ...
    def end_session(self, token: str) -> None: ...


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


class Login:
    """The signed-in person of this workstation. Thread-safe; network only in ``sign_in`` and ``token``."""

    def __init__(
        self,
        sessions: Sessions,
        facts: Facts,
        device: str,
        now: Callable[[], int],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._sessions = sessions
        self._facts = facts
        self._device = device
        self._now = now
        self._hasher = hasher or PasswordHasher()
        self._lock = threading.RLock()
        self._user: User | None = None
        self._session: Session | None = None
        self._until = 0
        self._grant: BadgeGrant | None = None

    @property
    def user(self) -> User | None:
        return self._user

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        """The person of this badge; raises SignInRefused, WrongServer, CertificateRefused, CentralUnreachable."""
        grant = BadgeGrant(badge=badge.strip(), pin=pin, device=self._device, language=language)
        with self._lock:
            try:
                session = self._open(grant)
            except (WrongServer, CertificateRefused):
                raise
            except CentralUnreachable:
                user = self._verified(grant)
                self._user, self._session, self._grant = user, None, grant
                return user
            self._begin(session)
            self._remember(grant, session.user)
            return session.user

    def sign_out(self) -> None:
        """Forget the person; tells the central when it can be reached."""
        with self._lock:
            session, self._user, self._session, self._grant = self._session, None, None, None
        if session is not None:
            try:
                self._sessions.end_session(session.access_token)
            except (CentralUnreachable, Answered, MalformedAnswer):
                return  # the token ends by itself within fifteen minutes

    def token(self, of: User | None = None) -> str:
        """A valid access token, renewed when about to end; raises NotSignedIn when a PIN must be given again.

        With ``of`` also when that is not, or no longer, the person who is signed in, in just that role and scope.
        """
        with self._lock:
            session = self._session or self._reopen()
            if self._until - self._now() < RENEW_BEFORE_MS:
                session = self._renewed(session)
            if of is not None and of != self._user:
                raise NotSignedIn(f"{of.name} is not signed in any more")
            return session.access_token

    def renew(self, refused: str) -> None:
        """After a 401: one refresh, unless another thread renewed in the meantime; raises NotSignedIn."""
        with self._lock:
            if self._session is not None and self._session.access_token == refused:
                self._renewed(self._session)

    def _renewed(self, session: Session) -> Session:
        """The session that follows; role and scope may have changed. A central that is only busy ends nothing."""
        request = RefreshGrant(refresh_token=session.refresh_token, device=self._device)
        try:
            fresh = self._sessions.session(request)
        except Answered as answer:
            if answer.problem.status not in _ENDS_THE_SESSION:
                raise
            self._session = None
            raise NotSignedIn("the session has ended; sign in again") from answer
        self._begin(fresh)
        return fresh

    def _begin(self, session: Session) -> None:
        """Work under this session. One that seems to be over at birth shows that a clock is wrong, not the session."""
        now = self._now()
        late = session.expires_at - now < 2 * RENEW_BEFORE_MS
        self._until = now + ACCESS_MS if late else session.expires_at
        self._user, self._session, self._grant = session.user, session, None

    def _reopen(self) -> Session:
        if self._grant is None:
            raise NotSignedIn("nobody is signed in")
        try:
            session = self._open(self._grant)
        except SignInRefused as refused:
            self._grant = None
            raise NotSignedIn(str(refused)) from refused
        self._remember(self._grant, session.user)
        self._begin(session)
        return session

    def _open(self, grant: BadgeGrant) -> Session:
        try:
            return self._sessions.session(grant)
        except Answered as answer:
            if answer.problem.type in {Kind.BAD_CREDENTIALS.uri, Kind.TOO_MANY.uri, Kind.MALFORMED.uri}:
                raise SignInRefused(answer.problem.detail or answer.problem.title) from answer
            if answer.problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise CentralUnreachable(str(answer), answer.retry_after) from answer
            raise

    def _remember(self, grant: BadgeGrant, user: User) -> None:
        now = self._now()
        verifier = Verifier(hash=self._hasher.hash(grant.pin), user=user, issued_at=now, until=now + LEASE_MS)
        try:
            self._facts.put_fact(f"verifier:{grant.badge}", encode(verifier).decode())
        except StoreError as fault:
            _log.warning("this badge cannot sign in offline: %s", fault)

    def _verified(self, grant: BadgeGrant) -> User:
        stored = self._facts.get_fact(f"verifier:{grant.badge}")
        if stored is None:
            raise CentralUnreachable("the central cannot be reached, and this badge was never used here")
        verifier = decode(stored, Verifier)
        if not verifier.issued_at <= self._now() < verifier.until:
            raise CentralUnreachable("the central cannot be reached, and the offline lease of this badge has ended")
        try:
            self._hasher.verify(verifier.hash, grant.pin)
        except (Argon2Error, InvalidHashError) as wrong:
            raise SignInRefused("badge or PIN is wrong") from wrong
        return verifier.user
