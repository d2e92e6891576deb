"""Which pictures show the program? Every screen in both languages, every theme, two sizes and large text.

``python -m tests.screenshots FOLDER``: made-up orders, no server and no sound needed.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from desktop.app import Clock, build
from desktop.first_run.view import Assistant
from desktop.palette.keys import ShortcutsDialog
from desktop.palette.view import PaletteDialog
from desktop.screenshots import LOOKS, SIZES, Scene, gallery, settle
from desktop.settings import Settings
from desktop.translator import LANGUAGES
from desktop.window import MainWindow
from sync.domain.order import OrderId, Status
from sync.errors import WrongServer
from tests.gui.fake_voice import FakeVoice
from tests.gui.fakes import NOW, PIN, FakeDesk
from tests.gui.lifelike import orders
from voice.dialogue.state import Mode
from voice.view import VoiceView

CHINA = timezone(timedelta(hours=8))
SPOKEN = {
    "en": (
        "intercept order one oh three seven wrong address",
        "Intercept 1037, wrong address",
        "Intercept order one zero three seven, Wuxi, wrong address? Say confirm.",
    ),
    "zh": (
        "拦截订单幺洞三拐 地址有误",
        "拦截 1037，地址有误",
        "拦截订单幺零三七，无锡知白空间，地址有误，请说确认或取消。",
    ),
}


class Stage:
    """One desk, one voice and one window at a time, and what is done to them for each picture."""

    def __init__(self) -> None:
        self.desk = FakeDesk()
        self.voice = FakeVoice()

    def open(self, settings: Settings) -> MainWindow:
        self.desk, self.voice = FakeDesk(orders(160, NOW)), FakeVoice()
        return build(self.desk, self.voice, settings, clock=Clock(lambda: NOW, lambda: CHINA))

    def scenes(self) -> tuple[Scene, ...]:
        return (
            Scene("01-sign-in", lambda _: None),
            Scene("02-wrong-server", self._wrong_server),
            Scene("03-list", self._sign_in),
            Scene("04-nothing-found", self._search_nothing),
            Scene("05-intercept", self._ask_intercept),
            Scene("06-requested", self._intercept),
            Scene("07-release", self._ask("release", OrderId("o-00007"))),
            Scene("08-reassign", self._ask("reassign", OrderId("o-00007"))),
            Scene("09-voice", self._speak),
            Scene("10-too-late", self._too_late),
            Scene("11-offline", self._offline),
            Scene("12-reassign-offline", self._ask("reassign", OrderId("o-00004"))),
            Scene("13-decide", self._decide),
            Scene("14-shortcuts", self._shortcuts),
            Scene("15-compact", self._compact),
            Scene("16-settings", self._settings),
            Scene("17-find-an-action", self._palette),
            Scene("18-keys", self._keys),
            Scene("19-assistant", self._assistant),
            Scene("20-assistant-sound", self._next_step),
            Scene("21-assistant-first-command", self._next_step),
            Scene("22-floor", self._floor),
            Scene("23-floor-question", self._floor_question),
            Scene("24-floor-stopped", self._floor_stopped),
            Scene("26-many", self._many),
            Scene("27-many-done", self._many_done),
            Scene("25-nothing-to-do", self._empty),
        )

    def _many(self, window: MainWindow) -> None:
        """The same for many orders, foreseen."""
        self._close(window)
        window.pages.setCurrentWidget(window.workbench)
        window.workbench.show_view("stopped")
        window.workbench.bulk.ask()
        settle(window, lambda: window.workbench.bulk.dialog is not None)
        dialog = window.workbench.bulk.dialog
        assert dialog is not None
        QTest.keyClick(dialog, Qt.Key.Key_L)
        settle(window, dialog.go.isEnabled)

    def _many_done(self, window: MainWindow) -> None:
        dialog = window.workbench.bulk.dialog
        assert dialog is not None
        dialog.go.click()
        settle(window, dialog.results.close_.isEnabled)

    def _wrong_server(self, window: MainWindow) -> None:
        self.desk.sign_in_fault = WrongServer("text/html instead of JSON at /v1/meta")
        QTest.keyClicks(window.sign_in.badge, "2001")
        QTest.keyClicks(window.sign_in.pin, PIN)
        QTest.mouseClick(window.sign_in.submit, Qt.MouseButton.LeftButton)
        settle(window)
        self.desk.sign_in_fault = None

    def _sign_in(self, window: MainWindow) -> None:
        self.desk.sign_in("2001", PIN, "zh")
        settle(window, lambda: window.workbench.reading.history is not None)

    def _search_nothing(self, window: MainWindow) -> None:
        window.workbench.top.search.setText("SO2699")

    def _show(self, window: MainWindow, order_id: OrderId) -> None:
        window.workbench.clear()
        settle(window)
        if not window.workbench.list.table.go_to_order(order_id):
            window.workbench.reading.choose(order_id)
        window.workbench.panes.show_right()
        settle(window)

    def _ask_intercept(self, window: MainWindow) -> None:
        order = next(o for o in self.desk.central.values() if o.status is Status.PICKING and o.open_exceptions)
        self._show(window, order.id)
        window.workbench.actions_.want("intercept")
        self._press(window, Qt.Key.Key_0)

    def _press(self, window: MainWindow, key: Qt.Key) -> None:
        dialog = window.workbench.actions_.dialog
        assert dialog is not None
        QTest.keyClick(dialog, key)

    def _intercept(self, window: MainWindow) -> None:
        self._press(window, Qt.Key.Key_Return)

    def _ask(self, verb: str, order_id: OrderId) -> Callable[[MainWindow], None]:
        def ask(window: MainWindow) -> None:
            self._leave(window)
            self._show(window, order_id)
            window.workbench.actions_.want(verb)

        return ask

    def _leave(self, window: MainWindow) -> None:
        dialog = window.workbench.actions_.dialog
        if dialog is not None:
            dialog.reject()
        window.workbench.toasts.clear()

    def _speak(self, window: MainWindow) -> None:
        self._leave(window)
        heard, understood, asked = SPOKEN[window.settings.language]
        self.voice.show(
            VoiceView(state=Mode.CONFIRM, listening=True, heard=heard, understood=understood, asked=asked, level=-22.0)
        )

    def _too_late(self, window: MainWindow) -> None:
        order = next(o for o in self.desk.central.values() if o.status is Status.HANDED_OVER)
        self.voice.show(VoiceView(listening=True, level=-48.0))
        self._show(window, order.id)
        window.workbench.actions_.want("intercept")
        self._press(window, Qt.Key.Key_9)
        self._press(window, Qt.Key.Key_Return)

    def _offline(self, window: MainWindow) -> None:
        window.workbench.toasts.clear()
        self._show(window, OrderId("o-00010"))
        self.desk.go_away()
        window.workbench.actions_.want("intercept")
        self._press(window, Qt.Key.Key_Q)
        self._press(window, Qt.Key.Key_Return)

    def _decide(self, window: MainWindow) -> None:
        self._leave(window)
        self.desk.move(OrderId("o-00010"), Status.HANDED_OVER)
        self.desk.come_back()
        settle(window)
        window.workbench.show_view("attention")
        window.workbench.conflicts.panes.show_right()

    def _shortcuts(self, window: MainWindow) -> None:
        window.workbench.show_view("stopped")
        window.doing.show_shortcuts()

    def _compact(self, window: MainWindow) -> None:
        for dialog in window.findChildren(ShortcutsDialog):
            dialog.reject()
        window.next_density()

    def _close(self, window: MainWindow) -> None:
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        settle(window)

    def _settings(self, window: MainWindow) -> None:
        self._close(window)
        if window.settings.density == "compact":
            window.next_density()
        window.show_settings()

    def _palette(self, window: MainWindow) -> None:
        self._close(window)
        window.doing.show_palette()
        palette = window.findChild(PaletteDialog)
        assert palette is not None
        palette.field.setText({"en": "te", "zh": "文字"}[window.settings.language])

    def _keys(self, window: MainWindow) -> None:
        self._close(window)
        window.doing.change_keys()

    def _assistant(self, window: MainWindow) -> None:
        self._close(window)
        window.show_assistant()

    def _next_step(self, window: MainWindow) -> None:
        assistant = window.findChild(Assistant)
        assert assistant is not None
        assistant.forward.click()

    def _floor(self, window: MainWindow) -> None:
        self._close(window)
        self.voice.show(VoiceView(listening=True, level=-48.0))
        self._show(window, OrderId("o-00001"))
        window.pages.setCurrentWidget(window.floor)

    def _floor_question(self, window: MainWindow) -> None:
        heard, understood, asked = SPOKEN[window.settings.language]
        self.voice.show(
            VoiceView(state=Mode.CONFIRM, listening=True, heard=heard, understood=understood, asked=asked, level=-22.0)
        )

    def _floor_stopped(self, window: MainWindow) -> None:
        self.voice.show(VoiceView(listening=True, level=-48.0))
        order = next(o for o in self.desk.central.values() if o.status is Status.WAITING and not o.is_held)
        window.pages.setCurrentWidget(window.workbench)
        self._show(window, order.id)
        window.workbench.actions_.want("intercept")
        self._press(window, Qt.Key.Key_1)
        self._press(window, Qt.Key.Key_Return)
        settle(window)
        window.pages.setCurrentWidget(window.floor)

    def _empty(self, window: MainWindow) -> None:
        self._close(window)
        window.pages.setCurrentWidget(window.workbench)
        window.workbench.toasts.clear()
        window.workbench.show_view("pending")


SHOWN: dict[tuple[str, tuple[int, int, float]], tuple[str, ...]] = {
    ("light", SIZES[0]): (
        "03-list", "05-intercept", "06-requested", "09-voice", "11-offline", "13-decide", "16-settings",
        "17-find-an-action", "20-assistant-sound", "23-floor-question", "24-floor-stopped",
    ),
    ("dark", SIZES[1]): ("03-list",),
    ("contrast", SIZES[0]): ("03-list",),
    ("light", SIZES[3]): ("03-list",),
}  # fmt: skip
"""What stands in docs/gallery.md, by theme and size."""
WIDEST, QUALITY = 1280, 82


def document(folder: Path) -> list[Path]:
    """Draw the gallery of the documentation anew: small pictures, in both languages."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as name:
        for (look, size), scenes in SHOWN.items():
            stage = Stage()
            last = [scene.name for scene in stage.scenes()].index(scenes[-1]) + 1
            drawn = gallery(stage.open, stage.scenes()[:last], Path(name), looks=(look,), sizes=(size,))
            made.extend(_keep(path, folder) for path in drawn if path.stem in scenes)
    return made


def _keep(path: Path, folder: Path) -> Path:
    kept = folder / f"{path.parent.name}-{path.stem}.webp"
    picture = QImage(str(path))
    if picture.width() > WIDEST:
        picture = picture.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
    folder.mkdir(parents=True, exist_ok=True)
    writer = QImageWriter(str(kept))
    writer.setQuality(QUALITY)
    if not writer.write(picture):
        raise OSError(f"{kept} cannot be written: {writer.errorString()}")
    return kept


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"))
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--look", choices=LOOKS, action="append")
    parser.add_argument("--size", choices=[f"{w}x{scale:g}" for w, _, scale in SIZES], action="append")
    parser.add_argument("--docs", action="store_true", help="draw docs/gallery anew, and nothing else")
    options = parser.parse_args(arguments)
    if options.docs:
        for path in document(Path("docs/gallery")):
            print(path)
        return 0
    sizes = [size for size in SIZES if not options.size or f"{size[0]}x{size[2]:g}" in options.size]
    stage = Stage()
    paths = gallery(
        stage.open,
        stage.scenes(),
        options.folder,
        languages=options.language or LANGUAGES,
        looks=options.look or LOOKS,
        sizes=sizes,
    )
    for path in paths:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
