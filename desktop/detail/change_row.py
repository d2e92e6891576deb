"""How does a requested change look? What it is now beside what is wanted, with what it adds to the price."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.detail.changes import Asked, Change
from desktop.detail.rows import Row, Rows
from desktop.parts import SignLabel, label, reading


class _AskedRow(Row[Asked]):
    """A label with its price difference; under it two columns with an arrow between."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._label, self._money = label(role="small"), label(role="strong")
        self._label.setWordWrap(True)
        self._now, self._wanted = reading(), reading()
        self._wanted.setProperty("role", "strong")
        head = QHBoxLayout()
        head.addWidget(self._label, 1)
        head.addWidget(self._money)
        both = QGridLayout()
        both.setHorizontalSpacing(8)
        both.addWidget(self._now, 0, 0, Qt.AlignmentFlag.AlignTop)
        both.addWidget(SignLabel(context, "arrow-right", "info", 14), 0, 1, Qt.AlignmentFlag.AlignTop)
        both.addWidget(self._wanted, 0, 2, Qt.AlignmentFlag.AlignTop)
        for column in (0, 2):
            both.setColumnStretch(column, 1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(2)
        column_.addLayout(head)
        column_.addLayout(both)

    def show_value(self, asked: Asked) -> None:
        self._label.setText(asked.label)
        self._money.setText(asked.money)
        self._now.setText(asked.now)
        self._wanted.setText(asked.wanted)
        self.setAccessibleName(asked.told)


class ChangeRow(Row[Change]):
    """One requested change with its parts, and what it comes to."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._title, self._total = label(role="strong"), label(role="small")
        self._heads = (label(role="faint"), label(role="faint"))
        self._parts: Rows[Asked] = Rows(lambda: _AskedRow(context), gap=8)
        for shown in (self._title, self._total):
            shown.setWordWrap(True)
        heads = QWidget()
        row = QHBoxLayout(heads)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(context.look.theme.px(14) + 16)
        for head in self._heads:
            row.addWidget(head, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._title, heads, self._parts, self._total):
            column.addWidget(widget)

    def show_value(self, change: Change) -> None:
        self._title.setText(change.title)
        self._heads[0].setText(self._context.text("change.now"))
        self._heads[1].setText(self._context.text("change.wanted"))
        self._parts.show_values(change.parts)
        self._total.setText(change.total)
        self._total.setVisible(bool(change.total))
