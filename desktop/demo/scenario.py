"""What does the demo without a person do? Two recorded commands, one in each language, through the real path.

Runs beside the Qt thread: it does what a person's voice does, looks at what the central then holds, and takes pictures
of the window. ``failures`` stays empty only when the central really holds both orders.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

import resources
from desktop.demo.central import SUPERVISOR, DemoCentral
from desktop.demo.running import Running
from desktop.demo.timeline import Timeline
from desktop.screenshots import capture, settle
from desktop.translator import Translator
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, Order
from sync.events import CommandSettled, ConnectionChanged, Event, Link
from sync.wire.messages import BadgeGrant, HistoryEntry
from voice.dialogue import Mode
from voice.hearing.wav import Recording
from voice.language import Language
from voice.view import VoiceView

SETTLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Command:
    """One recorded command and what it must lead to."""

    language: Language
    recording: str
    tail: str
    reason: Reason
    outcome: Outcome


COMMANDS = (
    Command(Language.EN, "intercept_en.ogg", "4712", Reason.BAD_ADDRESS, Outcome.STOPPED),
    Command(Language.ZH, "intercept_zh.ogg", "8365", Reason.STOCK_OUT, Outcome.REQUESTED),
)


class Stage(QObject):
    """What the scenario asks of the window: done on the Qt thread, waited for on the scenario's."""

    asked = Signal(object)
    ended = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.asked.connect(self._do, Qt.ConnectionType.BlockingQueuedConnection)

    @Slot(object)
    def _do(self, work: Callable[[MainWindow], None]) -> None:
        work(self.window)


class Scenario:
    """``run`` on a thread of its own; then ``stage.ended`` is emitted. ``outage``: the central is killed and restarted
    between the confirmation and the push of the second command.
    """

    def __init__(
        self,
        running: Running,
        stage: Stage,
        central: DemoCentral,
        timeline: Timeline,
        texts: Translator,
        pictures: Path,
        *,
        outage: bool,
    ) -> None:
        self._running = running
        self._stage = stage
        self._central = central
        self._timeline = timeline
        self._texts = texts
        self._pictures = pictures
        self._outage = outage
        self._online = threading.Event()
        self._settled = threading.Event()
        self._plug = threading.Event()
        self.failures: list[str] = []

    def run(self) -> None:
        """The whole scenario; what goes wrong becomes a failure, not an exception."""
        leave = [
            self._running.desk.subscribe(self._listen),
            self._running.desk.subscribe(self._timeline.listen),
            self._running.session.on_step(self._timeline.hear),
            self._running.session.subscribe(self._watch),
        ]
        try:
            self._work()
        except Exception as fault:  # noqa: BLE001  the thread's edge: the demo fails and says why
            self.failures.append(f"{type(fault).__name__}: {fault}")
        finally:
            for unsubscribe in leave:
                unsubscribe()
            self._stage.ended.emit()

    def _work(self) -> None:
        self._picture("1-sign-in")
        self._running.desk.sign_in(*SUPERVISOR, "en")
        if not self._online.wait(SETTLE_SECONDS):
            raise TimeoutError("the orders were not loaded")
        for language in Language:
            self._show(language)
            self._picture(f"2-list-{language.value}", filled=True)
        for command in COMMANDS:
            self._give(command)

    def _give(self, command: Command) -> None:
        found = self._running.desk.find_by_tail(command.tail)
        if len(found) != 1:
            raise LookupError(f"{len(found)} orders end in {command.tail}, not one")
        order = found[0].order
        self._show(command.language)
        self._running.session.switch(command.language)
        self._stage.asked.emit(lambda window: window.workbench.show_order(order.number))
        self._settled.clear()
        title = self._texts.text(f"demo.command_{command.language.value}", number=order.number)
        self._timeline.begin(title, order.id)
        out = self._outage and command is COMMANDS[-1]
        if out:
            self._plug.set()
        recording = Recording(resources.path("recordings", command.recording), paced=True)
        self._running.session.hear(recording, 0.0 if out else SETTLE_SECONDS)
        if out:
            self._picture_of("4-offline", _waits_here)
            self._central.start()
            self._timeline.note("restarted")
            self._running.desk.wake()
        if not self._timeline.keys:
            self.failures.append(f"{command.tail}: no command was confirmed")
            return
        if not self._settled.wait(SETTLE_SECONDS):
            self.failures.append(f"{command.tail}: the central did not answer")
            return
        self._verify(command, order, CommandKey(self._timeline.keys[-1]))
        for language in Language:
            self._show(language)
            self._picture(f"5-intercepted-{command.tail}-{language.value}")

    def _verify(self, command: Command, order: Order, key: CommandKey) -> None:
        """Ask the central itself, by a session of our own: the hold, the outcome, and that it happened once."""
        api = CentralApi(self._central.url, language=lambda: "en")
        try:
            badge, pin = SUPERVISOR
            token = api.session(BadgeGrant(badge=badge, pin=pin, device="demo-witness")).access_token
            result = api.result(token, key)
            entries = [e for e in api.history(token, order.id).entries if e.key == key]
        finally:
            api.close()
        held = result.order is not None and any(h.reason is command.reason for h in result.order.holds)
        self._timeline.note("held" if held else "not_held", f"v{result.version} · {_spoken(entries)}")
        if not held or result.outcome is not command.outcome or [e.action for e in entries] != [Op.INTERCEPT.value]:
            self.failures.append(f"{command.tail}: {result.status} {result.outcome}, {len(entries)} history entries")

    # -- the window

    def _show(self, language: Language) -> None:
        self._stage.asked.emit(lambda window: window.choose_language(language.value))

    def _picture(self, name: str, *, filled: bool = False) -> None:
        """Of the window once it has read what it shows; ``filled``: and once its list has rows."""
        path = self._pictures / f"{name}.png"

        def take(window: MainWindow) -> None:
            settle(window, lambda: not filled or window.workbench.orders.rowCount() > 0)
            capture(window, path)

        self._stage.asked.emit(take)

    def _picture_of(self, name: str, shows: Callable[[MainWindow], bool]) -> None:
        """Of the window once it shows that; nothing goes on before. A failure when it does not come to that."""
        taken, late = threading.Event(), threading.Event()
        path = self._pictures / f"{name}.png"

        def take(window: MainWindow) -> None:
            settle(window, lambda: late.is_set() or shows(window))
            capture(window, path)
            taken.set()

        self._stage.asked.emit(take)
        if not taken.wait(SETTLE_SECONDS):
            late.set()
            self.failures.append(f"{name}: the window did not come to show it")

    # -- news

    def _watch(self, view: VoiceView) -> None:
        if view.state is not Mode.CONFIRM or view.speaking:
            return
        if self._plug.is_set():
            self._plug.clear()
            self._central.kill()
            self._timeline.note("killed")
        name = f"3-voice-bar-{view.language.value}"
        if not (self._pictures / f"{name}.png").exists():
            self._picture(name)

    def _listen(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged) and event.connection.link is Link.ONLINE:
            self._online.set()
        if isinstance(event, CommandSettled) and event.result.key in self._timeline.keys:
            self._settled.set()


def _waits_here(window: MainWindow) -> bool:
    """Whether the order's line and its sheet show that its command is kept here."""
    look, row = window.workbench.reading.look, window.workbench.orders.row_at(0)
    return look is not None and bool(look.seen.pending) and row is not None and row.pending > 0


def _spoken(entries: list[HistoryEntry]) -> str:
    heard = entries[0].heard if entries else None
    return "" if heard is None else heard.transcript
