"""What stands around the list? Its heading, the number of its orders, and a word when it is empty."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context
from desktop.orders.arrange_menu import ArrangeButton
from desktop.orders.arranging import Arrangement
from desktop.orders.model import OrdersModel
from desktop.orders.presenter import blank, title
from desktop.orders.table import OrdersTable
from desktop.parts import Elided, Emptiness, label
from sync.events import Link
from sync.store.listing import ListQuery


class OrdersView(QFrame):
    """Heading, table and the word for an empty list."""

    export_wanted = Signal()
    print_wanted = Signal()
    pull_wanted = Signal()
    bulk_wanted = Signal()

    def __init__(self, context: Context, model: OrdersModel) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._context = context
        self._orders = model
        self._link, self._marked = Link.ONLINE, 0
        self.table = OrdersTable(context, model)
        self._title = Elided("title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._count = label(role="small")
        self._blank = Emptiness(context)
        self.arrange = ArrangeButton(context, model)
        self.arrange.arranged.connect(self.table.arrange)
        self.table.arranged.connect(self._learn)
        self.export = QPushButton()
        self.export.setProperty("kind", "quiet")
        self._ways_out = QMenu(self.export)
        self.table_out, self._print, self._pull = QAction(self), QAction(self), QAction(self)
        self.table_out.triggered.connect(self.export_wanted)
        self._print.triggered.connect(self.print_wanted)
        self._pull.triggered.connect(self.pull_wanted)
        self._ways_out.addActions([self.table_out, self._print, self._pull])
        self.export.setMenu(self._ways_out)
        self.bulk = QPushButton()
        self.bulk.setProperty("kind", "quiet")
        self.bulk.clicked.connect(self.bulk_wanted)
        head = self._head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 6)
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addSpacing(4)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self.arrange)
        head.addWidget(self.bulk)
        head.addWidget(self.export)
        body = QWidget()
        both = QStackedLayout(body)
        both.setStackingMode(QStackedLayout.StackingMode.StackAll)  # a hidden table would lose the keyboard
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self._blank)
        both.addWidget(self.table)
        self._blank.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(body, 1)
        model.changed.connect(self.redraw)
        model.asked.connect(self.table.show_sort)
        context.follow(self)

    def put_beside(self, button: QPushButton) -> None:
        """A further button before the others of the heading."""
        self._head.insertWidget(self._head.indexOf(self.arrange), button)

    def order_tabs(self, first: QPushButton) -> None:
        """Tab goes from the buttons of the heading to the table; to be said once all of it stands in its window."""
        for one, other in pairwise((first, self.arrange, self.bulk, self.export, self.table)):
            QWidget.setTabOrder(one, other)

    @Slot(object)
    def _learn(self, arrangement: Arrangement) -> None:
        """Columns were dragged: the menu knows."""
        self.arrange.arrangement = arrangement
        self.arrange.arranged.emit(arrangement)

    def show_arrangement(self, arrangement: Arrangement) -> None:
        """As the person left it."""
        self.arrange.arrangement = arrangement
        self.table.arrange(arrangement)

    @Slot(int)
    def show_marked(self, count: int) -> None:
        """So many orders are marked by hand: bulk actions will be of them."""
        self._marked = count
        self.redraw()

    def show_link(self, link: Link) -> None:
        if link is not self._link:
            self._link = link
            self.redraw()

    @Slot()
    def redraw(self) -> None:
        query: ListQuery = self._orders.query
        lines = self._orders.rowCount()
        heading, count = title(query, lines, self._context.words)
        self._title.setText(heading)
        self._count.setText(count if self._orders.loaded else self._context.text("list.loading"))
        empty = blank(query, self._link, self._context.words)
        self._blank.show_blank(empty.icon, empty.title, empty.body)
        self._show_buttons(ready=self._orders.loaded and bool(lines))
        self._blank.setVisible(self._orders.loaded and not lines)
        self._blank.raise_()

    def _show_buttons(self, *, ready: bool) -> None:
        text, look = self._context.text, self._context.look
        self.export.setText(f" {text('export.label')}")
        self.export.setIcon(look.icon("export"))
        self.export.setToolTip(text("export.hint"))
        self.table_out.setText(text("export.title"))
        self.table_out.setEnabled(ready)
        self._print.setText(text("pull.print"))
        self._pull.setText(text("pull.save"))
        marked = f" · {self._marked:,}" if self._marked else ""
        self.bulk.setText(f" {text('bulk.open')}{marked}")
        self.bulk.setIcon(look.icon("checks"))
        self.bulk.setToolTip(text("bulk.title"))
        self.bulk.setEnabled(ready or bool(self._marked))
