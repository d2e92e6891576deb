"""How is one of several things chosen, or some of them? Large buttons, two in a line, that say what they stand for."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.bulk.presenter import Option
from desktop.context import Context
from desktop.parts import label

_MARGINS = 12
KEYS = "1234567890QW"
"""The keys of the first options, as beside the reasons for one order."""


class OptionGrid(QScrollArea):
    """``chosen`` says that another option is checked, by hand."""

    chosen = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._options: tuple[Option, ...] = ()
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._tell)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(2, 2, _MARGINS - 2, 2)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_options(self, options: Sequence[Option], *, several: bool = False) -> None:
        """Offer these; what was chosen before stays chosen where it is still offered. ``several``: any number."""
        before = self.values()
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._grid.removeWidget(button)
            button.deleteLater()
        self._options = tuple(options)
        self._group.setExclusive(not several)
        for number, option in enumerate(self._options):
            button = self._button(option)
            button.setChecked(option.value in before)
            self._group.addButton(button, number)
            if number < len(KEYS):
                self._cap(button, KEYS[number])
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Two in a line where all of each has room, else one below the other."""
        buttons = [self._group.button(number) for number in range(len(self._options))]
        widest = max((button.minimumWidth() for button in buttons), default=0)
        columns = 2 if 2 * widest + self._grid.spacing() + _MARGINS <= self.viewport().width() else 1
        for number, button in enumerate(buttons):
            self._grid.addWidget(button, number // columns, number % columns)

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Tab comes here after that widget, and goes through all of it."""
        for one, other in pairwise((before, *self._group.buttons())):
            QWidget.setTabOrder(one, other)

    def _button(self, option: Option) -> QPushButton:
        button = QPushButton(f" {option.label}")
        button.setProperty("kind", "choice")
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setIcon(self._context.look.icon(option.icon, "muted", checked="accent"))
        return button

    @staticmethod
    def _cap(button: QPushButton, key: str) -> None:
        """The key that chooses it, at its right edge."""
        cap = label(key, "key")
        cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(button)
        row.setContentsMargins(12, 0, 10, 0)
        row.addStretch(1)
        row.addWidget(cap, 0, Qt.AlignmentFlag.AlignVCenter)
        button.setMinimumWidth(button.sizeHint().width() + cap.sizeHint().width() + 2 * _MARGINS)

    def press(self, key: str) -> bool:
        """Choose by its key; False where no option has that."""
        button = self._group.button(KEYS.index(key)) if key and key in KEYS else None
        if button is None:
            return False
        button.click()
        button.setFocus()
        return True

    def values(self) -> list[object]:
        """What is chosen."""
        return [self._options[self._group.id(b)].value for b in self._group.buttons() if b.isChecked()]

    def forget(self) -> None:
        """Nothing is chosen, nothing is offered."""
        self._options = ()
        self.show_options(())

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit()
