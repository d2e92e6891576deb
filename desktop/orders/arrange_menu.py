"""How are columns, sorting and groups chosen without a mouse? One menu with everything."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.context import Context
from desktop.orders.arranging import Arrangement, sorted_by
from desktop.orders.model import OrdersModel
from desktop.orders.presenter import COLUMNS, ColumnId
from sync.store.listing import Column, Grouping

GROUPINGS: tuple[Grouping, ...] = ("", "customer", "node")


class ArrangeButton(QPushButton):
    """A button whose menu arranges the list. ``arranged`` carries the Arrangement that was chosen."""

    arranged = Signal(object)

    def __init__(self, context: Context, orders: OrdersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "quiet")
        self._context = context
        self._orders = orders
        self.arrangement = Arrangement()
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self.fill)
        self.setMenu(self.choices)
        context.follow(self)

    def redraw(self) -> None:
        self.setText(f" {self._context.text('arrange.label')}")
        self.setIcon(self._context.look.icon("sliders-horizontal"))
        self.setToolTip(self._context.text("arrange.title"))
        self.setAccessibleName(self._context.text("arrange.title"))

    @Slot()
    def fill(self) -> None:
        """The menu as of now."""
        text, menu = self._context.text, self.choices
        menu.clear()
        columns = menu.addMenu(text("arrange.columns"))
        for plan in COLUMNS:
            action = columns.addAction(text(f"column.{plan.id}"), partial(self._toggle, plan.id))
            action.setCheckable(True)
            action.setChecked(plan.id in self.arrangement.shown)
        self._sorts(menu.addMenu(text("arrange.sort")), more=False)
        self._sorts(menu.addMenu(text("arrange.then")), more=True)
        groups = menu.addMenu(text("arrange.group"))
        for group in GROUPINGS:
            action = groups.addAction(text(f"group.by.{group or 'none'}"), partial(self._group, group))
            action.setCheckable(True)
            action.setChecked(self._orders.query.group == group)
        menu.addSeparator()
        menu.addAction(text("arrange.reset"), self.reset)

    def _sorts(self, menu: QMenu, *, more: bool) -> None:
        ways = dict(self._orders.query.sorts)
        for plan in COLUMNS:
            if plan.sort is not None:
                name = self._context.text(f"column.{plan.id}")
                if plan.sort in ways:
                    way = "rises" if ways[plan.sort] else "falls"
                    name = self._context.text(f"arrange.{way}", column=name)
                menu.addAction(name, partial(self._sort, plan.sort, more))

    def _toggle(self, column: ColumnId) -> None:
        self._arrange(self.arrangement.toggled(column))

    def _sort(self, column: Column, more: bool) -> None:
        self._orders.ask(sorted_by(self._orders.query, column, more=more))

    def _group(self, group: Grouping) -> None:
        self._orders.group_by(group)

    @Slot()
    def reset(self) -> None:
        """Columns, order and groups as the program brought them."""
        self._orders.group_by("")
        self._orders.sort(0)
        self._arrange(Arrangement())

    def _arrange(self, arrangement: Arrangement) -> None:
        self.arrangement = arrangement
        self.arranged.emit(arrangement)
