"""Which sockets are open, and how is a thread woken that waits for one? By shutting the socket down under it."""

import socket
import threading
from contextlib import suppress
from typing import Any
from weakref import WeakSet


class Sockets:
    """The connections of one client. ``trace`` goes into a request's extensions (httpcore's ``trace``)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: WeakSet[Any] = WeakSet()
        self._refusing = False

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """Remember the connection that was just made; one that comes after ``hang_up`` is shut down at once."""
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        stream = details["return_value"]
        with self._lock:
            self._streams.add(stream)
            refusing = self._refusing
        if refusing:
            _shut(stream)

    def hang_up(self, *, for_good: bool) -> None:
        """Fail every call that is under way; ``for_good`` also those that are still to come."""
        with self._lock:
            self._refusing = self._refusing or for_good
            streams = tuple(self._streams)
        for stream in streams:
            _shut(stream)


def _shut(stream: Any) -> None:
    """Shut down, which wakes a thread that waits for the next byte; closing would not."""
    connection = stream.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):  # the other side was quicker, or TLS has taken the socket over
            connection.shutdown(socket.SHUT_RDWR)
