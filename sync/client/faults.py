"""Which of our errors is it, when the network or something on the way fails? One place that knows httpx's."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from sync.errors import (
    Answered,
    CentralTooSlow,
    CentralUnreachable,
    CertificateRefused,
    MalformedAnswer,
    ProxyRefused,
    WrongServer,
)
from sync.wire.codec import BadBodyError, decode
from sync.wire.problems import MEDIA_TYPE, Problem

LONGEST_ANSWER = 64 * 2**20
"""More bytes than any answer of a central has, unpacked."""
LONGEST_RETRY_AFTER_S = 600.0
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}


@contextmanager
def named_faults(url: str) -> Iterator[None]:
    """Turn what httpx raises until the answer's head is here into CentralUnreachable and its kinds."""
    try:
        yield
    except httpx.ConnectError as fault:
        raise _connect_fault(url, fault) from fault
    except httpx.ProxyError as fault:
        raise ProxyRefused(f"{url}: the proxy says {fault}") from fault
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as fault:
        raise WrongServer(f"{url}: {fault}") from fault
    except httpx.RemoteProtocolError as fault:
        gone = "disconnected" in str(fault)
        raise (CentralUnreachable if gone else WrongServer)(f"{url}: {fault}") from fault
    except httpx.HTTPError as fault:
        raise CentralUnreachable(f"{url}: {str(fault) or type(fault).__name__}") from fault


def _connect_fault(url: str, fault: httpx.ConnectError) -> CentralUnreachable:
    tls = _tls_fault(fault)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return CertificateRefused(f"{url}: {tls}")
    if tls is not None and tls.reason in _NO_TLS:
        return WrongServer(f"{url}: no HTTPS is spoken there ({tls.reason})")
    return CentralUnreachable(f"{url}: {fault}")


def _tls_fault(fault: BaseException) -> ssl.SSLError | None:
    """The TLS error behind it; no further back than the system's own error, for more belongs to an earlier fault."""
    link: BaseException | None = fault
    while link is not None and not isinstance(link, OSError):
        link = link.__cause__ or link.__context__
    return link if isinstance(link, ssl.SSLError) else None


def whole_body(answer: httpx.Response, told: Callable[[int], object] = lambda _size: None) -> bytes:
    """Read it to its end; raises MalformedAnswer when it is cut or too long, CentralTooSlow after a deadline.

    ``told`` hears how many bytes have come; what it raises ends the reading.

    A deadline before the first byte of it is httpx.ReadTimeout: there may be nobody any more.
    """
    parts: list[bytes] = []
    size = 0
    try:
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            told(size)
            if size > LONGEST_ANSWER:
                raise MalformedAnswer(f"{answer.url}: the answer is longer than {LONGEST_ANSWER:,} bytes")
    except (httpx.RemoteProtocolError, httpx.DecodingError) as cut:
        raise MalformedAnswer(f"{answer.url}: the answer was cut on the way: {cut}") from cut
    except httpx.ReadTimeout as late:
        if not size:
            raise
        raise CentralTooSlow(f"{answer.url}: {late}; {size:,} bytes had come") from late
    return b"".join(parts)


def refuse_problems(answer: httpx.Response, content: bytes, url: str) -> None:
    """Return for a success of a central; raises Answered, CentralUnreachable, WrongServer, MalformedAnswer."""
    kind = answer.headers.get("content-type", "")
    if answer.is_success:
        is_file = answer.headers.get("content-disposition", "").startswith("attachment")
        if "json" not in kind and not is_file and answer.status_code != HTTPStatus.NO_CONTENT:
            raise WrongServer(f"{url} answers, but not as a central order API")
        return
    if answer.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        raise ProxyRefused(f"{url}: the proxy wants a name and a password")
    if not kind.startswith(MEDIA_TYPE):
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code in _PASSING:
            raise CentralUnreachable(f"{url}: HTTP {answer.status_code}", retry_after(answer))
        raise WrongServer(f"{url} answers {answer.status_code}, but not as a central order API")
    try:
        problem = decode(content, Problem)
    except BadBodyError as wrong:
        raise MalformedAnswer(f"HTTP {answer.status_code}: {wrong}") from wrong
    raise Answered(problem, retry_after(answer))


def retry_after(answer: httpx.Response) -> float | None:
    """``Retry-After`` in seconds, from both of its forms (RFC 9110 §10.2.3), ten minutes at most."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER_S)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)
