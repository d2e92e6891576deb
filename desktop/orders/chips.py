"""How is the list narrowed to some kinds? Chips with their numbers, any number of them chosen."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QPushButton,
    QWidget,
)

from desktop.context import Context
from desktop.orders.presenter import Chip
from desktop.parts import Wrap, spread
from sync.domain.exceptions import Reason


class ChipBar(QWidget):
    """The kinds that occur, with their numbers; any number of them can be chosen."""

    kinds_chosen = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._chips: tuple[Chip, ...] = ()
        self._all = self._button()
        self._buttons: dict[Reason, QPushButton] = {}
        self._row = Wrap(self, gap=6)
        self._row.addWidget(self._all)
        self._all.clicked.connect(self._clear)
        context.follow(self)

    def _button(self) -> QPushButton:
        made = QPushButton(self)
        made.setProperty("kind", "chip")
        made.setCheckable(True)
        return made

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        if chips != self._chips:
            self._chips = chips
            self.redraw()

    def redraw(self) -> None:
        shown = {chip.kind: chip for chip in self._chips}
        for kind in shown:
            if kind not in self._buttons:
                self._add(kind)
        for kind, button in self._buttons.items():
            button.setVisible(kind in shown)
            if kind in shown:
                self._fill(button, shown[kind])
        self._all.setText(self._context.text("chips.all"))
        spread(self._all, self._context.look, icon=False)
        self._all.setChecked(not any(chip.chosen for chip in self._chips))
        self._row.invalidate()

    def _add(self, kind: Reason) -> None:
        button = self._button()
        button.setProperty("reason", kind.value)
        button.clicked.connect(self._choose)
        QWidget.setTabOrder(list(self._buttons.values())[-1] if self._buttons else self._all, button)
        self._buttons[kind] = button
        self._row.addWidget(button)

    def _fill(self, button: QPushButton, chip: Chip) -> None:
        button.setText(f" {chip.badge.label}  {chip.count}")
        button.setToolTip(chip.badge.title)
        button.setAccessibleName(f"{chip.badge.title}, {chip.count}")
        button.setIcon(self._context.look.icon(chip.badge.icon, "muted", checked="text"))
        button.setChecked(chip.chosen)
        spread(button, self._context.look)

    @Slot()
    def _choose(self) -> None:
        self.kinds_chosen.emit(frozenset(k for k, b in self._buttons.items() if b.isChecked() and not b.isHidden()))

    @Slot()
    def _clear(self) -> None:
        self.kinds_chosen.emit(frozenset())
