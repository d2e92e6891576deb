"""Who takes this order, and until when is it put away? The menu of a line, by the right button or the menu key."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop.bridge import Line
from desktop.bulk.presenter import snooze_options
from desktop.context import Context
from desktop.verbs.presenter import Ask
from sync.domain.commands import Args, Op
from sync.domain.order import Order, OrderId
from sync.domain.organise import assign_args, claim_args, snooze_args, unclaim_args, wake_args
from sync.domain.permissions import Action
from sync.store.projection import Seen


class RowMenu(QObject):
    """``asked`` carries the Seen order and the Ask of what was chosen."""

    asked = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._over = parent
        self._at = QPoint()
        self.menu: QMenu | None = None

    @Slot(object, QPoint)
    def open(self, order: OrderId, at: QPoint) -> None:
        """Read what can be done with the order, then offer it there."""
        desk, self._at = self._context.bridge.desk, at

        def read() -> tuple[Seen, tuple[Action, ...]] | None:
            seen = desk.order(order)
            return None if seen is None else (seen, desk.organising(seen))

        self._context.bridge.run(Line.LOOK, read, self._show)

    @Slot(object)
    def _show(self, found: tuple[Seen, tuple[Action, ...]] | None) -> None:
        if found is None:
            return
        seen, actions = found
        menu = self.menu = QMenu(self._over)
        menu.aboutToHide.connect(menu.deleteLater)
        possible = {action.op for action in actions if action.refusal is None}
        order = seen.order
        for op, args in ((Op.CLAIM, claim_args(order)), (Op.UNCLAIM, unclaim_args(order)), (Op.WAKE, wake_args(order))):
            if op in possible:
                menu.addAction(self._context.words.op(op), partial(self._give, seen, Ask(op, args=args)))
        if Op.ASSIGN in possible:
            self._add(menu, seen, Op.ASSIGN, self._colleagues(order))
        if Op.SNOOZE in possible:
            self._add(menu, seen, Op.SNOOZE, self._times(order))
        if not menu.isEmpty():
            menu.popup(self._at)

    def _add(self, menu: QMenu, seen: Seen, op: Op, choices: list[tuple[str, Args]]) -> None:
        below = menu.addMenu(self._context.words.op(op))
        for label, args in choices:
            below.addAction(label, partial(self._give, seen, Ask(op, args=args)))

    def _colleagues(self, order: Order) -> list[tuple[str, Args]]:
        people = self._context.words.directory.people
        return [(p.name, assign_args(order, p.id)) for p in people if order.warehouse in p.warehouses]

    def _times(self, order: Order) -> list[tuple[str, Args]]:
        offered = snooze_options(self._context.now(), self._context.words)
        return [(o.label, snooze_args(order, o.value)) for o in offered if isinstance(o.value, int)]

    def _give(self, seen: Seen, ask: Ask) -> None:
        self.asked.emit(seen, ask)
