"""Who is it? Badge and PIN, access and refresh tokens, service tokens; secrets are stored only as hashes."""

import hashlib
import ipaddress
import logging
import secrets
from collections.abc import Callable, Sequence

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from sync.domain.permissions import User
from sync.server.errors import Answer
from sync.server.oidc import NotGenuine, Provider, Verifier
from sync.server.storage.base import (
    AccessEntry,
    AccessRow,
    Account,
    Failures,
    Reading,
    RefreshRow,
    SessionRow,
    Storage,
    Writing,
)
from sync.server.texts import LANGUAGES
from sync.wire.messages import BadgeGrant, OidcGrant, RefreshGrant, Session
from sync.wire.problems import Kind

ACCESS_MS = 15 * 60 * 1000
REFRESH_MS = 72 * 60 * 60 * 1000
LOST_ANSWER_MS = 30 * 1000
"""How long a used refresh token works once more: its answer may have been lost on the way."""
ATTEMPTS = 5
LOCK_MS = 60 * 1000
ADDRESS_FAILURES = 50
"""Failures per address until it is locked: a warehouse's workstations may share one."""
_LONGEST = 200
_log = logging.getLogger(__name__)


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind an access token, of which ``mark`` is the hash; ``expires_at`` is Unix ms."""

    mark: str
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


def _badge(badge: str) -> str:
    """No longer than any badge, so that guesses fill no disk."""
    return f"badge:{badge[:_LONGEST]}"


def _address(address: str) -> str:
    """Of IPv6 the network: whoever has one address there has 2**64."""
    try:
        told = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:{address}"
    if isinstance(told, ipaddress.IPv6Address):
        told = told.ipv4_mapped or ipaddress.IPv6Network((told, 64), strict=False).network_address
    return f"address:{told}"


class Identity:
    """Signs people in and out. Blocking: Argon2 takes tens of milliseconds and 64 MiB."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], int],
        tokens: Callable[[], str] = new_token,
        hasher: PasswordHasher | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        """``clock`` gives Unix ms; ``tokens`` gives secrets; ``verifier`` checks a provider's ID tokens."""
        self._storage = storage
        self._clock = clock
        self._tokens = tokens
        self._hasher = hasher or PasswordHasher()
        self._verifier = verifier
        self._nobody = self._hasher.hash(tokens())

    @property
    def provider(self) -> Provider | None:
        """The OpenID provider whose tokens are taken, if any."""
        return None if self._verifier is None else self._verifier.provider

    def by_badge(self, grant: BadgeGrant, address: str = "") -> Session:
        """Sign in; raises Answer BAD_CREDENTIALS, WORKSTATION_REVOKED, or TOO_MANY while badge or address is locked."""
        self._let_try(address)
        self._count_attempt(grant.badge)
        with self._storage.read() as reading:
            account = reading.account(grant.badge)
        if not self._fits(account, grant.pin) or account is None or not account.active:
            raise self._refused(Kind.BAD_CREDENTIALS, grant.badge, grant.device, address)
        return self._begin(account, grant.device, grant.language, address, "badge")

    def by_id_token(self, grant: OidcGrant, address: str = "") -> Session:
        """Sign in by a provider's ID token, once; raises as ``by_badge`` does, or ProviderUnavailable."""
        self._let_try(address)
        if self._verifier is None:
            raise Answer(Kind.BAD_CREDENTIALS, "no_single_sign_on")
        try:
            proven = self._verifier.proven(grant.id_token, grant.nonce)
        except NotGenuine as wrong:
            _log.warning("an ID token was refused: %s", wrong)
            raise self._refused(Kind.BAD_CREDENTIALS, "", grant.device, address, "bad_id_token") from wrong
        with self._storage.write() as writing:
            fresh = writing.use_id_token(hashed(grant.id_token), proven.expires_at)
            account = writing.account(proven.badge)
        if not fresh or account is None or not account.active:
            about = "bad_id_token" if not fresh else "no_account"
            raise self._refused(Kind.BAD_CREDENTIALS, proven.badge, grant.device, address, about)
        return self._begin(account, grant.device, grant.language, address, "oidc")

    def _begin(self, account: Account, device: str, language: str, address: str, how: str) -> Session:
        session = SessionRow(
            id=self._tokens(),
            user_id=account.user.id,
            device=device,
            language=language if language in LANGUAGES else account.user.language,
            started_at=self._clock(),
        )
        with self._storage.write() as writing:
            revoked = writing.revoked(device)
            if not revoked:
                writing.keep_failures(_badge(account.badge), None)
                writing.start_session(session)
                writing.note_access(AccessEntry(self._clock(), account.user.id, device, f"sign_in_{how}", address))
                return self._issue(writing, session, account)
        raise self._refused(Kind.WORKSTATION_REVOKED, account.badge, device, address)

    def _let_try(self, address: str) -> None:
        """Raises Answer TOO_MANY when too many sign-ins from this address failed lately."""
        with self._storage.read() as reading:
            failed = reading.failures(_address(address))
        if failed is not None and failed.count >= ADDRESS_FAILURES:
            self._check_lock(failed.until, "address_locked")

    def _check_lock(self, until: int, about: str) -> None:
        if until > self._clock():
            seconds = -(-(until - self._clock()) // 1000)
            raise Answer(Kind.TOO_MANY, about, retry_after=seconds, seconds=str(seconds))

    def _count_attempt(self, badge: str) -> None:
        """Count before the PIN is looked at, so that guesses in parallel count too; success forgets the count."""
        with self._storage.write() as writing:
            locked_until = self._counted(writing, _badge(badge), ATTEMPTS)
        self._check_lock(locked_until, "badge_locked")

    def _counted(self, writing: Writing, subject: str, most: int) -> int:
        """Count one more for a badge or address; until when (Unix ms) it is locked already, else 0."""
        now = self._clock()
        before = writing.failures(subject)
        count = before.count if before is not None and before.until > now else 0
        if before is not None and count >= most:
            return before.until
        writing.keep_failures(subject, Failures(count=count + 1, until=now + LOCK_MS))
        return 0

    def _refused(self, kind: Kind, badge: str, device: str, address: str, about: str = "") -> Answer:
        """Count the failure against its address and keep it in the trail; the answer to raise."""
        with self._storage.write() as writing:
            self._counted(writing, _address(address), ADDRESS_FAILURES)
            writing.note_access(
                AccessEntry(self._clock(), badge[:_LONGEST], device[:_LONGEST], "sign_in_refused", address)
            )
        return Answer(kind, about)

    def _fits(self, account: Account | None, pin: str) -> bool:
        """Whether the PIN is right; takes as long for an unknown badge."""
        try:
            return self._hasher.verify(self._nobody if account is None else account.pin_hash, pin)
        except (VerifyMismatchError, InvalidHashError):
            return False

    def by_refresh(self, grant: RefreshGrant) -> Session:
        """Trade a refresh token in; raises Answer SIGN_IN_AGAIN, or WORKSTATION_REVOKED for one of such a workstation.

        One used twice ends its session: it was stolen.
        """
        now, token = self._clock(), hashed(grant.refresh_token)
        with self._storage.write() as writing:
            row = writing.refresh(token)
            revoked = row is not None and writing.revoked(row.session.device)
            if row is not None and self._is_stolen(row, now):
                writing.end_session(row.session.id, now)
                writing.note_access(AccessEntry(now, row.account.user.id, row.session.device, "refresh_token_reused"))
                row = None
            if row is not None and not revoked and self._is_alive(row, grant, now):
                writing.use_refresh(token, now)
                return self._issue(writing, row.session, row.account)
        raise Answer(Kind.WORKSTATION_REVOKED if revoked else Kind.SIGN_IN_AGAIN)

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

    def end(self, caller: Caller) -> None:
        """Sign out: no token of this session works any more."""
        now = self._clock()
        with self._storage.write() as writing:
            writing.end_session(caller.session_id, now)
            writing.note_access(AccessEntry(now, caller.user.id, caller.device, "sign_out"))

    def callers(self, tokens: Sequence[str]) -> dict[str, Caller | None]:
        """Who holds these access tokens; None where one is unknown, expired, signed out or the account is closed."""
        hashes = {token: hashed(token) for token in tokens}
        with self._storage.read() as reading:
            rows = reading.accesses(tuple(hashes.values()))
        now = self._clock()
        return {token: _caller(mark, rows.get(mark), now) for token, mark in hashes.items()}

    def still(self, reading: Reading, caller: Caller) -> Caller:
        """The caller as of this transaction; raises Answer SIGN_IN_AGAIN when the token was taken away meanwhile.

        So that nothing is decided by a role that was just withdrawn, or sent to a history that has just ended.
        """
        now = _caller(caller.mark, reading.accesses([caller.mark]).get(caller.mark), self._clock())
        if now is None:
            raise Answer(Kind.SIGN_IN_AGAIN)
        return msgspec.structs.replace(now, user=msgspec.structs.replace(now.user, language=caller.user.language))

    def source(self, token: str) -> str | None:
        """Which source holds this service token."""
        with self._storage.read() as reading:
            return reading.source_of(hashed(token))

    def add_service_token(self, source: str) -> str:
        """A new token for a source; it is shown once and stored hashed."""
        token = self._tokens()
        with self._storage.write() as writing:
            writing.keep_service_token(hashed(token), source, self._clock())
            writing.note_access(AccessEntry(self._clock(), source, "", "service_token_added"))
        return token

    def add_account(self, user: User, badge: str, pin: str) -> None:
        """Create or change someone who may sign in. Who is signed in gets new tokens first, for the new role and scope.

        An access token therefore stands for one role and scope: what is answered under it never lands in the cache of
        another.
        """
        account = Account(user=user, badge=badge, pin_hash=self._hasher.hash(pin))
        with self._storage.write() as writing:
            writing.keep_account(account)
            writing.drop_access(user.id)
            detail = f"{user.role} {','.join(user.warehouses)}"
            writing.note_access(AccessEntry(self._clock(), user.id, "", "account_changed", detail))


def _caller(mark: str, row: AccessRow | None, now: int) -> Caller | None:
    if row is None or row.expires_at <= now or row.session.ended_at is not None or not row.account.active:
        return None
    return Caller(
        mark=mark,
        user=msgspec.structs.replace(row.account.user, language=row.session.language),
        session_id=row.session.id,
        device=row.session.device,
        expires_at=row.expires_at,
    )
