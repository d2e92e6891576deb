"""Which small pieces are all screens made of? Signs, badges, cut-off labels, banners, lines, wrapping rows."""

from typing import cast

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.context import Context, Look, mark
from desktop.signs import Badge, Tone

_LINK_PADDING = 4
"""What the style sheet puts around the words of a link: without it they begin where the words above do."""


def spread(chip: QPushButton, look: Look, *, icon: bool = True) -> None:
    """Room for a chip's words in the heavier letters that it has while it is chosen."""
    words = QFontMetrics(theme.font(look.theme, theme.SMALL, bold=True)).horizontalAdvance(chip.text())
    chip.setMinimumWidth(words + look.theme.px(2 * _CHIP_SIDE + (_CHIP_SIGN if icon else 0)))


_CHIP_SIDE, _CHIP_SIGN = 11, 18
"""Padding and border of a chip, and its sign with the gap behind it, as the style sheet has them."""


def label(text: str = "", role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label in one of the roles of the style sheet."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def reading(role: str = "") -> QLabel:
    """A label of someone's data: wraps, and can be selected and copied."""
    made = label(role=role)
    made.setWordWrap(True)
    made.setProperty("foreign", True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("part", "line")
    return made


class SignLabel(QLabel):
    """One glyph in a colour of the theme."""

    def __init__(self, context: Context, icon: str = "circle", color: str = "muted", size: int = 16) -> None:
        super().__init__()
        self._context = context
        self._shown = (icon, color)
        self._size = size
        self.setFixedSize(context.look.theme.px(size), context.look.theme.px(size))
        context.look.changed.connect(self.redraw)
        self.redraw()

    def show_sign(self, icon: str, color: str) -> None:
        if (icon, color) != self._shown:
            self._shown = (icon, color)
            self.redraw()

    def redraw(self) -> None:
        icon, color = self._shown
        self.setPixmap(self._context.look.pixmap(icon, color, self._size, self.devicePixelRatioF()))


class Elided(QLabel):
    """One line that ends with an ellipsis where there is no room, and then shows all of it as its tooltip."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._hint()

    def _hint(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self.text() if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(rect, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class KeyLine(QLineEdit):
    """A field that keeps Escape to itself and tells of it, and of the arrow that leads on."""

    escaped = Signal()
    went_on = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and cast("QKeyEvent", event).key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.went_on.emit()
        else:
            super().keyPressEvent(event)


class BadgeLabel(QFrame):
    """A sign with its word on a soft ground of its tone."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setProperty("part", "badge")
        self._sign = SignLabel(context, size=14)
        self._word = label()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addWidget(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def show_badge(self, badge: Badge) -> None:
        self._sign.show_sign(badge.icon, badge.tone)
        self._word.setText(badge.label)
        self.setToolTip(badge.title)
        self.setAccessibleName(badge.title or badge.label)
        mark(self, tone=badge.tone)
        mark(self._word, tone=badge.tone)


class Banner(QFrame):
    """Something to know, with its sign, and up to two buttons. ``pressed`` gives the button's number."""

    pressed = Signal(int)

    def __init__(self, context: Context, *, flat: bool = False, buttons: int = 1) -> None:
        super().__init__()
        self.setProperty("part", "banner")
        self.setProperty("flat", flat)
        self._sign = SignLabel(context, size=18)
        self._title = label(role="strong")
        self._body = label()
        self._body.setWordWrap(True)
        self._title.setWordWrap(not flat)
        self._buttons = [QPushButton() for _ in range(buttons)]
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop if not flat else Qt.AlignmentFlag.AlignVCenter)
        words: QLayout = QHBoxLayout() if flat else QVBoxLayout()
        words.setSpacing(8 if flat else 2)
        words.addWidget(self._title)
        words.addWidget(self._body)
        row.addLayout(words, 1)
        ways = row if flat else QHBoxLayout()
        if flat and isinstance(words, QHBoxLayout):
            words.setStretch(1, 1)
        for number, button in enumerate(self._buttons):
            button.setProperty("kind", "link")
            button.setProperty("number", number)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(self._tell)
            ways.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        if isinstance(words, QVBoxLayout):  # below the words: beside them a narrow sheet would cut them
            ways.setContentsMargins(-_LINK_PADDING, 0, 0, 0)
            ways.addStretch(1)
            words.addLayout(ways)

    def show_banner(self, icon: str, tone: Tone, title: str, body: str, *labels: str) -> None:
        self._sign.show_sign(icon, tone)
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        for number, button in enumerate(self._buttons):
            text = labels[number] if number < len(labels) else ""
            button.setText(text)
            button.setVisible(bool(text))
        self.setAccessibleName(f"{title} {body}")
        mark(self, tone=tone)
        mark(self._title, tone=tone)

    def _tell(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.pressed.emit(int(sender.property("number")))


class Emptiness(QWidget):
    """What stands in the middle of a place that has nothing to show."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign = SignLabel(context, size=40, color="faint")
        self._title = label(role="title")
        self._body = label(role="small")
        self._body.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self._title, self._body):
            text.setWordWrap(True)
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
        column.addStretch(3)

    def show_blank(self, icon: str, title: str, body: str) -> None:
        self._sign.show_sign(icon, "faint")
        self._title.setText(title)
        self._body.setText(body)


class Wrap(QLayout):
    """Widgets in a row that goes on in the next line where the width ends; ``fill`` shares what a line leaves over."""

    def __init__(self, parent: QWidget, gap: int = 8, *, fill: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._gap = gap
        self._fill = fill
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  Qt's name
        self._items.append(item)
        self._heights.clear()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Asked for dozens of times between two changes."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Something in it has another size now."""
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802  Qt's name
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for line in self._lines(rect.width()):
            height = max(item.sizeHint().height() for item in line)
            if move:
                self._set(line, QRect(rect.x(), y, rect.width(), height))
            y += height + self._gap
        return max(0, y - self._gap - rect.y())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """The items, line by line."""
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not lines or x + wide > width:
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += wide + self._gap
        return lines

    def _set(self, line: list[QLayoutItem], place: QRect) -> None:
        wide = [item.sizeHint().width() for item in line]
        left = place.width() - sum(wide) - self._gap * (len(line) - 1)
        more = max(0, left // len(line)) if self._fill else 0
        x = place.x()
        for item, width in zip(line, wide, strict=True):
            size = QSize(width + more, item.sizeHint().height())
            item.setGeometry(QRect(QPoint(x, place.y() + (place.height() - size.height()) // 2), size))
            x += width + more + self._gap
