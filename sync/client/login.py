"""Who is signed in, and with which token? Badge and PIN or a company account online, a verifier with a lease offline.

Whoever was here before keeps a session of their own until they sign out, so that what they asked for still goes out
under their name while somebody else works.
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from argon2 import PasswordHasher

from sync.client.lease import Facts, Lease
from sync.client.renewal import RefreshTokens, Renewal, Running
from sync.domain.order import UserId
from sync.domain.permissions import User
from sync.errors import (
    Answered,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    NotSignedIn,
    ProviderRefused,
    ProxyRefused,
    SignInLocked,
    SignInRefused,
    WorkstationRevoked,
    WrongServer,
)
from sync.wire.messages import BadgeGrant, OidcGrant, Session, SessionRequest
from sync.wire.problems import Kind


class Sessions(Protocol):
    """The two calls of the central that make and renew a session."""

    def session(self, request: SessionRequest) -> Session: ...
    def end_session(self, token: str) -> None: ...


class NoTokens:
    """Keeps no refresh token beyond this run."""

    def find(self, _who: UserId) -> str | None:
        return None

    def keep(self, _who: UserId, _token: str) -> None:
        """Not kept."""

    def forget(self, _who: UserId) -> None:
        """Nothing to forget."""


class Login:
    """The signed-in person of this workstation. Thread-safe; network only in ``sign_in…``, ``token`` and ``absent``."""

    def __init__(
        self,
        sessions: Sessions,
        facts: Facts,
        device: str,
        now: Callable[[], int],
        hasher: PasswordHasher | None = None,
        tokens: RefreshTokens | None = None,
    ) -> None:
        """``tokens`` keeps refresh tokens over a restart."""
        self._sessions = sessions
        self._facts = facts
        self._device = device
        self._hasher = hasher or PasswordHasher()
        self._lease = Lease(facts, lambda: self._hasher, now)
        self._tokens = tokens or NoTokens()
        self._renewal = Renewal(sessions, self._tokens, device, now)
        self._lock = threading.RLock()
        self._user: User | None = None
        self._running: dict[UserId, Running] = {}
        self._ended: set[UserId] = set()
        self._grant: BadgeGrant | None = None

    @property
    def user(self) -> User | None:
        return self._user

    def sign_in(self, badge: str, pin: str, language: str) -> User:
        """The person of this badge; raises SignInRefused, SignInLocked, WorkstationRevoked, CentralUnreachable and
        its kinds.
        """
        grant = BadgeGrant(badge=badge.strip(), pin=pin, device=self._device, language=language)
        with self._lock:
            try:
                session = self._open(grant)
            except (WrongServer, CertificateRefused, ProxyRefused):
                raise
            except CentralUnreachable:
                user = self._lease.person(grant)
                self._running.pop(user.id, None)
                self._user, self._grant = user, grant
                return user
            self._begin(session)
            self._lease.begin(grant, session.user)
            return session.user

    def sign_in_by(self, id_token: str, nonce: str, language: str) -> User:
        """The person whom the company's provider named; there is no PIN, and so no signing in offline by it.

        Raises ProviderRefused where the central does not take the token, else as ``sign_in`` does.
        """
        grant = OidcGrant(id_token=id_token, nonce=nonce, device=self._device, language=language)
        with self._lock:
            try:
                session = self._open(grant)
            except SignInLocked:
                raise
            except SignInRefused as refused:
                raise ProviderRefused(str(refused)) from refused
            self._begin(session)
            return session.user

    def sign_out(self) -> None:
        """Forget the person; tells the central when it can be reached."""
        with self._lock:
            user, self._user, self._grant = self._user, None, None
            running = None if user is None else self._running.pop(user.id, None)
            if user is not None:
                self._tokens.forget(user.id)
                self._ended.add(user.id)
        if running is not None:
            try:
                self._sessions.end_session(running.session.access_token)
            except (CentralUnreachable, Answered, MalformedAnswer):
                return  # the token ends by itself within fifteen minutes

    def token(self, of: User | None = None) -> str:
        """A valid access token, renewed when about to end; raises NotSignedIn when a PIN must be given again.

        With ``of`` also when that is not, or no longer, the person who is signed in, in just that role and scope.
        """
        with self._lock:
            running = self._current() or self._reopen()
            if self._renewal.is_due(running):
                running = self._renewed(running)
            if of is not None and of != self._user:
                raise NotSignedIn(f"{of.name} is not signed in any more")
            return running.session.access_token

    def renew(self, refused: str) -> None:
        """After a 401: one refresh, unless another thread renewed in the meantime; raises NotSignedIn."""
        with self._lock:
            for running in tuple(self._running.values()):
                if running.session.access_token == refused:
                    self._renewed(running)

    # -- people who are not at the desk

    def absent(self, who: UserId) -> tuple[User, str]:
        """A person who is not signed in here, with a valid token of theirs; raises NotSignedIn where there is none
        any more, and what the network raises.
        """
        with self._lock:
            if self.has_ended(who):
                raise NotSignedIn(f"{who} has signed out")
            running = self._running.get(who)
            if running is None:
                kept = self._tokens.find(who)
                if kept is None:
                    self._ended.add(who)
                    raise NotSignedIn(f"{who} is not signed in here")
                running = self._renewed_by(who, kept)
            elif self._renewal.is_due(running):
                running = self._renewed(running)
            return running.session.user, running.session.access_token

    def has_ended(self, who: UserId) -> bool:
        """Whether nothing more can be sent for this person until they sign in again."""
        return who in self._ended

    def end(self, who: UserId) -> None:
        """The central takes no token of this person any more."""
        with self._lock:
            self._running.pop(who, None)
            self._tokens.forget(who)
            self._ended.add(who)

    def name_of(self, who: UserId) -> str:
        """What this person is called, as last heard here."""
        return self._facts.get_fact(f"name:{who}") or who

    # -- sessions

    def _current(self) -> Running | None:
        return None if self._user is None else self._running.get(self._user.id)

    def _renewed(self, running: Running) -> Running:
        return self._renewed_by(running.session.user.id, running.session.refresh_token)

    def _renewed_by(self, who: UserId, token: str) -> Running:
        """The session that follows; role and scope may have changed. A central that is only busy ends nothing."""
        try:
            fresh = self._renewal.renew(who, token)
        except (NotSignedIn, WorkstationRevoked) as ended:
            self._running.pop(who, None)
            self._ended.add(who)
            if isinstance(ended, WorkstationRevoked):
                self._lease.workstation_is(allowed=False)
            raise
        self._running[who] = fresh
        if self._user is not None and self._user.id == who:
            self._user, self._grant = fresh.session.user, None
        return fresh

    def _begin(self, session: Session) -> None:
        user = session.user
        self._running[user.id] = self._renewal.begin(session)
        self._ended.discard(user.id)
        self._user, self._grant = user, None
        self._lease.workstation_is(allowed=True)
        self._lease.keep(f"name:{user.id}", user.name)

    def _reopen(self) -> Running:
        if self._grant is None:
            raise NotSignedIn("nobody is signed in")
        grant = self._grant
        try:
            session = self._open(grant)
        except SignInRefused as refused:
            self._grant = None
            raise NotSignedIn(str(refused)) from refused
        self._lease.begin(grant, session.user)
        self._begin(session)
        return self._running[session.user.id]

    def _open(self, grant: BadgeGrant | OidcGrant) -> Session:
        try:
            return self._sessions.session(grant)
        except Answered as answer:
            kind, said = answer.problem.type, answer.problem.detail or answer.problem.title
            if kind == Kind.TOO_MANY.uri:
                raise SignInLocked(said, answer.retry_after) from answer
            if kind == Kind.WORKSTATION_REVOKED.uri:
                self._lease.workstation_is(allowed=False)
                raise WorkstationRevoked(said) from answer
            if kind == Kind.BAD_CREDENTIALS.uri and isinstance(grant, BadgeGrant):
                self._lease.end(grant)
            if kind in {Kind.BAD_CREDENTIALS.uri, Kind.MALFORMED.uri}:
                raise SignInRefused(said) from answer
            if answer.problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise CentralUnreachable(str(answer), answer.retry_after) from answer
            raise
