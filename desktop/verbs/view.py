"""How is a person asked before a command? Three dialogs of one shape: reason, holds, place."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context, mark
from desktop.parts import Emptiness, SignLabel, label
from desktop.room import Snug, bounded
from desktop.verbs.model import TargetDelegate, TargetsModel
from desktop.verbs.presenter import (
    Ask,
    HoldChoice,
    ReasonChoice,
    TargetChoice,
    hold_choices,
    likely_reason,
    question,
    reason_choices,
    target_choices,
)
from sync.domain.commands import Args, Op
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import Order
from sync.domain.permissions import User
from sync.errors import CentralUnreachable, SyncError
from sync.wire.messages import ReassignOptions


class AskDialog(QDialog):
    """Heading, consequence, a body, and two buttons. ``given`` carries the Ask when it is confirmed."""

    given = Signal(object)

    def __init__(self, context: Context, order: Order, op: Op, parent: QWidget, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._order = order
        self._op = op
        self._title, self._subject = label(role="heading"), label(role="small")
        self._subject.setProperty("foreign", True)
        self._consequence, self._keys = label(), label(role="faint")
        self._consequence.setWordWrap(True)
        self._confirm, self._cancel = QPushButton(), QPushButton()
        self._confirm.setProperty("kind", "primary")
        self._confirm.setDefault(True)
        self._confirm.clicked.connect(self._give)
        self._cancel.clicked.connect(self.reject)
        choices = QWidget()
        self.body = QVBoxLayout(choices)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._keys, 1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._subject)
        column.addSpacing(4)
        column.addWidget(self._consequence)
        column.addSpacing(8)
        column.addWidget(Snug(choices), 1)
        column.addSpacing(12)
        column.addLayout(buttons)
        bounded(self)
        self.setMinimumWidth(min(context.look.theme.px(width), self.maximumWidth()))

    def redraw(self) -> None:
        asked = question(self._order, self._op, self._context.words)
        self.setWindowTitle(asked.title)
        self._title.setText(asked.title)
        self._subject.setText(asked.subject)
        self._consequence.setText(asked.consequence)
        self._confirm.setText(asked.confirm)
        self._cancel.setText(self._context.text("ask.cancel"))
        self._confirm.setEnabled(self.answer() is not None)

    def answer(self) -> Ask | None:
        """What would be asked now; None while something is still to be chosen."""
        raise NotImplementedError

    @Slot()
    def _give(self) -> None:
        ask = self.answer()
        if ask is not None:
            self.accept()
            self.given.emit(ask)


class ReasonDialog(AskDialog):
    """Why stop it? One of twelve reasons, each with its key."""

    def __init__(self, context: Context, order: Order, op: Op, parent: QWidget, reason: Reason | None = None) -> None:
        super().__init__(context, order, op, parent, width=560)
        self._buttons: dict[Reason, QPushButton] = {}
        self._by_key: dict[str, Reason] = {}
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, choice in enumerate(reason_choices(order, op, context.words)):
            button = self._button(choice)
            grid.addWidget(button, number % 6, number // 6)
        self.body.addLayout(grid)
        self._choose(reason or likely_reason(order, op))
        self._group.buttonClicked.connect(self._chosen)
        context.follow(self)

    def _button(self, choice: ReasonChoice) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "choice")
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setEnabled(choice.enabled)
        row = QHBoxLayout(button)
        row.setContentsMargins(12, 0, 10, 0)
        row.addStretch(1)
        key = label(choice.key, "key")
        key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(key, 0, Qt.AlignmentFlag.AlignVCenter)
        self._group.addButton(button)
        self._buttons[choice.reason] = button
        self._by_key[choice.key] = choice.reason
        return button

    def _choose(self, reason: Reason | None) -> None:
        button = self._buttons.get(reason) if reason is not None else None
        if button is not None and button.isEnabled():
            button.setChecked(True)
            button.setFocus()
        else:
            next(b for b in self._buttons.values() if b.isEnabled()).setFocus()

    @Slot()
    def redraw(self) -> None:
        for choice in reason_choices(self._order, self._op, self._context.words):
            button = self._buttons[choice.reason]
            button.setText(f" {choice.label}")
            button.setToolTip(choice.why_not)
            button.setAccessibleDescription(choice.why_not)
            button.setIcon(self._context.look.icon(choice.icon, "muted", checked="accent"))
        self._keys.setText(self._context.text("ask.keys_reason"))
        super().redraw()

    @Slot()
    def _chosen(self) -> None:
        self._confirm.setEnabled(self.answer() is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        reason = self._by_key.get(event.text().upper())
        if reason is not None and self._buttons[reason].isEnabled():
            self._choose(reason)
            self._chosen()
            return
        super().keyPressEvent(event)

    def answer(self) -> Ask | None:
        reason = next((r for r, b in self._buttons.items() if b.isChecked()), None)
        return None if reason is None else Ask(self._op, reason)


class HoldsDialog(AskDialog):
    """Which holds to lift? Those that this person may lift are ticked already."""

    def __init__(self, context: Context, order: Order, user: User, parent: QWidget) -> None:
        super().__init__(context, order, Op.RELEASE, parent)
        self._user = user
        self._boxes: dict[HoldId, tuple[QCheckBox, QWidget]] = {}
        for choice in self._choices():
            self.body.addWidget(self._row(choice))
        first = next((box for box, _ in self._boxes.values() if box.isEnabled()), None)
        if first is not None:
            first.setFocus()
        context.follow(self)

    def _choices(self) -> tuple[HoldChoice, ...]:
        return hold_choices(self._order, self._user, self._context.words, self._context.now())

    def _row(self, choice: HoldChoice) -> QWidget:
        row = QFrame()
        row.setProperty("part", "panel")
        box = QCheckBox()
        box.setEnabled(choice.enabled)
        box.setChecked(choice.enabled)
        box.toggled.connect(self._chosen)
        detail = label(role="small")
        detail.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(box)
        column.addWidget(detail)
        detail.setContentsMargins(self._context.look.theme.px(24) + 2, 0, 0, 0)  # below the words of the box
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 10, 12, 10)
        line.addLayout(column, 1)
        line.addWidget(SignLabel(self._context, choice.icon), 0, Qt.AlignmentFlag.AlignTop)
        self._boxes[choice.id] = (box, detail)
        return row

    @Slot()
    def redraw(self) -> None:
        for choice in self._choices():
            box, detail = self._boxes[choice.id]
            box.setText(choice.label)
            box.setAccessibleDescription(choice.why_not or choice.detail)
            self._tell(detail, choice)
        self._keys.setText(self._context.text("ask.keys_holds"))
        super().redraw()

    @staticmethod
    def _tell(detail: QWidget, choice: HoldChoice) -> None:
        detail.setProperty("tone", "warn" if choice.why_not else "neutral")
        detail.setText("\n".join(p for p in (choice.detail, choice.why_not) if p))  # type: ignore[attr-defined]  # a QLabel
        mark(detail, why=bool(choice.why_not))

    @Slot()
    def _chosen(self) -> None:
        self._confirm.setEnabled(self.answer() is not None)

    def answer(self) -> Ask | None:
        holds = tuple(hold for hold, (box, _) in self._boxes.items() if box.isChecked())
        return Ask(Op.RELEASE, args=Args(holds=holds)) if holds else None


class _Pages(QStackedWidget):
    """As high as this where there is room."""

    def __init__(self, high: int) -> None:
        super().__init__()
        self._high = high

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)

    def hasHeightForWidth(self) -> bool:
        """The wrapped word of one page does not make the list of the other as low as itself."""
        return False


class TargetDialog(AskDialog):
    """Where should it go? The central's candidates; those that cannot take it say why."""

    options_wanted = Signal()

    def __init__(self, context: Context, order: Order, parent: QWidget) -> None:
        super().__init__(context, order, Op.REASSIGN, parent, width=560)
        self._options: ReassignOptions | None = None
        self._error: Exception | None = None
        self._targets = TargetsModel()
        self._list = QListView()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setModel(self._targets)
        self._list.setItemDelegate(TargetDelegate(context, self._list))
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setMouseTracking(True)
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._list.doubleClicked.connect(self._take)
        self._word = Emptiness(context)
        self._pages = _Pages(context.look.theme.px(304))
        self._pages.setMinimumHeight(context.look.theme.px(96))
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._word)
        self._again = QPushButton()
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._ask_again)
        self.body.addWidget(self._pages)
        self.body.addWidget(self._again, 0, Qt.AlignmentFlag.AlignHCenter)
        context.follow(self)

    def show_options(self, options: ReassignOptions) -> None:
        self._options, self._error = options, None
        self.redraw()
        first = self._targets.first_possible()
        if first is not None:
            self._list.setCurrentIndex(first)
        self._list.setFocus()

    def show_error(self, error: Exception) -> None:
        self._options, self._error = None, error
        self.redraw()

    @Slot()
    def _ask_again(self) -> None:
        self._options = self._error = None
        self.redraw()
        self.options_wanted.emit()

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        choices = () if self._options is None else target_choices(self._options, self._context.words)
        current = self._list.currentIndex().row()
        self._targets.show_choices(choices)
        if 0 <= current < len(choices):
            self._list.setCurrentIndex(self._targets.index(current))
        self._pages.setCurrentIndex(0 if choices else 1)
        self._again.setVisible(self._error is not None)
        self._again.setText(text("ask.reassign.retry"))
        self._show_word()
        self._keys.setText(text("ask.keys_list"))
        self._list.setAccessibleName(text("ask.reassign.title", tail=self._order.tail))
        super().redraw()

    def _show_word(self) -> None:
        text = self._context.text
        if self._error is None:
            key = "loading" if self._options is None else "none"
            self._word.show_blank("path", text(f"ask.reassign.{key}"), "")
        elif isinstance(self._error, CentralUnreachable):
            self._word.show_blank("cloud-slash", text("link.offline.title"), text("ask.reassign.offline"))
        else:
            key = self._error.key if isinstance(self._error, SyncError) else "unknown"
            why = text("ask.reassign.failed", why=text(f"error.{key}.title"))
            self._word.show_blank("warning-circle", why, text(f"error.{key}.advice"))
        least = self._word.heightForWidth(max(self._pages.width(), self._pages.minimumSizeHint().width()))
        self._pages.setMinimumHeight(max(self._context.look.theme.px(96), least if self._error is not None else 0))

    @Slot()
    def _chosen(self) -> None:
        self._confirm.setEnabled(self.answer() is not None)

    @Slot(QModelIndex)
    def _take(self, _index: QModelIndex) -> None:
        self._give()

    def answer(self) -> Ask | None:
        choice: TargetChoice | None = self._targets.choice(self._list.currentIndex())
        return None if choice is None or not choice.enabled else Ask(Op.REASSIGN, args=Args(to=choice.to))
