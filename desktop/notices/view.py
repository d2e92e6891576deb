"""Where is it told what came of a command? Toasts at the lower edge: a few at a time, gone after ten seconds."""

from collections.abc import Container
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.aloud import Aloud
from desktop.context import Context, mark
from desktop.notices.book import Telling
from desktop.notices.presenter import Notice, Offer
from desktop.parts import SignLabel, label
from sync.domain.order import CommandKey

STAY_MS = 10_000
AT_ONCE = 3


class Toast(QFrame):
    """One notice. It stays while the mouse is over it. ``taken`` carries the notice and the offer's value."""

    taken = Signal(object, str)
    over = Signal()

    def __init__(self, context: Context, telling: Telling, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("part", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.telling = telling
        self._context = context
        self._sign = SignLabel(context, size=20)
        self._title, self._body = label(role="strong"), label(role="small")
        self._body.setWordWrap(True)
        self._title.setWordWrap(True)
        self._buttons = [QPushButton(), QPushButton()]
        self._close = QToolButton()
        self._close.setProperty("kind", "flat")
        self._close.clicked.connect(self.over)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.over)
        self._build()
        context.follow(self)
        self._timer.start(STAY_MS)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._body)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for button in self._buttons:
            button.setProperty("kind", "link")
            button.clicked.connect(self._take)
            row.addWidget(button)
        row.addWidget(self._close)
        self.setFixedWidth(self._context.look.theme.px(432))
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 4)
        shadow.setColor(self._context.look.theme.color("shadow"))
        self.setGraphicsEffect(shadow)

    def retell(self, telling: Telling) -> None:
        """More is known now about the same command."""
        self.telling = telling
        self.redraw()
        self._timer.start(STAY_MS)

    def notice(self) -> Notice:
        return self.telling.say(self._context.words)

    @Slot()
    def redraw(self) -> None:
        notice, text = self.notice(), self._context.text
        self._sign.show_sign(notice.icon, notice.tone)
        self._title.setText(notice.title)
        self._body.setText(notice.body)
        self._body.setVisible(bool(notice.body))
        mark(self._title, tone=notice.tone)
        self._close.setIcon(self._context.look.icon("x"))
        self._close.setAccessibleName(text("notice.close.name"))
        self._close.setToolTip(text("notice.close.name"))
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(notice.offers))
            if number < len(notice.offers):
                button.setText(text(f"notice.offer.{notice.offers[number].value}"))
        self.setAccessibleName(f"{notice.title} {notice.body}")
        self.adjustSize()

    @Slot()
    def _take(self) -> None:
        notice, number = self.notice(), self._buttons.index(cast("QPushButton", self.sender()))
        if number < len(notice.offers):
            self.taken.emit(notice, notice.offers[number].value)
            self.over.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start(STAY_MS)
        super().leaveEvent(event)


class Toasts(QObject):
    """Stacks toasts over a widget, above ``bottom`` pixels from its lower edge."""

    taken = Signal(object, str)

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context = context
        self._over = over
        self.left = self.bottom = 0
        self.shown: list[Toast] = []
        self.aloud = Aloud(over, self)
        context.voicing.changed.connect(self.place)

    def tell(self, telling: Telling) -> None:
        """Show it; what was told about the same command before is replaced."""
        same = next((t for t in self.shown if telling.key is not None and t.telling.key == telling.key), None)
        if same is not None:
            same.retell(telling)
        else:
            toast = Toast(self._context, telling, self._over)
            toast.over.connect(self._end)
            toast.taken.connect(self.taken)
            self.shown.append(toast)
            while len(self.shown) > AT_ONCE:
                self._remove(self.shown[0])
            toast.show()
        notice = telling.say(self._context.words)
        self.aloud.say(self._context.text("list.sentence").join((notice.title, notice.body)).strip())
        self.place()

    @Slot()
    def _end(self) -> None:
        toast = self.sender()
        if isinstance(toast, Toast):
            self._remove(toast)
            self.place()

    def _remove(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()

    def drop(self, offer: Offer) -> None:
        """Take away what offers this: the person is there already."""
        for toast in [t for t in self.shown if offer in t.notice().offers]:
            self._remove(toast)
        self.place()

    def forget(self, decided: Container[CommandKey]) -> None:
        """Take away what asks for a decision about these: somebody decided elsewhere, by voice perhaps."""
        for toast in list(self.shown):
            if toast.telling.key is not None and toast.telling.key in decided and Offer.DECIDE in toast.notice().offers:
                self._remove(toast)
        self.place()

    def clear(self) -> None:
        for toast in list(self.shown):
            self._remove(toast)

    @Slot()
    def place(self) -> None:
        """Newest lowest, over the foot of the list, clear of the voice bar."""
        y = self._over.height() - self.bottom - 16
        for toast in reversed(self.shown):
            toast.adjustSize()
            y -= toast.height()
            toast.move(self.left, y)
            toast.raise_()
            y -= 8
