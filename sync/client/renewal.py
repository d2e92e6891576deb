"""How does a session go on? By a refresh token that is used up each time, and kept for a restart of the program."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple, Protocol

from sync.domain.order import UserId
from sync.errors import Answered, NotSignedIn, WorkstationRevoked
from sync.wire.messages import RefreshGrant, Session, SessionRequest
from sync.wire.problems import Kind

ACCESS_MS = 15 * 60 * 1000
"""The longest life of an access token by the contract."""
RENEW_BEFORE_MS = 60 * 1000
_ENDS_THE_SESSION = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class Opens(Protocol):
    """The call of the central that makes and renews a session."""

    def session(self, request: SessionRequest) -> Session: ...


class RefreshTokens(Protocol):
    """A place that outlives the program and that nobody else can read. A fault of it is no reason not to work."""

    def find(self, who: UserId, /) -> str | None: ...
    def keep(self, who: UserId, token: str, /) -> None: ...
    def forget(self, who: UserId, /) -> None: ...


class Running(NamedTuple):
    """A session, and until when (Unix ms, by this workstation's clock) its access token is used."""

    session: Session
    until: int


class Renewal:
    """Begins and renews sessions, and keeps the newest refresh token of each person."""

    def __init__(self, sessions: Opens, tokens: RefreshTokens, device: str, now: Callable[[], int]) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._device = device
        self._now = now

    def is_due(self, running: Running) -> bool:
        """Whether the access token is about to end, or the clock was put back since it began."""
        return not RENEW_BEFORE_MS <= running.until - self._now() <= ACCESS_MS

    def begin(self, session: Session) -> Running:
        """Work under this session. One that seems to be over at birth shows that a clock is wrong, not the session."""
        self._tokens.keep(session.user.id, session.refresh_token)
        now = self._now()
        strange = not 2 * RENEW_BEFORE_MS <= session.expires_at - now <= ACCESS_MS
        return Running(session, now + ACCESS_MS if strange else session.expires_at)

    def renew(self, who: UserId, token: str) -> Running:
        """The session that follows; raises NotSignedIn or WorkstationRevoked when it has ended, and what the network
        raises, which ends nothing.
        """
        try:
            fresh = self._sessions.session(RefreshGrant(refresh_token=token, device=self._device))
        except Answered as answer:
            if answer.problem.status not in _ENDS_THE_SESSION:
                raise
            self._tokens.forget(who)
            if answer.problem.type == Kind.WORKSTATION_REVOKED.uri:
                raise WorkstationRevoked(answer.problem.detail or answer.problem.title) from answer
            raise NotSignedIn("the session has ended; sign in again") from answer
        return self.begin(fresh)
