"""How is a big file fetched? In pieces that survive cuts, never longer than it may be, kept only when its hash fits.

Proxies are as in ``transport.proxy_for``, certificates from the system's store.
"""

import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from sync.client.transport import new_client
from sync.errors import CertificateRefused, DownloadFailed, DownloadRefused

TRIES = 6
"""How often in a row nothing new may come before it is given up; every byte that does come counts as hope."""
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_BLOCK = 1 << 16

Told = Callable[[int, int], object]
"""Hears (bytes that are here, bytes in all)."""


class Download:
    """One file. What is already here of it is kept beside ``target`` and gone on with, also by the next run."""

    def __init__(
        self,
        url: str,
        target: Path,
        *,
        size: int,
        sha256: str,
        tell: Told = lambda _here, _all: None,
        pause: Callable[[float], object] = lambda _seconds: None,
        timeout: httpx.Timeout = _TIMEOUT,
        proxy: str = "",
    ) -> None:
        """``size`` in bytes (0: not known), ``sha256`` in hexadecimal; ``pause`` waits between two tries; ``proxy`` is
        as in ``transport.proxy_for``.
        """
        self._url = url
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._tag = target.with_name(f"{target.name}.part-of")
        self._size = size
        self._sha256 = sha256.lower()
        self._tell = tell
        self._pause = pause
        self._timeout = timeout
        self._proxy = proxy

    def fetch(self) -> Path:
        """The whole file, checked; raises DownloadRefused (wrong content), DownloadFailed, CertificateRefused,
        ProxyRefused.
        """
        self._target.parent.mkdir(parents=True, exist_ok=True)
        with new_client(self._url, timeout=self._timeout, proxy=self._proxy) as http:
            http.headers["Accept-Encoding"] = "identity"
            http.follow_redirects = True
            self._gather(http)
        self._judge()
        self._part.replace(self._target)
        self._tag.unlink(missing_ok=True)
        return self._target

    def _gather(self, http: httpx.Client) -> None:
        fruitless, last = 0, "nothing came"
        while fruitless < TRIES:
            before = self._here()
            try:
                if self._pull(http):
                    return
                last = f"cut off after {self._here()} bytes"
            except httpx.HTTPError as fault:
                if isinstance(
                    fault.__cause__ or fault.__context__, ssl.SSLCertVerificationError
                ) or "CERTIFICATE" in str(fault):
                    raise CertificateRefused(f"{self._url}: {fault}") from fault
                last = f"{type(fault).__name__}: {fault}"
            fruitless = 0 if self._here() > before else fruitless + 1
            self._pause(min(2.0**fruitless, 30.0))
        raise DownloadFailed(f"{self._url}: {last}; what has come is kept, try again later")

    def _here(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _pull(self, http: httpx.Client) -> bool:
        """One request; whether the file is now complete."""
        here = self._here()
        if self._size and here == self._size:
            return True
        asked = {"Range": f"bytes={here}-", "If-Range": self._known_tag()} if here and self._known_tag() else {}
        with http.stream("GET", self._url, headers=asked) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._start_over()
                return False
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code in {408, 429}:
                raise httpx.RemoteProtocolError(f"HTTP {answer.status_code}")
            if answer.is_error:
                raise DownloadFailed(f"{self._url}: HTTP {answer.status_code}; check the address of the mirror")
            goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT
            if not goes_on:
                self._start_over()
            total = self._announced(answer, here if goes_on else 0)
            self._tag.write_text(answer.headers.get("etag", ""), encoding="ascii", errors="replace")
            self._keep(answer, total)
        return self._here() == (self._size or total or self._here())

    def _announced(self, answer: httpx.Response, here: int) -> int:
        """The size of the whole file as the server says (0: it does not); DownloadRefused for another than ours."""
        length = answer.headers.get("content-length", "")
        total = here + int(length) if length.isdigit() else 0
        if total and self._size and total != self._size:
            self._forget()
            raise DownloadRefused(f"{self._url} would be {total} bytes instead of {self._size}")
        return total

    def _keep(self, answer: httpx.Response, total: int) -> None:
        most = self._size or total
        with self._part.open("ab") as file:
            for block in answer.iter_raw(_BLOCK):
                file.write(block)
                if most and file.tell() > most:
                    file.close()
                    self._forget()
                    raise DownloadRefused(f"{self._url} does not end after {most} bytes")
                self._tell(file.tell(), most)

    def _known_tag(self) -> str:
        text = self._tag.read_text(encoding="ascii") if self._tag.exists() else ""
        return "" if text.startswith("W/") else text

    def _start_over(self) -> None:
        self._part.unlink(missing_ok=True)

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)

    def _judge(self) -> None:
        with self._part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self._sha256:
            self._forget()
            raise DownloadRefused(f"{self._url} has SHA-256 {found} instead of {self._sha256}; it was deleted")
