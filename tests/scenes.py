"""Which scenes does the gallery show, and the tests look at? One desk and one window, and what is done to them."""

from collections.abc import Callable
from datetime import timedelta, timezone

import msgspec
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea, QWidget

from desktop import translator
from desktop.app import Clock, build
from desktop.detail.rows import FileRow
from desktop.first_run.view import Assistant
from desktop.palette.keys import ShortcutsDialog
from desktop.palette.view import PaletteDialog
from desktop.rail.naming import NameDialog
from desktop.screenshots import Scene, settle
from desktop.settings import Settings
from desktop.translator import LANGUAGES
from desktop.window import MainWindow
from sync.domain.order import Attachment, Order, OrderId, Status, UserId
from sync.errors import WrongServer
from sync.events import Link
from sync.wire.colleagues import Message, Recipient
from tests.gui.fake_voice import FakeVoice
from tests.gui.fakes import NOW, PIN, FakeDesk
from tests.gui.lifelike import SUPERVISOR, orders
from voice.dialogue.state import Mode
from voice.view import VoiceView

CHINA = timezone(timedelta(hours=8))
SPOKEN = {
    "en": (
        "intercept order one oh three seven wrong address",
        "Intercept 1037, wrong address",
        "Intercept order 1037, Wuxi Zhibai, wrong address?",
    ),
    "zh": (
        "拦截订单幺洞三拐 地址有误",
        "拦截 1037，地址有误",
        "拦截订单 1037，无锡知白空间有限公司，地址有误？",
    ),
}


SAID = {
    "en": (
        ("Dock 3 is closed until 14:00. Take dock 5.", -5),
        ("SF Express comes an hour early today: pack its orders first.", 95),
        ("Please do not release any duplicate before you have called me.", 40),
    ),
    "zh": (
        ("3 号月台 14:00 前停用，请走 5 号月台。", -5),
        ("顺丰今天提前一小时来，请先打包顺丰的订单。", 95),
        ("重复订单先打电话给我，不要直接放行。", 40),
    ),
}
"""Messages, and for how many more minutes they count."""


def _is_retry(button: QPushButton) -> bool:
    return button.text() in {translator.load(language).text("history.retry") for language in LANGUAGES}


class Stage:
    """One desk, one voice and one window at a time, and what is done to them for each picture."""

    def __init__(self) -> None:
        self.desk = FakeDesk()
        self.voice = FakeVoice()
        self.central: dict[OrderId, Order] = {}

    def open(self, settings: Settings) -> MainWindow:
        self.desk, self.voice = FakeDesk(orders(160, NOW)), FakeVoice()
        return build(self.desk, self.voice, settings, clock=Clock(lambda: NOW, lambda: CHINA))

    def scenes(self) -> tuple[Scene, ...]:
        return (
            Scene("01-sign-in", lambda _: None),
            Scene("02-wrong-server", self._wrong_server),
            Scene("03-list", self._sign_in),
            Scene("04-nothing-found", self._search_nothing),
            Scene("28-fetching", self._fetching),
            Scene("29-file-and-earlier-orders", self._with_file),
            Scene("30-file-coming", self._file_coming),
            Scene("31-history-unknown", self._history_unknown),
            Scene("32-messages", self._messages),
            Scene("33-no-messages", self._no_messages),
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
            Scene("34-name-a-view", self._name_view),
            Scene("26-many", self._many),
            Scene("27-many-done", self._many_done),
            Scene("25-nothing-to-do", self._empty),
        )

    def _fetching(self, window: MainWindow) -> None:
        """The first orders are on their way."""
        window.workbench.clear()
        self.central, self.desk.central = self.desk.central, {}
        self.desk.come_back()
        self.desk.go_away(Link.PULLING)

    def _with_file(self, window: MainWindow) -> None:
        """All is there again; an order with a file and an earlier one of its customer."""
        self.desk.central = dict(self.central)
        self.desk.come_back()
        order = next(o for o in self.desk.central.values() if o.open_exceptions)
        photo = Attachment(id="a1", name="现场照片.jpg", media_type="image/jpeg", size=2_400_000)
        shown = msgspec.structs.replace(order, version=order.version + 1, attachments=(photo,))
        self.desk.add(shown)
        self.desk.add(msgspec.structs.replace(order, id=OrderId("o-earlier"), number="SO25110042"))
        self._show(window, shown.id)
        settle(window, lambda: window.workbench.reading.before is not None)
        files = next(row for row in window.workbench.detail.findChildren(FileRow) if row.isVisible())
        self._reveal(window, files)

    def _reveal(self, window: MainWindow, part: QWidget) -> None:
        """Bring this part of the sheet into view."""
        QCoreApplication.sendPostedEvents()
        for area in window.workbench.detail.findChildren(QScrollArea):
            area.ensureWidgetVisible(part)

    def _file_coming(self, window: MainWindow) -> None:
        window.workbench.detail.show_progress("a1", 42)

    def _history_unknown(self, window: MainWindow) -> None:
        """The central went away before it told the history."""
        window.workbench.detail.show_progress("a1", -1)
        self.desk.go_away()
        self._show(window, OrderId("o-00010"))
        settle(window, lambda: window.workbench.reading.trouble is not None)
        again = next(b for b in window.workbench.detail.findChildren(QPushButton) if b.isVisible() and _is_retry(b))
        self._reveal(window, again)

    def _messages(self, window: MainWindow) -> None:
        self.desk.come_back()
        del self.desk.central[OrderId("o-earlier")]
        self.desk.come_back()
        for number, (text, minutes) in enumerate(SAID[window.settings.language]):
            self.desk.told.append(
                Message(
                    id=f"m{number}",
                    sender=UserId("u-wang") if number else SUPERVISOR.id,
                    sender_name="王主管",
                    to=Recipient(kind="all"),
                    text=text,
                    at=NOW - (3 - number) * 25 * 60_000,
                    expires_at=NOW + minutes * 60_000,
                )
            )
        self.desk.keep("messages", msgspec.json.encode(tuple(self.desk.told)).decode())
        inbox = window.inbox
        assert inbox is not None
        inbox.refresh()
        settle(window, lambda: bool(inbox.letters))
        window.show_messages()

    def _no_messages(self, window: MainWindow) -> None:
        self._close(window)
        self.desk.told.clear()
        self.desk.keep("messages", "[]")
        assert window.inbox is not None
        window.inbox.refresh()
        settle(window)
        window.show_messages()

    def _name_view(self, window: MainWindow) -> None:
        """A name that is taken already."""
        self._close(window)
        window.pages.setCurrentWidget(window.workbench)
        views = window.workbench.head.views
        name = {"en": "Early shift", "zh": "早班"}[window.settings.language]
        views.keep(name)
        settle(window)
        views.ask_name()
        window.findChildren(NameDialog)[0].field.setText(name)

    def _many(self, window: MainWindow) -> None:
        """The same for many orders, foreseen."""
        self._close(window)
        window.pages.setCurrentWidget(window.workbench)
        window.workbench.show_view("stopped")
        settle(window)
        window.workbench.bulk.ask()
        settle(window, lambda: window.workbench.bulk.dialog is not None)
        dialog = window.workbench.bulk.dialog
        assert dialog is not None
        QTest.keyClick(dialog, Qt.Key.Key_I)
        QTest.keyClick(dialog, Qt.Key.Key_1)
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
        self._close(window)
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
