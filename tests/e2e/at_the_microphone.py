"""What does a person with a headset do at the real program? It is run, spoken to, and its screen is read.

    python -m tests.e2e.at_the_microphone FOLDER

A process of its own, for the program is a whole one: window, voice thread, recogniser's and PortAudio's processes.
Prints one JSON object: for each scene what was read on the screen and what the central then holds.
"""

import contextlib
import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TypeVar

import msgspec
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from desktop import app
from desktop.demo.central import OPERATOR, SUPERVISOR, DemoCentral
from desktop.screenshots import capture
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.domain.commands import Command, Op
from sync.domain.exceptions import Reason
from sync.domain.order import Order, Status
from sync.keys import new_key
from sync.wire.messages import BadgeGrant, HistoryEntry, ResultStatus
from tests.e2e.pulse import Pulse
from tests.screen import on_a_screen_of_ones_own

T = TypeVar("T")
PATIENCE = 20.0
GLANCE = 0.05
CALLS, CALL_SECONDS = 4, 4.0
TRIES = 3
LOST = ("Sound was lost", "Sound is being lost")
URGENT = -10
HEADSET, SPARE = "headset", "spare"
DEVICE = "witness"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scene led to: the screen at the question, the screen at the end, the order's trail in the central."""

    asked: str
    screen: str
    trail: list[HistoryEntry]


class SoundWasLostError(Exception):
    """The program says that it missed something and has put the command away: it is to be said once more."""


class Stage(QObject):
    """Does on the Qt thread what another thread asks for."""

    asked = Signal(object)
    over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._do, Qt.ConnectionType.BlockingQueuedConnection)

    @Slot(object)
    def _do(self, work: Callable[[], None]) -> None:
        work()


class Person:
    """Eyes, fingers and a voice; every method belongs to the person's own thread."""

    def __init__(self, window: MainWindow, pulse: Pulse, stage: Stage) -> None:
        self.window = window
        self.pulse = pulse
        self._stage = stage
        self._pause = threading.Event()

    def on_screen(self, work: Callable[[], T]) -> T:
        found: list[T] = []
        self._stage.asked.emit(lambda: found.append(work()))
        return found[0]

    def reads(self) -> str:
        """All texts that can be seen now."""
        return self.on_screen(lambda: " | ".join(_texts(self.window)))

    def until(self, *parts: str) -> str:
        """Wait until one of these is on the screen; the whole text.

        Raises TimeoutError with what is there instead, SoundWasLostError when the program asks for patience.
        """
        text = ""
        for _ in range(int(PATIENCE / GLANCE)):
            text = self.reads()
            if any(part in text for part in parts):
                return text
            self._pause.wait(GLANCE)
        if any(trouble in text for trouble in LOST):
            raise SoundWasLostError
        raise TimeoutError(f"none of {parts} is on the screen, but: {text[:3000]}")

    def sees(self, part: str, seconds: float) -> bool:
        """Whether it appears in that time."""
        for _ in range(int(seconds / GLANCE)):
            if part in self.reads():
                return True
            self._pause.wait(GLANCE)
        return False

    def sign_in(self, badge: str, pin: str) -> None:
        page = self.window.sign_in
        self.until_true(lambda: page.isVisible() and page.badge.isEnabled())
        self.on_screen(lambda: QTest.keyClicks(page.badge, badge))
        self.on_screen(lambda: QTest.keyClicks(page.pin, pin))
        self.until_true(lambda: self.window.context.bridge.is_open)
        self.on_screen(lambda: QTest.keyClick(page.pin, Qt.Key.Key_Return))

    def until_true(self, so: Callable[[], object]) -> None:
        for _ in range(int(PATIENCE / GLANCE)):
            if self.on_screen(lambda: bool(so())):
                return
            self._pause.wait(GLANCE)
        raise TimeoutError(f"never so; on the screen: {self.reads()[:3000]}")

    def says(self, text: str, into: str = HEADSET) -> None:
        self.pulse.say(into, text)


def _texts(window: MainWindow) -> list[str]:
    readable = (w for w in window.findChildren(QWidget) if isinstance(w, QLabel | QAbstractButton | QLineEdit))
    return [widget.text() for widget in readable if widget.isVisible() and widget.text()]


