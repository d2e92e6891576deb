"""What does a person do at the window? Keys, mouse, and looking at what can be seen."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.notices.view import Toast
from desktop.orders.presenter import COLUMNS
from desktop.window import MainWindow
from sync.domain.order import Order, OrderId, Status
from sync.store.listing import Row
from tests.gui.fakes import PIN, FakeDesk
from tests.patience import PATIENCE_MS

W = TypeVar("W", bound=QWidget)


class Hands:
    def __init__(self, window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
        self.window = window
        self.desk = desk
        self.qtbot = qtbot

    # -- looking

    def until(self, seen: Callable[[], object]) -> None:
        """Wait until this is so."""

        def holds() -> bool:
            return bool(seen())

        self.qtbot.waitUntil(holds, timeout=PATIENCE_MS)

    def quiet(self) -> None:
        """Wait until nothing is being read or done any more."""
        bench = self.window.workbench
        self.until(lambda: not self.window.context.bridge.busy and not bench.refreshing)

    @property
    def table(self) -> QTableView:
        return self.window.workbench.list.table

    def column(self, name: str) -> list[str]:
        """The texts of one column, top to bottom."""
        number = _number(name)
        model = self.table.model()
        return [str(model.index(line, number).data()) for line in range(model.rowCount())]

    def row(self) -> Row:
        """The current line."""
        found = self.table.currentIndex().data(int(Qt.ItemDataRole.UserRole))
        assert isinstance(found, Row)
        return found

    def order(self) -> Order:
        """The order of the current line, as the central has it."""
        return self.desk.central[self.row().id]

    def texts(self, inside: QWidget | None = None) -> list[str]:
        """Every text that can be read inside a widget now."""
        root = inside or self.window
        found = []
        for widget in [root, *root.findChildren(QWidget)]:
            if widget.isVisibleTo(root) or widget is root:
                found.extend(_texts(widget))
        return [text for text in found if text]

    def reads(self, part: str, inside: QWidget | None = None) -> bool:
        return any(part in text for text in self.texts(inside))

    def toasts(self) -> list[Toast]:
        return [t for t in self.window.findChildren(Toast) if t.isVisible()]

    def toast(self) -> str:
        """All that the toasts say."""
        return " | ".join(text for toast in self.toasts() for text in self.texts(toast))

    def button(self, text: str, inside: QWidget | None = None) -> QAbstractButton:
        """The visible button with this text in it."""
        root = inside or self.window
        buttons = root.findChildren(QAbstractButton)
        return next(b for b in buttons if b.isVisible() and text in b.text())

    def dialog(self, kind: type[QDialog] = QDialog) -> QDialog:
        """The open dialog."""
        self.until(lambda: self._dialogs(kind))
        return self._dialogs(kind)[0]

    def _dialogs(self, kind: type[QDialog]) -> list[QDialog]:
        return [d for d in self.window.findChildren(kind) if d.isVisible()]

    # -- doing

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key, to whatever has the focus."""
        QTest.keyClick(self._focus(), key, modifier)

    def hold(self, key: Qt.Key) -> None:
        QTest.keyPress(self._focus(), key)

    def let_go(self, key: Qt.Key) -> None:
        QTest.keyRelease(self._focus(), key)

    def type(self, text: str) -> None:
        """Keys for what a keyboard has; anything else is committed as an input method does."""
        for character in text:
            if character.isascii():
                QTest.keyClicks(self._focus(), character)
            else:
                written = QInputMethodEvent()
                written.setCommitString(character)
                QApplication.sendEvent(self._focus(), written)

    def _focus(self) -> QWidget:
        """Where the keyboard goes: the open dialog's focus, else the window's."""
        dialogs = self._dialogs(QDialog)
        top: QWidget = dialogs[-1] if dialogs else self.window
        if not top.isActiveWindow():  # a window manager gives the focus back when a dialog closes; here is none
            top.activateWindow()
            self.until(top.isActiveWindow)
        focused: QWidget | None = top.focusWidget()
        return top if focused is None else focused

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def click_header(self, name: str) -> None:
        number = _number(name)
        header = self.table.horizontalHeader()
        x = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
        self.click(header.viewport(), QPoint(x, header.height() // 2))

    def sign_in(self, badge: str) -> None:
        page = self.window.sign_in
        self.click(page.badge)
        QTest.keyClicks(page.badge, badge)
        QTest.keyClicks(page.pin, PIN)
        QTest.keyClick(page.pin, Qt.Key.Key_Return)
        self.until(lambda: self.window.pages.currentWidget() is self.window.workbench)
        self.until(lambda: self.window.workbench.reading.look is not None)
        self.quiet()

    def find(self, order_id: OrderId) -> None:
        """Make this order the current one, by searching for its number among all."""
        self.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_Slash)
        self.until(lambda: self.window.workbench.top.search.hasFocus() or not QApplication.activeWindow())
        QTest.keyClicks(self.window.workbench.top.search, self.desk.central[order_id].number)
        QTest.keyClick(self.window.workbench.top.search, Qt.Key.Key_Return)
        self.until(lambda: self._shows(order_id))
        self.quiet()

    def _shows(self, order_id: OrderId) -> bool:
        look = self.window.workbench.reading.look
        return self.table.model().rowCount() == 1 and look is not None and look.seen.order.id == order_id

    def find_one(self, status: Status, *, held: bool | None = None) -> Order:
        """Choose some order of this status; ``held`` or not, where that matters."""
        orders = (o for o in self.desk.central.values() if o.status is status)
        order = next(o for o in orders if held is None or o.is_held == held)
        self.find(order.id)
        return order


def _number(column: str) -> int:
    return next(n for n, plan in enumerate(COLUMNS) if plan.id == column)


def _texts(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text(), widget.toolTip()]
    if isinstance(widget, QLineEdit):
        return [widget.text(), widget.placeholderText(), widget.toolTip()]
    return [widget.toolTip()]
