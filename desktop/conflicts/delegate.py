"""How does one case look in the list? What was asked, of which order, and what came of it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.conflicts.model import CASE
from desktop.conflicts.presenter import Case
from desktop.context import Context

Index = QModelIndex | QPersistentModelIndex


class CaseDelegate(QStyledItemDelegate):
    """Three lines: the command, the order with its customer, the heading in the tone of the case."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._context.look.theme.px(76))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        case: Case = index.data(CASE)
        look = self._context.look.theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.color("selected"))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), look.color("selected_edge"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.color("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.color("border"))
        size = look.px(18)
        sign = QRectF(rect.left() + 14, rect.top() + 11, size, size)
        icons.draw(painter, case.icon, sign, look.tone(case.tone))
        left = rect.left() + 14 + size + 10
        lines = (
            (case.asked, theme.font(look, bold=True), "text"),
            (f"{case.number} · {case.customer}", theme.font(look, theme.SMALL), "muted"),
            (case.decided or case.heading, theme.font(look, theme.SMALL), "muted" if case.decided else case.tone),
        )
        for number, (text, font, color) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(look.color(color))
            height = (rect.height() - 14) // 3
            line = QRect(left, rect.top() + 7 + number * height, rect.right() - left - 12, height)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
