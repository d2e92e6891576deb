"""How do a list and what is chosen from it share a window? Side by side; where it is too narrow, in turn."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.context import Context

GAP = 8


class Panes(QWidget):
    """``least`` and ``shares`` are widths, left and right. ``left_wanted``: back was pressed, the list is shown."""

    left_wanted = Signal()
    turned = Signal(bool)
    """Whether what belongs to the list alone can be of use now."""

    def __init__(
        self, context: Context, left: QWidget, right: QWidget, least: tuple[int, int], shares: tuple[int, int]
    ) -> None:
        super().__init__()
        self._context = context
        self._left, self._right = left, right
        self._least = least
        self._on_right = False
        self.narrow = False
        """Whether there is room for one pane only."""
        self.back = QPushButton()
        self.back.setProperty("kind", "quiet")
        self.back.clicked.connect(self._go_back)
        self.back.hide()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(GAP)
        self._split.setChildrenCollapsible(False)
        for number, pane in enumerate((left, right)):
            pane.setMinimumWidth(context.look.theme.px(least[number]))
            self._split.addWidget(pane)
            self._split.setStretchFactor(number, shares[number])
        self._split.setSizes([1000 * share for share in shares])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._split, 1)
        self.setMinimumWidth(context.look.theme.px(min(least)))
        context.follow(self)

    @property
    def right_seen(self) -> bool:
        """Whether what is chosen can be seen."""
        return self._on_right or not self.narrow

    @Slot()
    def show_right(self) -> None:
        """What is chosen is to be read."""
        self._turn(on_right=True)

    @Slot()
    def show_left(self) -> None:
        """Back to the list."""
        self._turn(on_right=False)

    def _turn(self, *, on_right: bool) -> None:
        if on_right != self._on_right:
            self._on_right = on_right
            self._place()

    @Slot()
    def _go_back(self) -> None:
        self.show_left()
        self.left_wanted.emit()

    @Slot()
    def redraw(self) -> None:
        self.back.setText(f" {self._context.text('list.back')}")
        self.back.setIcon(self._context.look.icon("arrow-left"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._context.look.theme.px(sum(self._least)) + GAP
        if narrow != self.narrow:
            self.narrow = narrow
            self._place()

    def _place(self) -> None:
        self._left.setVisible(not (self.narrow and self._on_right))
        self._right.setVisible(self.right_seen)
        self.back.setVisible(self.narrow and self._on_right)
        self.turned.emit(self._left.isVisibleTo(self))
