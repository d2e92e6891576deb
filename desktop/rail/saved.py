"""Where does one come back to a list? The saved views in the rail, with their live numbers; kept and dropped here."""

from functools import partial
from itertools import pairwise

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders.keeping import KeptViews
from desktop.orders.model import OrdersModel
from desktop.orders.views import OwnView, ViewChip, chips, named, queries
from desktop.parts import label
from desktop.rail.button import RailButton
from desktop.rail.naming import NameDialog
from sync.store.listing import ListQuery

COUNT_MS = 400
"""Changes that come within this time are counted together."""
_ICONS = {
    "mine": "user", "free": "hand", "overdue": "warning-circle", "snoozed": "alarm", "shared": "users",
    "own": "bookmark-simple",
}  # fmt: skip


class SavedViews(QWidget):
    """Ctrl+Alt and a digit choose one. ``chosen`` carries a ViewChip; the others what is wanted of the list now."""

    chosen = Signal(object)
    keep_wanted = Signal(str)
    """A good name for the list as it is."""
    renew_wanted = Signal(object)
    """The OwnView that is to become what the list is."""

    def __init__(self, context: Context, orders: OrdersModel, kept: KeptViews) -> None:
        super().__init__()
        self._context = context
        self._orders = orders
        self._kept = kept
        self._compact = False
        self._counts: tuple[int, ...] = ()
        self.shown: tuple[ViewChip, ...] = ()
        self._buttons: list[RailButton] = []
        self._build()
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

    def _build(self) -> None:
        self._title = label(role="rail-section")
        self.save = QToolButton()
        self.save.setProperty("kind", "rail")
        self.save.clicked.connect(self.ask_name)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 4, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self.save)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(head)

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Tab comes here after that widget."""
        for one, other in pairwise((before, self.save, *self._buttons)):
            QWidget.setTabOrder(one, other)

    def _add_key(self, digit: int) -> None:
        action = QAction(self)
        action.setShortcut(QKeySequence(f"Ctrl+Alt+{digit}"))
        action.triggered.connect(partial(self._choose, digit - 1))
        self.addAction(action)

    # -- numbers

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

    # -- what is shown

    def show_compact(self, *, compact: bool) -> None:
        """Signs alone, where there is little room."""
        self._compact = compact
        self._title.setVisible(not compact)
        for button in self._buttons:
            button.show_compact(compact=compact)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setAccessibleName(text("views.name"))
        self._title.setText(text("rail.views"))
        self.save.setIcon(self._context.look.icon("plus", "rail_text"))
        self.save.setToolTip(text("views.save_title"))
        self.save.setAccessibleName(text("views.save"))
        self.shown = chips(self._kept.own, self._kept.shared, self._counts, self._orders.query, self._context.words)
        while len(self._buttons) < len(self.shown):
            self._add()
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(self.shown))
            if number < len(self.shown):
                self._show(button, self.shown[number])

    def _add(self) -> None:
        number = len(self._buttons)
        button = RailButton(self._context)
        button.setProperty("extent", "small")
        button.show_compact(compact=self._compact)
        button.clicked.connect(partial(self._choose, number))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(partial(self._offer, number))
        self._column.addWidget(button)
        QWidget.setTabOrder(self._buttons[-1] if self._buttons else self.save, button)
        self._buttons.append(button)

    def _show(self, button: RailButton, view: ViewChip) -> None:
        spoken = self._context.text("views.spoken", name=view.name, n=max(0, view.count))
        hint = self._context.text("views.shared", name=view.name) if view.kind == "shared" else ""
        icon = _ICONS[view.id if view.kind == "built_in" else view.kind]
        button.show_line(icon, view.name, f"{view.count:,}" if view.count > 0 else "", spoken, hint=hint)
        button.setChecked(view.chosen)

    def _choose(self, number: int, _checked: bool = False) -> None:
        if number < len(self.shown):
            self.chosen.emit(self.shown[number])
            self.redraw()

    def open(self, view: str) -> None:
        """Choose the view of this id, if it is still there."""
        for number, chip in enumerate(self.shown):
            if chip.id == view:
                self._choose(number)

    # -- keeping

    @Slot()
    def ask_name(self) -> None:
        """Under which name shall the list be kept?"""
        dialog = NameDialog(self._context, self._kept.own, self.window())
        dialog.given.connect(self.keep)
        dialog.open()

    @Slot(str)
    def keep(self, name: str) -> None:
        """Keep the list as it is under this name, unless the name will not do."""
        good = named(name, self._kept.own)
        if good is not None:
            self.keep_wanted.emit(good)

    def _offer(self, number: int, _at: object = None) -> None:
        """What can be done with one's own or a shared view."""
        menu = self.menu_of(self.shown[number])
        if menu is not None:
            menu.popup(self._buttons[number].mapToGlobal(self._buttons[number].rect().bottomLeft()))

    def menu_of(self, view: ViewChip) -> QMenu | None:
        """None for the views that came with the program."""
        text, menu = self._context.text, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = self._kept.find(view.id)
        if view.kind == "own" and found is not None:
            menu.addAction(text("views.renew", name=view.name), partial(self._want_renewed, found))
            if self._kept.may_share:
                menu.addAction(text("views.share", name=view.name), partial(self._kept.share, view.id))
            menu.addAction(text("views.delete", name=view.name), partial(self._kept.drop, view.id))
        elif view.kind == "shared" and self._kept.may_share:
            menu.addAction(text("views.unshare", name=view.name), partial(self._kept.unshare, view.id))
        return None if menu.isEmpty() else menu

    def _want_renewed(self, view: OwnView) -> None:
        self.renew_wanted.emit(view)


def plain(query: ListQuery) -> ListQuery:
    """The list without what was typed."""
    return msgspec.structs.replace(query, text="")
