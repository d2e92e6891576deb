"""What happened when? The steps of voice and desk on one clock, each printed as it comes."""

import threading
import time
from collections.abc import Callable

from desktop.terminal.spoken import plain
from desktop.translator import Translator
from sync.domain.order import OrderId
from sync.events import CommandQueued, CommandSettled, ConnectionChanged, Event, Link, OrdersChanged
from voice.view import Step


class Timeline:
    """Prints ``+ 1.234 s  heard  …`` from any thread. ``begin`` sets the clock to zero for one command."""

    def __init__(self, texts: Translator, write: Callable[[str], None]) -> None:
        self._texts = texts
        self._write = write
        self._lock = threading.Lock()
        self._zero = time.monotonic()
        self._watched: OrderId | None = None
        self._link: Link | None = None
        self.keys: list[str] = []

    def begin(self, title: str, order_id: OrderId) -> None:
        """A new command on this order."""
        with self._lock:
            self._zero = time.monotonic()
            self._watched = order_id
            self.keys = []
        self._write(f"\n== {title}")

    def note(self, key: str, detail: str = "") -> None:
        """One line; ``key`` names the step in ``demo.step``."""
        at = time.monotonic() - self._zero
        with self._lock:
            self._write(f"  +{at:7.3f} s  {self._texts.text(f'demo.step.{key}'):<22} {detail}")

    def hear(self, step: Step) -> None:
        """A step of the voice session."""
        if step.kind == "submitted":
            self.keys.append(step.key)
        self.note(step.kind, plain(step, self._texts))

    def listen(self, event: Event) -> None:
        """An event of the desk, as far as it concerns the order that is watched or the connection."""
        match event:
            case CommandQueued(key, order_id) if order_id == self._watched:
                self.note("outbox", key)
            case CommandSettled(order_id, result) if order_id == self._watched:
                self.note(
                    "central", f"{self._texts.text(f'outcome.{result.outcome or result.status}')} (v{result.version})"
                )
            case OrdersChanged(ids) if self._watched in ids:
                self.note("cache")
            case ConnectionChanged(connection) if connection.link is not self._link:
                self._link = connection.link
                self.note("link", self._texts.text(f"demo.link.{connection.link}"))
            case _:
                pass
