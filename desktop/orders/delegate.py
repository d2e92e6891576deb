"""How is one cell painted? Due times with their sign, kinds as badges, marks beside the number."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.context import Context
from desktop.orders.model import ROW
from desktop.orders.presenter import COLUMNS, ColumnId, cell, marks
from desktop.signs import Badge
from sync.store.listing import Row

GAP = 6
SIDE = 12


class RowDelegate(QStyledItemDelegate):
    """Paints from ``Row`` and the words; fonts and colours are those of the theme."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._fonts: dict[str, QFont] = {}
        self._ground_soft = False
        context.look.changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        look = self._context.look.theme
        self._fonts = {
            "body": theme.font(look),
            "bold": theme.font(look, bold=True),
            "small": theme.font(look, theme.SMALL),
            "badge": theme.font(look, theme.CAPTION, bold=True),
        }

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        self._ground(painter, option, index)
        row = index.data(ROW)
        rect: QRect = option.rect
        inner = rect.adjusted(SIDE, 0, -SIDE, 0)
        if isinstance(row, Row):
            column = COLUMNS[index.column()].id
            painters = {"due": self._due, "number": self._number, "kinds": self._kinds, "status": self._status}
            self._ground_soft = bool(option.state & QStyle.StateFlag.State_Selected)
            painters.get(column, self._plain)(painter, inner, row, column)
        else:
            self._awaited(painter, inner)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(COLUMNS[index.column()].width, 36)

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = self._context.look.theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.color("selected"))
            if index.column() == 0:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), look.color("selected_edge"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.color("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.color("border"))

    def _awaited(self, painter: QPainter, rect: QRect) -> None:
        """A quiet bar where the row will be."""
        bar = QRect(rect.left(), rect.center().y() - 3, max(12, rect.width() // 2), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._context.look.theme.color("neutral_soft"))
        painter.drawRoundedRect(bar, 3, 3)

    def _plain(self, painter: QPainter, rect: QRect, row: Row, column: ColumnId) -> None:
        plan = next(c for c in COLUMNS if c.id == column)
        quiet = column in {"warehouse", "carrier", "raised"}
        text = cell(row, column, self._context.words, self._context.now())
        self._write(painter, rect, text, "body", "muted" if quiet else "text", right=plan.numeric)

    def _due(self, painter: QPainter, rect: QRect, row: Row, _column: ColumnId) -> None:
        due = self._context.words.due(row.due_at, self._context.now())
        color = "muted" if due.tone == "neutral" else due.tone
        left = self._sign(painter, rect, due.icon, color)
        self._write(
            painter,
            left,
            due.text,
            "body" if due.tone == "neutral" else "bold",
            "text" if due.tone == "neutral" else color,
        )

    def _number(self, painter: QPainter, rect: QRect, row: Row, _column: ColumnId) -> None:
        """The number with its last four digits, which people say, in bold; marks at the right edge."""
        head, tail = row.number[:-4], row.number[-4:]
        width = QFontMetrics(self._fonts["body"]).horizontalAdvance(head)
        self._write(painter, rect, head, "body", "muted")
        self._write(painter, rect.adjusted(width, 0, 0, 0), tail, "bold", "text")
        width += QFontMetrics(self._fonts["bold"]).horizontalAdvance(tail) + 8
        room = rect.adjusted(width, 0, 8, 0)
        for badge in marks(row, self._context.words):
            if room.width() < 16:
                return
            room = self._sign(painter, room, badge.icon, "faint" if badge.tone == "neutral" else badge.tone, gap=3)

    def _kinds(self, painter: QPainter, rect: QRect, row: Row, _column: ColumnId) -> None:
        words = self._context.words
        badges = [words.kind(kind) for kind in row.kinds]
        room = rect
        for number, badge in enumerate(badges):
            left = len(badges) - number
            more = words.text("list.more", n=left)
            fits = self._badge_width(badge) + (
                0 if left == 1 else self._more_width(words.text("list.more", n=left - 1))
            )
            if number and fits > room.width():
                self._write(painter, room, more, "badge", "muted")
                return
            room = self._badge(painter, room, badge)

    def _status(self, painter: QPainter, rect: QRect, row: Row, _column: ColumnId) -> None:
        badge = self._context.words.status(row.status)
        left = self._sign(painter, rect, badge.icon, "muted" if badge.tone == "neutral" else badge.tone)
        self._write(painter, left, badge.label, "body", "text")

    # -- strokes

    def _sign(self, painter: QPainter, rect: QRect, icon: str, color: str, gap: int = GAP) -> QRect:
        """Paint a sign at the left; the answer is the room that is left."""
        size = self._context.look.theme.px(15)
        place = QRectF(rect.left(), rect.center().y() - size / 2 + 0.5, size, size)
        icons.draw(painter, icon, place, self._context.look.theme.color(color))
        return rect.adjusted(size + gap, 0, 0, 0)

    def _badge_width(self, badge: Badge) -> int:
        px = self._context.look.theme.px
        return px(14) + 4 + QFontMetrics(self._fonts["badge"]).horizontalAdvance(badge.label) + 2 * 6 + GAP

    def _more_width(self, text: str) -> int:
        return QFontMetrics(self._fonts["badge"]).horizontalAdvance(text)

    def _badge(self, painter: QPainter, rect: QRect, badge: Badge) -> QRect:
        look = self._context.look.theme
        height = look.px(20)
        width = min(self._badge_width(badge) - GAP, rect.width())
        box = QRectF(rect.left(), rect.center().y() - height / 2 + 0.5, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("surface") if self._ground_soft else look.soft(badge.tone))
        painter.drawRoundedRect(box, 4, 4)
        inner = box.adjusted(6, 0, -6, 0).toRect()
        size = look.px(14)
        icons.draw(
            painter, badge.icon, QRectF(inner.left(), box.center().y() - size / 2, size, size), look.tone(badge.tone)
        )
        self._write(painter, inner.adjusted(size + 4, 0, 2, 0), badge.label, "badge", badge.tone)
        return rect.adjusted(round(width) + GAP, 0, 0, 0)

    def _write(self, painter: QPainter, rect: QRect, text: str, font: str, color: str, *, right: bool = False) -> None:
        if rect.width() <= 0:
            return
        painter.setFont(self._fonts[font])
        painter.setPen(self._context.look.theme.color(color))
        shown = QFontMetrics(self._fonts[font]).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
