"""How does the central do? Figures in Prometheus' text format, added up over all worker processes.

With several workers the supervisor names a folder in ``PROMETHEUS_MULTIPROC_DIR`` before they start; each keeps its
figures there, and whichever is asked answers for all.
"""

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})


class Metrics:
    """The figures of one central."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "exception_desk_requests", "Answered requests", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "exception_desk_request_seconds", "How long answers took", ("route",), registry=registry, buckets=_SECONDS
        )
        self._commands = Counter("exception_desk_commands", "Settled commands", ("op", "status"), registry=registry)
        self._sign_ins = Counter("exception_desk_sign_ins", "Sign-ins", ("grant", "outcome"), registry=registry)
        self.streams = Gauge(
            "exception_desk_event_streams", "Open event streams", registry=registry, multiprocess_mode="livesum"
        )
        self._feed = Gauge(
            "exception_desk_feed_position", "Newest position of the feed", registry=registry, multiprocess_mode="max"
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; one that was cut off before its answer has status 0."""
        self._requests.labels(route, method if method in _METHODS else "other", status).inc()
        self._seconds.labels(route).observe(seconds)

    def settled(self, op: str, status: str) -> None:
        self._commands.labels(op, status).inc()

    def signed_in(self, grant: str, outcome: str) -> None:
        self._sign_ins.labels(grant, outcome).inc()

    def text(self, feed: int) -> bytes:
        """All figures, of all worker processes, in Prometheus' text format."""
        self._feed.set(feed)
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        merged = CollectorRegistry()
        MultiProcessCollector(merged)  # type: ignore[no-untyped-call] # prometheus-client has no types here
        return generate_latest(merged)
