"""Over which wire does a call go? Through the company's proxy where there is one, and within its deadline.

The proxy is the setting's, else the environment's (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), else the system's own choice on
Windows and macOS.
"""

import ssl
import urllib.request
from urllib.parse import urlsplit

import httpcore
import httpx

from sync.client.deadline import DeadlineBackend
from sync.client.trust import system_trust
from sync.errors import ProxyRefused
from sync.version import VERSION

NO_PROXY = "direct"
"""The setting's word for: ask nobody, go straight to the central."""
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def proxy_for(url: str, chosen: str = "") -> str | None:
    """The proxy's URL for this address, with user and password where it has them; None: straight on.

    ``chosen`` is the setting: a URL, ``direct``, or nothing, which leaves it to environment and system.
    """
    if chosen:
        return None if chosen == NO_PROXY else chosen
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOCAL or urllib.request.proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    found = urllib.request.getproxies()
    named = found.get(parts.scheme) or found.get("all")
    return named if named is None or "://" in named else f"http://{named}"


def new_client(
    url: str,
    *,
    timeout: httpx.Timeout,
    verify: ssl.SSLContext | bool | None = None,
    proxy: str = "",
    keep: int = 20,
) -> httpx.Client:
    """A client for calls to this address whose calls obey ``deadline.within``; ``keep`` idle connections at most.

    Raises ProxyRefused for a proxy whose address makes no sense.
    """
    agent = {"User-Agent": f"exception-desk/{VERSION}"}
    wire = Wire(_trust(verify), proxy_for(url, proxy), keep)
    return httpx.Client(transport=wire, timeout=timeout, headers=agent, trust_env=False)


def _trust(verify: ssl.SSLContext | bool | None) -> ssl.SSLContext:
    if isinstance(verify, ssl.SSLContext):
        return verify
    return system_trust() if verify is None else httpx.create_ssl_context(verify=verify)


class Wire(httpx.HTTPTransport):
    """httpx's own transport over sockets with deadlines."""

    def __init__(self, trust: ssl.SSLContext, proxy: str | None, keep: int) -> None:
        super().__init__(verify=trust)
        # WORKAROUND for https://github.com/encode/httpx/issues/1450 (no time-out for a whole call): httpx takes no
        # network backend, https://github.com/encode/httpx/pull/3749, so its pool is replaced. Remove then; until
        # then httpx stays below 0.29, and tests/sync/client/test_deadline.py fails should the pool not be this one.
        self._pool.close()
        self._pool = _pool(trust, proxy, keep)


def _pool(trust: ssl.SSLContext, proxy: str | None, keep: int) -> httpcore.ConnectionPool:
    backend = DeadlineBackend()
    if proxy is None:
        return httpcore.ConnectionPool(ssl_context=trust, max_keepalive_connections=keep, network_backend=backend)
    try:
        named = httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL) as wrong:
        raise ProxyRefused(f"{without_password(proxy)} is no address of a proxy: {wrong}") from wrong
    if named.url.scheme not in {"http", "https"} or not named.url.host:
        raise ProxyRefused(f"{without_password(proxy)} is no address of a proxy, such as http://proxy.example:3128")
    return httpcore.HTTPProxy(
        proxy_url=str(named.url),
        proxy_auth=named.raw_auth,
        ssl_context=trust,
        proxy_ssl_context=trust if named.url.scheme == "https" else None,
        max_keepalive_connections=keep,
        network_backend=backend,
    )


def without_password(proxy: str) -> str:
    """The proxy as it may be shown and logged."""
    head, _, tail = proxy.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if head else tail
