"""Where is everything one key away? The palette: type a few letters of what is wanted, Enter does it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop import translator
from desktop.bridge import Line
from desktop.context import Context
from desktop.ink import Ink
from desktop.orders.views import ViewChip
from desktop.palette.presenter import Entry, offered, spelling
from desktop.parts import KeyLine, label
from desktop.shortcuts import Keymap
from desktop.translator import LANGUAGES

ENTRY = int(Qt.ItemDataRole.UserRole)
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((entry.title, entry.group, *entry.keys))
        return entry if role == ENTRY else None


class _Line(QStyledItemDelegate):
    """Name at the left, group and keys at the right."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ink = Ink(context.look)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._ink.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        ink = self._ink
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.fillRect(rect, ink.color("selected" if state & QStyle.StateFlag.State_Selected else "surface"))
        right = rect.right() - ink.px(12)
        for text in reversed(entry.keys):
            wide, tall = ink.width(text, "badge") + ink.px(12), ink.px(20)
            box = QRect(right - wide, rect.center().y() - tall // 2, wide, tall)
            painter.setPen(ink.color("border_strong"))
            painter.drawRoundedRect(box, 4, 4)
            ink.write(painter, (box.x() + ink.px(6), box.y(), wide, tall), text, "badge", "muted")
            right -= wide + ink.px(6)
        group = ink.width(entry.group, "small") + 2
        ink.write(painter, (right - group, rect.y(), group, rect.height()), entry.group, "small", "muted")
        left = rect.x() + ink.px(12)
        room = right - group - ink.px(12) - left
        ink.write(painter, (left, rect.y(), room, rect.height()), entry.title, "body", "text")


def _spell(views: Sequence[ViewChip]) -> Mapping[str, str]:
    from sync.store.pinyin import initials  # noqa: PLC0415  13 MB, when a palette is first opened

    return spelling(translator.load("zh"), initials, views)


class PaletteDialog(QDialog):
    """``chosen`` carries what is wanted, once the palette is closed; ``views`` are found beside the actions."""

    chosen = Signal(str)

    def __init__(
        self, context: Context, keys: Keymap, parent: QWidget, *, at_work: bool, views: Sequence[ViewChip] = ()
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._keys = keys
        self._at_work = at_work
        self._views = views
        self._spelled: Mapping[str, str] = {}
        self._others = [translator.load(language) for language in LANGUAGES if language != context.voicing.language]
        self.field = KeyLine()
        self.field.setProperty("extent", "large")
        self.field.setMaxLength(60)
        self.field.textChanged.connect(self.redraw)
        self.field.returnPressed.connect(self._take)
        self.field.escaped.connect(self.reject)
        self.field.installEventFilter(self)
        self._entries = _Entries(self)
        self.list = QListView()
        self.list.setModel(self._entries)
        self.list.setItemDelegate(_Line(context, self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._take)
        self._none = label(role="small")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.field, self._none, self.list):
            column.addWidget(widget)
        px, room = context.look.theme.px, parent.size()
        self.setFixedSize(min(px(560), room.width() - 48), min(px(440), room.height() - 48))
        context.follow(self)
        context.bridge.run(Line.LOOK, partial(_spell, views), self._learn)

    @Slot(object)
    def _learn(self, spelled: Mapping[str, str]) -> None:
        """The initials of the names are there: they were read on a worker, which takes a tenth of a second."""
        self._spelled = spelled
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("palette.title"))
        self.field.setPlaceholderText(text("palette.hint"))
        self.field.setAccessibleName(text("palette.title"))
        self.list.setAccessibleName(text("palette.list"))
        self._none.setText(text("palette.none"))
        typed, words = self.field.text(), self._context.words.translator
        found = offered(typed, words, self._others, self._keys, self._spelled, at_work=self._at_work, views=self._views)
        self._entries.show_entries(found)
        self._none.setVisible(not found)
        self._stand(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down move in the list while the field keeps the keyboard."""
        if event.type() is QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(cast("QKeyEvent", event).key()))
            if step is not None:
                self._stand(self.list.currentIndex().row() + step)
                return True
        return super().eventFilter(watched, event)

    def _stand(self, line: int) -> None:
        last = self._entries.rowCount() - 1
        self.list.setCurrentIndex(self._entries.index(min(max(line, 0), last)) if last >= 0 else QModelIndex())

    @Slot()
    def _take(self) -> None:
        entry = self.list.currentIndex().data(ENTRY)
        if isinstance(entry, Entry):
            self.accept()
            self.chosen.emit(entry.what)
