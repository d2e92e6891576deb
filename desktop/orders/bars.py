"""How is the list narrowed, arranged and found again by hand? The bar of views, and the bar of filters, above it."""

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders import filters
from desktop.orders.filters import Choice
from desktop.orders.keeping import KeptViews
from desktop.orders.model import OrdersModel
from desktop.orders.views import ViewChip, chips, named, queries
from desktop.parts import Wrap
from sync.domain.exceptions import Node
from sync.store.listing import ListQuery

COUNT_MS = 400
"""Changes that come within this time are counted together."""


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
        self.open = _button(self, "link")
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
        self.open.setText(text("filter.label"))
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


class ViewsBar(QWidget):
    """The views with their live numbers; one's own can be kept and dropped here. Ctrl+Alt and a digit choose one."""

    chosen = Signal(object)
    """The ListQuery of a view."""

    def __init__(self, context: Context, orders: OrdersModel, kept: KeptViews) -> None:
        super().__init__()
        self._context = context
        self._orders = orders
        self._kept = kept
        self._counts: tuple[int, ...] = ()
        self._shown: tuple[ViewChip, ...] = ()
        self._chips: list[QPushButton] = []
        self._row = Wrap(self, gap=6)
        self.save = _button(self, "link")
        self.save.clicked.connect(self._ask_name)
        self._row.addWidget(self.save)
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(COUNT_MS)
        self._count_soon.timeout.connect(self.count)
        for digit in range(1, 10):
            self._add_key(digit)
        orders.asked.connect(self.redraw)
        orders.changed.connect(self._later)
        context.bridge.orders_changed.connect(self._later)
        kept.changed.connect(self._renew)
        context.follow(self)

    def _add_key(self, digit: int) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(f"Ctrl+Alt+{digit}"))
        action.triggered.connect(partial(self._choose, digit - 1))
        self.addAction(action)

    @Slot()
    def _later(self) -> None:
        if not self._count_soon.isActive():
            self._count_soon.start()

    @Slot()
    def _renew(self) -> None:
        self.redraw()
        self.count()

    @Slot()
    def count(self) -> None:
        """Read how many orders each view has."""
        desk, asked = self._context.bridge.desk, queries(self._kept.own, self._kept.shared)
        if desk.user is not None:
            self._context.bridge.run(Line.LOOK, lambda: (asked, desk.view_counts(asked)), self._take)

    @Slot(object)
    def _take(self, counted: tuple[tuple[ListQuery, ...], tuple[int, ...]]) -> None:
        if counted[0] == queries(self._kept.own, self._kept.shared):
            self._counts = counted[1]
            self.redraw()

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setAccessibleName(text("views.name"))
        self.save.setText(text("views.save"))
        self.save.setToolTip(text("views.save_title"))
        self._shown = chips(self._kept.own, self._kept.shared, self._counts, self._orders.query, self._context.words)
        while len(self._chips) < len(self._shown):
            self._add()
        for number, chip in enumerate(self._chips):
            chip.setVisible(number < len(self._shown))
            if number < len(self._shown):
                self._show(chip, self._shown[number])
        self._row.invalidate()

    def _add(self) -> None:
        number = len(self._chips)
        chip = _button(self)
        chip.setCheckable(True)
        chip.clicked.connect(partial(self._choose, number))
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(partial(self._offer, number))
        self._chips.append(chip)
        self._row.addWidget(chip)

    def _show(self, chip: QPushButton, view: ViewChip) -> None:
        number = "" if view.count < 0 else f"  {view.count:,}"
        chip.setText(f"{view.name}{number}")
        chip.setAccessibleName(self._context.text("views.spoken", name=view.name, n=max(0, view.count)))
        chip.setToolTip(self._context.text("views.shared", name=view.name) if view.kind == "shared" else view.name)
        chip.setChecked(view.chosen)
        icon = {"shared": "users", "own": "bookmark-simple"}.get(view.kind, "list-bullets")
        chip.setIcon(self._context.look.icon(icon, "muted", checked="text"))

    def _choose(self, number: int, _checked: bool = False) -> None:
        if number < len(self._shown):
            self.chosen.emit(self._shown[number].query)
            self.redraw()

    # -- keeping

    @Slot()
    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self._context.text("views.save"))
        dialog.setLabelText(self._context.text("views.ask"))
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    @Slot(str)
    def keep(self, name: str) -> None:
        """Keep the list as it is under this name, unless the name will not do."""
        good = named(name, self._kept.own)
        if good is None:
            self.save.setToolTip(self._context.text("views.taken"))
            return
        self._kept.add(good, msgspec.structs.replace(self._orders.query, text=""))

    def _offer(self, number: int, _at: object = None) -> None:
        """What can be done with one's own or a shared view."""
        menu = self.menu_of(self._shown[number])
        if menu is not None:
            menu.popup(self._chips[number].mapToGlobal(self._chips[number].rect().bottomLeft()))

    def menu_of(self, view: ViewChip) -> QMenu | None:
        """None for the views that came with the program."""
        text, menu = self._context.text, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if view.kind == "own":
            menu.addAction(text("views.delete", name=view.name), partial(self._kept.drop, view.id))
            if self._kept.may_share:
                menu.addAction(text("views.share", name=view.name), partial(self._kept.share, view.id))
        elif view.kind == "shared" and self._kept.may_share:
            menu.addAction(text("views.unshare", name=view.name), partial(self._kept.unshare, view.id))
        return None if menu.isEmpty() else menu
