"""Who is it? Badge and PIN, access and refresh tokens, service tokens; secrets are stored only as hashes."""

import hashlib
import secrets
from collections.abc import Callable, Sequence

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from sync.domain.permissions import User
from sync.server.errors import Answer
from sync.server.storage.base import AccessRow, Account, Failures, RefreshRow, SessionRow, Storage, Writing
from sync.server.texts import LANGUAGES
from sync.wire.messages import BadgeGrant, RefreshGrant, Session
from sync.wire.problems import Kind

ACCESS_MS = 15 * 60 * 1000
REFRESH_MS = 72 * 60 * 60 * 1000
LOST_ANSWER_MS = 30 * 1000
"""How long a used refresh token works once more: its answer may have been lost on the way."""
ATTEMPTS = 5
LOCK_MS = 60 * 1000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind an access token; ``expires_at`` is Unix ms."""

    user: User
    session_id: str
    device: str
    expires_at: int


def new_token() -> str:
    """A secret of 256 bits for a header."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored of a token; tokens are long and random, so a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Identity:
    """Signs people in and out. Blocking: Argon2 takes tens of milliseconds and 64 MiB."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], int],
        tokens: Callable[[], str] = new_token,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """``clock`` gives Unix ms; ``tokens`` gives secrets."""
        self._storage = storage
        self._clock = clock
        self._tokens = tokens
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(tokens())

    def by_badge(self, grant: BadgeGrant) -> Session:
        """Sign in; raises Answer BAD_CREDENTIALS, or TOO_MANY while the badge is locked."""
        self._count_attempt(grant.badge)
        with self._storage.read() as reading:
            account = reading.account(grant.badge)
        if not self._fits(account, grant.pin) or account is None or not account.active:
            raise Answer(Kind.BAD_CREDENTIALS)
        session = SessionRow(
            id=self._tokens(),
            user_id=account.user.id,
            device=grant.device,
            language=grant.language if grant.language in LANGUAGES else account.user.language,
            started_at=self._clock(),
        )
        with self._storage.write() as writing:
            writing.keep_failures(grant.badge, None)
            writing.start_session(session)
            return self._issue(writing, session, account)

    def _count_attempt(self, badge: str) -> None:
        """Count before the PIN is looked at, so that guesses in parallel count too; success forgets the count."""
        now = self._clock()
        with self._storage.write() as writing:
            before = writing.failures(badge)
            count = before.count if before is not None and before.until > now else 0
            locked_for = before.until - now if before is not None and count >= ATTEMPTS else 0
            if not locked_for:
                writing.keep_failures(badge, Failures(count=count + 1, until=now + LOCK_MS))
        if locked_for:
            seconds = -(-locked_for // 1000)
            raise Answer(Kind.TOO_MANY, "badge_locked", retry_after=seconds, seconds=str(seconds))

    def _fits(self, account: Account | None, pin: str) -> bool:
        """Whether the PIN is right; takes as long for an unknown badge."""
        try:
            return self._hasher.verify(self._nobody if account is None else account.pin_hash, pin)
        except (VerifyMismatchError, InvalidHashError):
            return False

    def by_refresh(self, grant: RefreshGrant) -> Session:
        """Trade a refresh token in; raises Answer SIGN_IN_AGAIN. One used twice ends its session: it was stolen."""
        now, token = self._clock(), hashed(grant.refresh_token)
        with self._storage.write() as writing:
            row = writing.refresh(token)
            if row is not None and self._is_stolen(row, now):
                writing.end_session(row.session.id, now)
                row = None
            if row is not None and self._is_alive(row, grant, now):
                writing.use_refresh(token, now)
                return self._issue(writing, row.session, row.account)
        raise Answer(Kind.SIGN_IN_AGAIN)

    @staticmethod
    def _is_stolen(row: RefreshRow, now: int) -> bool:
        return row.used_at is not None and now - row.used_at > LOST_ANSWER_MS

    @staticmethod
    def _is_alive(row: RefreshRow, grant: RefreshGrant, now: int) -> bool:
        return (
            row.expires_at > now
            and row.session.ended_at is None
            and row.session.device == grant.device
            and row.account.active
        )

    def _issue(self, writing: Writing, session: SessionRow, account: Account) -> Session:
        access, refresh, now = self._tokens(), self._tokens(), self._clock()
        writing.keep_access(hashed(access), session.id, now + ACCESS_MS)
        writing.keep_refresh(hashed(refresh), session.id, now + REFRESH_MS)
        return Session(
            access_token=access,
            refresh_token=refresh,
            expires_at=now + ACCESS_MS,
            user=msgspec.structs.replace(account.user, language=session.language),
        )

    def end(self, session_id: str) -> None:
        """Sign out: no token of this session works any more."""
        with self._storage.write() as writing:
            writing.end_session(session_id, self._clock())

    def callers(self, tokens: Sequence[str]) -> dict[str, Caller | None]:
        """Who holds these access tokens; None where one is unknown, expired, signed out or the account is closed."""
        hashes = {token: hashed(token) for token in tokens}
        with self._storage.read() as reading:
            rows = reading.accesses(tuple(hashes.values()))
        now = self._clock()
        return {token: _caller(rows.get(mark), now) for token, mark in hashes.items()}

    def source(self, token: str) -> str | None:
        """Which source holds this service token."""
        with self._storage.read() as reading:
            return reading.source_of(hashed(token))

    def add_service_token(self, source: str) -> str:
        """A new token for a source; it is shown once and stored hashed."""
        token = self._tokens()
        with self._storage.write() as writing:
            writing.keep_service_token(hashed(token), source, self._clock())
        return token

    def add_account(self, user: User, badge: str, pin: str) -> None:
        """Create or change someone who may sign in."""
        account = Account(user=user, badge=badge, pin_hash=self._hasher.hash(pin))
        with self._storage.write() as writing:
            writing.keep_account(account)


def _caller(row: AccessRow | None, now: int) -> Caller | None:
    if row is None or row.expires_at <= now or row.session.ended_at is not None or not row.account.active:
        return None
    return Caller(
        user=msgspec.structs.replace(row.account.user, language=row.session.language),
        session_id=row.session.id,
        device=row.session.device,
        expires_at=row.expires_at,
    )
