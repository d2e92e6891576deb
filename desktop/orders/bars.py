"""How is the list narrowed by hand? A menu of filters, and a bar of those that are in force."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders import filters
from desktop.orders.filters import Choice
from desktop.orders.model import OrdersModel
from desktop.parts import Wrap
from sync.domain.exceptions import Node


def _button(parent: QWidget, kind: str = "chip") -> QPushButton:
    made = QPushButton(parent)
    made.setProperty("kind", kind)
    return made


class FilterBar(QWidget):
    """A menu of everything that the list can be narrowed to, and a chip for each filter that narrows it."""

    def __init__(self, context: Context, orders: OrdersModel) -> None:
        super().__init__()
        self._context = context
        self._orders = orders
        self._nodes: tuple[Node, ...] = ()
        self._chosen: tuple[Choice, ...] = ()
        self._chips: list[QPushButton] = []
        self._row = Wrap(self, gap=6)
        self.open = _button(self, "quiet")
        """The button of the menu; its place is the list's heading."""
        self.menu = QMenu(self.open)
        self.menu.aboutToShow.connect(self.fill)
        self.open.setMenu(self.menu)
        orders.asked.connect(self.redraw)
        orders.changed.connect(self._learn)
        context.follow(self)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.open.setText(f" {text('filter.label')}")
        self.open.setIcon(self._context.look.icon("funnel"))
        self.open.setToolTip(text("filter.title"))
        self.open.setAccessibleName(text("filter.title"))
        self._chosen = filters.chosen(self._orders.query, self._context.words)
        while len(self._chips) < len(self._chosen):
            self._add()
        for number, chip in enumerate(self._chips):
            chip.setVisible(number < len(self._chosen))
            if number < len(self._chosen):
                self._show(chip, self._chosen[number])
        self.setVisible(bool(self._chosen))
        self._row.invalidate()

    def _add(self) -> None:
        chip = _button(self)
        chip.clicked.connect(partial(self._drop, len(self._chips)))
        before = self._chips[-1] if self._chips else self.open.previousInFocusChain()
        if before is not None:
            QWidget.setTabOrder(before, chip)
        self._chips.append(chip)
        self._row.addWidget(chip)

    def _show(self, chip: QPushButton, choice: Choice) -> None:
        field = self._context.text(f"filter.field.{choice.field}")
        chip.setText(self._context.text("filter.chip", field=field, label=choice.label))
        chip.setToolTip(self._context.text("filter.drop", field=field, label=choice.label))
        chip.setAccessibleName(chip.toolTip())
        chip.setIcon(self._context.look.icon("x", "text"))

    def _drop(self, number: int, _checked: bool = False) -> None:
        choice = self._chosen[number]
        self._orders.ask(filters.toggled(self._orders.query, choice.field, choice.value))

    @Slot()
    def fill(self) -> None:
        """The menu as of now; one submenu for each field."""
        self.menu.clear()
        words, query = self._context.words, self._orders.query
        for field, offered in filters.choices(query, words, self._context.bridge.desk.user, self._nodes).items():
            below = self.menu.addMenu(words.text(f"filter.field.{field}"))
            for choice in offered:
                action = below.addAction(choice.label)
                action.setCheckable(True)
                action.setChecked(choice.chosen)
                action.triggered.connect(partial(self._toggle, choice.field, choice.value))
        self.menu.addSeparator()
        clear = self.menu.addAction(words.text("filter.clear"))
        clear.setEnabled(bool(self._chosen))
        clear.triggered.connect(self.clear)

    def _toggle(self, field: str, value: Any, _checked: bool = False) -> None:
        self._orders.ask(filters.toggled(self._orders.query, field, value))

    @Slot()
    def clear(self) -> None:
        self._orders.ask(filters.whole(self._orders.query))

    @Slot()
    def _learn(self) -> None:
        self._context.bridge.run(Line.LOOK, self._context.bridge.desk.nodes, self._take)

    @Slot(object)
    def _take(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = nodes