class Central:
    """The demo's central and what can be asked of it behind the program's back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.demo = DemoCentral(folder, orders=300, pace=3600.0)

    def history(self, tail: str) -> list[HistoryEntry]:
        """What happened to the order that ends in these digits, oldest first."""
        with _Witness(self.demo.url) as witness:
            return list(witness.api.history(witness.token, witness.order(tail).id).entries)

    def quiet_tails(self, count: int) -> tuple[str, ...]:
        """The last digits of orders that wait in a warehouse, are stopped, and cannot be taken for others."""
        with _Witness(self.demo.url, OPERATOR) as witness:
            orders = witness.all()
        tails = Counter(order.number[-4:] for order in orders)
        fit = [order.number[-4:] for order in orders if order.status is Status.WAITING and _may_be_stopped(order)]
        return tuple(tail for tail in fit if tails[tail] == 1 and tail not in {"4712", "8365"})[:count]

    def intercept_meanwhile(self, tail: str) -> None:
        """Another person's command, while this one's program cannot reach the central."""
        other = DemoCentral(self._folder, orders=300, pace=3600.0)
        with other, _Witness(other.url, SUPERVISOR) as witness:
            order = witness.order(tail)
            now = time.time_ns() // 1_000_000
            command = Command(
                key=new_key(now), device=DEVICE, n=1, order_id=order.id, op=Op.INTERCEPT,
                reason=Reason.DUPLICATE, base=order.version, issued_by=witness.user, issued_at=now,
            )  # fmt: skip
            (result,) = witness.api.push(witness.token, [command])
        if result.status is not ResultStatus.APPLIED:
            raise ValueError(f"the other person's command is {result}")


def _may_be_stopped(order: Order) -> bool:
    """By anybody, for a wrong address and as a duplicate."""
    return bool(order.holds) and not {Reason.BAD_ADDRESS, Reason.DUPLICATE} & {hold.reason for hold in order.holds}


class _Witness:
    def __init__(self, url: str, who: tuple[str, str] = SUPERVISOR) -> None:
        self.api = CentralApi(url, language=lambda: "en")
        badge, pin = who
        session = self.api.session(BadgeGrant(badge=badge, pin=pin, device=DEVICE))
        self.token, self.user = session.access_token, session.user.id

    def all(self) -> list[Order]:
        orders: list[Order] = []
        while True:
            page = self.api.orders(self.token, orders[-1].id if orders else None, 500)
            if not page.orders:
                return orders
            orders += page.orders

    def order(self, tail: str) -> Order:
        return next(order for order in self.all() if order.number.endswith(tail))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.api.close()


DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def digits(tail: str) -> str:
    return " ".join(DIGITS[int(figure)] for figure in tail)


class Scenes:
    """Each answers what was seen and what the central holds; they share one run of the program, in this order."""

    def __init__(self, person: Person, central: Central) -> None:
        self.person = person
        self.central = central
        self.other, *self.changing = central.quiet_tails(1 + TRIES)

    def play(self, name: str) -> Seen:
        """One scene; begun anew, as people do, when the program says that this machine was too busy to listen."""
        for _ in range(TRIES - 1):
            with contextlib.suppress(SoundWasLostError):
                seen: Seen = getattr(self, name)()
                return seen
        last: Seen = getattr(self, name)()
        return last

    def _wake(self, into: str) -> None:
        """As people do: once more when nothing happens, for a microphone may just be coming back."""
        for _ in range(CALLS):
            self.person.until("Ready")
            self.person.says("hello desk", into)
            if self.person.sees("Listening", CALL_SECONDS):
                return
        raise TimeoutError(f"it does not wake; on the screen: {self.person.reads()[:3000]}")

    def _ask(self, sentence: str, tail: str, into: str = HEADSET) -> str:
        """Wake it, say a command, and let it read back; what is then on the screen."""
        self._wake(into)
        self.person.says(sentence, into)
        text = self.person.until(f"Intercept order {tail}")
        self.person.until("Confirm?")
        return text

    def intercept(self) -> Seen:
        """A spoken command, read back, confirmed."""
        read_back = self._ask("intercept order four seven one two, wrong address", "4712")
        self.person.says("confirm")
        return Seen(read_back, self.person.until("Order 4712: stopped."), self.central.history("4712"))

    def correct_and_cancel(self) -> Seen:
        """The number was misheard: corrected, read back again, and then given up."""
        self._ask("intercept order eight three six five, out of stock", "8365")
        self.person.says(f"no, {digits(self.other)}")
        read_back = self.person.until(f"Intercept order {self.other}")
        self.person.until("Confirm?")
        self.person.says("cancel")
        done = self.person.until("Cancelled.")
        return Seen(read_back, done, [*self.central.history("8365"), *self.central.history(self.other)])

    def unplug(self) -> Seen:
        """The headset is pulled out while the confirmation is awaited: put away, and said so."""
        self.person.pulse.plug(HEADSET)
        self.person.pulse.use(HEADSET)
        read_back = self._ask("intercept order eight three six five, out of stock", "8365")
        self.person.pulse.unplug(HEADSET)
        done = self.person.until("The microphone is gone. Cancelled.")
        return Seen(read_back, done, self.central.history("8365"))

    def another_microphone(self) -> Seen:
        """The system has another microphone, which is taken without a word; the same command again."""
        self.person.pulse.use(SPARE)
        read_back = self._ask("intercept order eight three six five, out of stock", "8365", SPARE)
        self.person.says("confirm", SPARE)
        return Seen(read_back, self.person.until("Order 8365: not stopped yet."), self.central.history("8365"))

    def changed_while_speaking(self) -> Seen:
        """The system goes over to another microphone in the middle of a command: half of it is no command."""
        pulse = self.person.pulse
        pulse.plug(HEADSET)
        self._wake(SPARE)
        sentence = f"intercept order {digits(self.other)}, wrong address"
        with pulse.saying(SPARE, sentence, seconds=1.2):
            pulse.use(HEADSET)
        half = self.person.until("Listening", "Ready")
        return Seen(half, self.person.until("Ready"), self.central.history(self.other))

    def conflict(self) -> Seen:
        """Offline, and somebody else was quicker: the question is spoken, and answered by voice."""
        changed = self.changing.pop()
        self.central.demo.kill()
        try:
            self.person.until("Offline", "cannot be reached", "not reachable")
            self._ask(f"intercept order {digits(changed)}, wrong address", changed)
            self.person.says("confirm")
            self.person.until(f"Order {changed}: queued")
            self.central.intercept_meanwhile(changed)
        finally:
            self.central.demo.start()
        asked = self.person.until(f"Order {changed} is not what you saw")
        self.person.until("Confirm?")
        self.person.says("keep")
        return Seen(asked, self.person.until("Left as it is."), self.central.history(changed))


SCENES = ("intercept", "correct_and_cancel", "unplug", "another_microphone", "changed_while_speaking", "conflict")


def main(folder: Path) -> int:
    """Run all scenes; 0 when each ended, else 1. What was seen so far is printed in any case."""
    seen: dict[str, object] = {}
    stage = Stage()
    on_a_screen_of_ones_own()
    # Sound does not wait: where that may be said, other work on this machine comes after the microphones.
    with contextlib.suppress(PermissionError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, URGENT)
    with Pulse(folder / "pulse") as pulse:
        pulse.plug(SPARE, rate=48000, channels=2)
        pulse.plug(HEADSET)
        pulse.use(HEADSET)
        os.environ.update(pulse.environment)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")  # settings of their own
        # Prompts are read on the screen: a voice would come through speech-dispatcher, which takes seconds to start.
        os.environ["SPEECHD_ADDRESS"] = f"unix_socket:{folder / 'none'}"
        central = Central(folder)
        with central.demo:

            def ready(window: MainWindow) -> None:
                stage.moveToThread(window.thread())
                stage.over.connect(window.close)
                threading.Thread(target=play, args=(window,), name="person", daemon=True).start()

            def play(window: MainWindow) -> None:
                person = Person(window, pulse, stage)
                try:
                    person.sign_in(*OPERATOR)
                    scenes = Scenes(person, central)
                    for name in SCENES:
                        seen[name] = asdict(scenes.play(name))
                except Exception:  # noqa: BLE001  the thread's edge: told to whoever runs this
                    seen["fault"] = traceback.format_exc()
                    person.on_screen(lambda: capture(window, folder / "fault.png"))
                finally:
                    stage.over.emit()

            manner = app.Manner(welcome=False, ready=ready)
            app.run(server=central.demo.url, folder=folder / "store", use_keyring=False, language="en", manner=manner)
    print(msgspec.json.encode(seen).decode())
    return 1 if "fault" in seen else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
