"""Under which name is the list kept? One line, and why a name will not do before anybody presses a button."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.orders.views import LONGEST_NAME, OwnView, named
from desktop.parts import label


class NameDialog(QDialog):
    """``given`` carries a good name."""

    given = Signal(str)

    def __init__(self, context: Context, own: Sequence[OwnView], parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self._context = context
        self._own = own
        self._title, self._why = label(role="heading"), label(role="small")
        self._why.setWordWrap(True)
        self._why.setProperty("tone", "warn")
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_NAME)
        self.field.textChanged.connect(self.redraw)
        self.keep, self._cancel = QPushButton(), QPushButton()
        self.keep.setProperty("kind", "primary")
        self.keep.setDefault(True)
        self.keep.clicked.connect(self._give)
        self._cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (self._title, self.field, self._why):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.setMinimumWidth(context.look.theme.px(400))
        context.follow(self)

    @Slot()
    def redraw(self) -> None:
        text, typed = self._context.text, self.field.text()
        self.setWindowTitle(text("views.save_title"))
        self._title.setText(text("views.save_title"))
        self.field.setPlaceholderText(text("views.ask"))
        self.field.setAccessibleName(text("views.ask"))
        good = named(typed, self._own) is not None
        self._why.setText("" if good or not typed.strip() else text("views.taken"))
        self.keep.setText(text("views.save"))
        self.keep.setEnabled(good)
        self._cancel.setText(text("ask.cancel"))

    @Slot()
    def _give(self) -> None:
        self.accept()
        self.given.emit(self.field.text())

    def done(self, result: int) -> None:
        super().done(result)
        self.deleteLater()
