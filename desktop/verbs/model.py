"""Which places can take the order? A list of candidates; those that cannot are there, but cannot be chosen."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.context import Context
from desktop.verbs.presenter import TargetChoice

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
CHOICE = int(Qt.ItemDataRole.UserRole)


class TargetsModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._choices: tuple[TargetChoice, ...] = ()

    def show_choices(self, choices: tuple[TargetChoice, ...]) -> None:
        if choices != self._choices:
            self.beginResetModel()
            self._choices = choices
            self.endResetModel()

    def choice(self, index: Index) -> TargetChoice | None:
        return self._choices[index.row()] if index.isValid() and index.row() < len(self._choices) else None

    def first_possible(self) -> QModelIndex | None:
        return next((self.index(n) for n, choice in enumerate(self._choices) if choice.enabled), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._choices)

    def flags(self, index: Index) -> Qt.ItemFlag:
        choice = self.choice(index)
        if choice is None or not choice.enabled:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        choice = self.choice(index)
        if choice is None:
            return None
        if role == CHOICE:
            return choice
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{choice.name}, {choice.detail}"
        return choice.name if role == Qt.ItemDataRole.DisplayRole else None


class TargetDelegate(QStyledItemDelegate):
    """Sign, name, and under it what kind of place it is or why it cannot be."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._context.look.theme.px(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: TargetChoice = index.data(CHOICE)
        look = self._context.look.theme
        rect: QRect = option.rect
        box = QRectF(rect.adjusted(1, 2, -1, -2))
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver) and choice.enabled
        painter.setPen(look.color("selected_edge" if selected else "border"))
        painter.setBrush(look.color("selected" if selected else "hover" if hovered else "surface"))
        if not choice.enabled:
            painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(box, 6, 6)
        size = look.px(18)
        icons.draw(
            painter,
            choice.icon,
            QRectF(rect.left() + 14, rect.center().y() - size / 2, size, size),
            look.color("muted" if choice.enabled else "faint"),
        )
        left = rect.left() + 14 + size + 12
        half = rect.height() // 2
        painter.setPen(look.color("text" if choice.enabled else "faint"))
        painter.setFont(theme.font(look, bold=True))
        name = QRect(left, rect.top() + 4, rect.right() - left - 12, half - 3)
        painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), choice.name)
        painter.setPen(look.color("muted" if choice.enabled else "warn"))
        painter.setFont(theme.font(look, theme.SMALL))
        detail = QRect(left, rect.top() + half, rect.right() - left - 12, half - 4)
        shown = painter.fontMetrics().elidedText(choice.detail, Qt.TextElideMode.ElideRight, detail.width())
        painter.drawText(detail, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
