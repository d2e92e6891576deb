"""What can go wrong between a person and the central? One tree.

SyncError
├── CentralUnreachable      no answer: network, name, refused, time-out
│   ├── NoLease             nor may this badge be used without the central, now
│   ├── CentralTooSlow      an answer began to come, but was not whole in time
│   ├── WrongServer         something answers, but it is no central order API
│   ├── CertificateRefused  the server's certificate is not trusted or has expired
│   ├── ProxyRefused        the proxy on the way does not let us through, or its address makes no sense
│   └── ProviderUnreachable the central answers, but the company's sign-in page does not
├── MalformedAnswer         the central's answer is cut, miscounted or not what the contract says
├── DownloadFailed          a file could not be fetched; what came is kept
├── DownloadRefused         a file is not the one that was asked for; it was deleted
├── Answered                the central answered with a problem
├── SignInRefused           badge or PIN wrong, or a company account that is not registered here
│   ├── SignInLocked        too many wrong tries: locked for a while
│   ├── SignInCancelled     the person did not want to go on in the browser, or took too long
│   └── ProviderRefused     the company's sign-in page said no, or what it said cannot be trusted
├── WorkstationRevoked      IT lets nobody work on this workstation any more
├── NotSignedIn             nobody is signed in
├── Refused                 the rules or permissions already say no
└── StoreError
    ├── StoreFull           the disk (or the page limit) is full
    ├── StoreDamaged        the file is not a database, or not with this key
    ├── StoreTooNew         the file was written by a newer program
    ├── StoreClosed         the file was closed, or made anew, while it was being asked
    └── AlreadyRunning      another program of this workstation holds the store
"""

from pathlib import Path

from sync.domain.apply import Refusal
from sync.wire.problems import Problem


class SyncError(Exception):
    """Root. ``key`` names the text for people in ``resources/translations`` (``error.<key>``)."""

    key = "unknown"

    @property
    def detail(self) -> str:
        return str(self)


class CentralUnreachable(SyncError):
    """``retry_after`` is seconds, where something on the way named them."""

    key = "central_unreachable"

    def __init__(self, message: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoLease(CentralUnreachable):
    """Nobody with this badge signed in here with the central lately, or the central refused them since."""

    key = "no_lease"


class CentralTooSlow(CentralUnreachable):
    """A smaller answer may come through."""


class WrongServer(CentralUnreachable):
    key = "wrong_server"


class CertificateRefused(CentralUnreachable):
    key = "certificate_refused"


class ProxyRefused(CentralUnreachable):
    key = "proxy_refused"


class ProviderUnreachable(CentralUnreachable):
    key = "provider_unreachable"


class MalformedAnswer(SyncError):
    key = "malformed_answer"


class DownloadFailed(SyncError):
    key = "download_failed"


class DownloadRefused(SyncError):
    key = "download_refused"


class Answered(SyncError):
    """``retry_after`` is seconds, where the answer named them."""

    key = "answered"

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(problem.detail or problem.title)
        self.problem = problem
        self.retry_after = retry_after


class SignInRefused(SyncError):
    key = "sign_in_refused"


class SignInLocked(SignInRefused):
    """``retry_after`` is the seconds until the next try makes sense."""

    key = "sign_in_locked"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SignInCancelled(SignInRefused):
    """``late``: nobody came back from the browser in time."""

    key = "sign_in_cancelled"

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late
        if late:
            self.key = "sign_in_late"


class ProviderRefused(SignInRefused):
    key = "provider_refused"


class WorkstationRevoked(SyncError):
    key = "workstation_revoked"


class NotSignedIn(SyncError):
    key = "not_signed_in"


class Refused(SyncError):
    key = "refused"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class StoreError(SyncError):
    """``path`` is the file it is about, where it is about one."""

    key = "store_error"

    def __init__(self, message: str = "", path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class StoreFull(StoreError):
    key = "store_full"


class StoreDamaged(StoreError):
    key = "store_damaged"


class StoreTooNew(StoreError):
    key = "store_too_new"


class StoreClosed(StoreError):
    """Ask again: whoever closed the file has put another in its place."""


class AlreadyRunning(StoreError):
    key = "already_running"
