"""How does a person move through the list? A table that keeps its place and paints its lines itself."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTableView,
)

from desktop.context import Context
from desktop.orders.arranging import Arrangement
from desktop.orders.model import OrdersModel
from desktop.orders.painting import Place, RowPainter
from desktop.orders.presenter import COLUMNS, heading, visible_columns
from sync.domain.order import OrderId

ROW_HEIGHTS = {"comfortable": 38, "compact": 28}
TICK_MS = 15_000
"""How often the countdowns are painted anew."""


class OrdersTable(QTableView):
    """The table. ``order_chosen`` gives the order of the current line, None when there is none."""

    order_chosen = Signal(object)
    opened = Signal()
    stood = Signal(object, object)
    """Row id and order of the current line."""
    menu_wanted = Signal(object, QPoint)
    """The order whose menu is wanted, and where on the screen."""
    arranged = Signal(object)
    """The Arrangement that the person made with the mouse."""

    def __init__(self, context: Context, model: OrdersModel) -> None:
        super().__init__()
        self._context = context
        self._orders = model
        self._chosen: OrderId | None = None
        self._kept: tuple[int | None, int | None] = (None, None)
        self._line = self._offset = 0
        self._foreign = False
        self._sorted = (0, Qt.SortOrder.AscendingOrder)
        self._query = model.query
        self._painter = RowPainter(context)
        self._hovered = -1
        self._arrangement = Arrangement()
        self._arranging = False
        self.is_marked: Callable[[int], bool] = lambda _rowid: False
        """Whether a row was marked by hand, for something that is asked of many orders."""
        self.setModel(model)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what stays in view is moved, not painted
        self._arrange()
        model.window = self.window_lines
        model.current = self.current_line
        model.about_to_change.connect(self._remember)
        model.changed.connect(self._restore)
        model.dataChanged.connect(self._name_current)
        self.selectionModel().currentRowChanged.connect(self._move)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.viewport().update)
        self._tick.start()
        context.follow(self)

    def _arrange(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(24)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        header.setSectionsMovable(True)
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionMoved.connect(self._moved)

    def redraw(self) -> None:
        height = self._context.look.theme.px(ROW_HEIGHTS[self._context.look.density])
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)
            self.updateGeometries()
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._painter.renew()
        self.setAccessibleName(self._context.text("list.name"))
        self._fit()
        self.viewport().update()

    @Slot(int, Qt.SortOrder)
    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by this column, with Shift within the columns before; one that cannot be sorted by changes nothing."""
        if (column, order) == self._sorted:
            return
        if COLUMNS[column].sort is None:
            self.horizontalHeader().setSortIndicator(*self._sorted)
        elif QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._orders.sort_within(column)
            self.show_sort()
        else:
            self._sorted = (column, order)
            self._orders.sort(column, order)

    @Slot()
    def show_sort(self) -> None:
        """The sign stands at the first column that the list is sorted by."""
        column, rises = self._orders.query.sort
        at = next((n for n, plan in enumerate(COLUMNS) if plan.sort == column), 0)
        self._sorted = (at, Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder)
        self.horizontalHeader().setSortIndicator(*self._sorted)

    # -- columns

    def arrange(self, arrangement: Arrangement) -> None:
        """Show these columns in this order."""
        self._arrangement, self._arranging = arrangement, True
        header, numbers = self.horizontalHeader(), {plan.id: n for n, plan in enumerate(COLUMNS)}
        for place, column in enumerate(arrangement.shown):
            header.moveSection(header.visualIndex(numbers[column]), place)
        self._arranging = False
        self._fit()
        self.viewport().update()

    @Slot()
    def _moved(self) -> None:
        """The person dragged a heading elsewhere; columns without room keep their place among the others."""
        if self._arranging:
            return
        header = self.horizontalHeader()
        wanted = set(self._arrangement.shown)
        visual = (COLUMNS[header.logicalIndex(place)].id for place in range(header.count()))
        self._arrangement = Arrangement(columns=tuple(column for column in visual if column in wanted))
        self.arranged.emit(self._arrangement)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the columns that have room; what is left over goes to the customer."""
        px, room = self._context.look.theme.px, self.viewport().width()
        shown = visible_columns(round(room / self._context.look.theme.scale), self._arrangement.shown)
        for number, plan in enumerate(COLUMNS):
            self.setColumnHidden(number, plan.id not in shown)
        rest = room - sum(px(c.width) for c in COLUMNS if c.id in shown and not c.stretch)
        for number, plan in enumerate(COLUMNS):
            self.setColumnWidth(number, max(rest, px(60)) if plan.stretch else px(plan.width))

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Every visible line that the event touches, in one go."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.ground(painter, event.rect())
        places, ratio = self._places(), self.devicePixelRatioF()
        chosen, wide, tall = self.currentIndex().row(), self.viewport().width(), self.rowHeight(0)
        first, lines = self.rowAt(event.rect().top()), self._orders.rowCount()
        for line in range(first, lines) if first >= 0 else ():
            top = self.rowViewportPosition(line)
            if top > event.rect().bottom():
                break
            group = self._orders.group_at(line)
            if group is not None:
                self._painter.paint_group(
                    painter,
                    QRect(0, top, wide, tall),
                    heading(group, self._orders.query.group, self._context.words),
                    is_open=self._orders.is_open(group),
                    chosen=line == chosen,
                    hovered=line == self._hovered,
                    ratio=ratio,
                )
                continue
            self._painter.paint(
                painter,
                QRect(0, top, wide, tall),
                self._orders.row_at(line),
                places,
                chosen=line == chosen,
                hovered=line == self._hovered,
                ratio=ratio,
            )
            rowid = self._orders.rowid_at(line)
            if rowid is not None and self.is_marked(rowid):
                self._painter.paint_mark(painter, QRect(0, top, wide, tall), ratio)
        painter.end()

    def _places(self) -> list[Place]:
        """The visible columns with their edges."""
        return [
            (plan.id, self.columnViewportPosition(number), self.columnWidth(number))
            for number, plan in enumerate(COLUMNS)
            if not self.isColumnHidden(number)
        ]

    def _hover(self, line: int) -> None:
        if line != self._hovered:
            self._hovered = line
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the right button the line under it, by the menu key the current one."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        line = self.rowAt(event.pos().y()) if by_mouse else self.currentIndex().row()
        order = self._orders.order_at(line) if line >= 0 else None
        if order is not None:
            self.selectRow(line)
            self.menu_wanted.emit(order, event.globalPos() if by_mouse else self.beneath())

    def beneath(self) -> QPoint:
        """Where on the screen a menu of the current line opens; at the top of the list where that is out of view."""
        line, inside = self.currentIndex().row(), self.viewport().rect()
        top = self.rowViewportPosition(line) + self.rowHeight(line) if line >= 0 else 0
        return self.viewport().mapToGlobal(QPoint(inside.width() // 3, min(max(top, 0), inside.height())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        group = self._orders.group_at(self.rowAt(round(event.position().y())))
        if group is not None and event.button() is Qt.MouseButton.LeftButton:
            self._orders.toggle(group)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(round(event.position().y())))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    # -- place

    def window_lines(self) -> tuple[int, int]:
        """The first and last visible line."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return first, last if last >= 0 else first + 40

    def current_line(self) -> int:
        """The line that the person stands on; -1 for none."""
        return self.currentIndex().row()

    @Slot()
    def _remember(self) -> None:
        self._line = self.currentIndex().row()
        self._kept = (self._orders.rowid_at(self._line), self._orders.rowid_at(self.rowAt(0)))
        self._offset = -self.rowViewportPosition(max(0, self.rowAt(0)))

    @Slot()
    def _restore(self) -> None:
        """The same order stays current and the same line on top, wherever they stand now."""
        chosen, top = (None if rowid is None else self._orders.line_of(rowid) for rowid in self._kept)
        if top is not None and self._kept[1] is not None:
            self.verticalScrollBar().setValue(top * self.verticalHeader().defaultSectionSize() + self._offset)
        if chosen is None and not (self._foreign and self._orders.query == self._query):
            chosen = self._neighbour()
        if chosen is None:
            if not self._foreign:
                self._tell(None)
            return
        select = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        column = self._first_column()
        self.selectionModel().setCurrentIndex(self._orders.index(chosen, column), select)
        self._name_current()

    def _neighbour(self) -> int | None:
        """The line to choose when the chosen order left: what stands in its place, or the first of another list."""
        lines = self._orders.rowCount()
        same = self._orders.query == self._query
        self._query = self._orders.query
        return min(max(self._line, 0) if same else 0, lines - 1) if lines else None

    def _first_column(self) -> int:
        return next((n for n in range(len(COLUMNS)) if not self.isColumnHidden(n)), 0)

    @Slot(QModelIndex, QModelIndex)
    def _move(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._name_current()

    @Slot()
    def _name_current(self) -> None:
        """Tell which order is current, as soon as its row is here."""
        current = self.currentIndex()
        order = self._orders.order_at(current.row()) if current.isValid() else None
        if order is not None:
            self._tell(order)

    def _tell(self, order: OrderId | None) -> None:
        if order != self._chosen:
            self._chosen = order
            self._foreign = False
            self.stood.emit(self._orders.rowid_at(self.currentIndex().row()), order)
            self.order_chosen.emit(order)

    def go_to(self, step: int) -> None:
        """Make the line so many further the current one."""
        line = min(max(self.currentIndex().row() + step, 0), self._orders.rowCount() - 1)
        if line >= 0:
            self.selectRow(line)

    @Slot(object)
    def go_to_row(self, rowid: int) -> None:
        line = self._orders.line_of(rowid)
        if line is not None:
            self.selectRow(line)

    def go_to_order(self, order: OrderId) -> bool:
        """Make this order's line the current one; without a line here, none is, and the answer is False."""
        line = self._orders.line_of_order(order)
        if line is None:
            self._chosen, self._foreign = order, True
            self.selectionModel().clear()
            return False
        self.selectRow(line)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._on_heading(event):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
            return
        letters = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        if event.key() in letters and not event.modifiers():
            self.go_to(letters[Qt.Key(event.key())])
            return
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _on_heading(self, event: QKeyEvent) -> bool:
        """A group opens and closes by Enter, Right and Left on its heading."""
        group = self._orders.group_at(self.currentIndex().row())
        if group is None:
            return False
        is_open = self._orders.is_open(group)
        wanted = {Qt.Key.Key_Right: not is_open, Qt.Key.Key_Left: is_open}
        if wanted.get(Qt.Key(event.key()), event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}):
            self._orders.toggle(group)
        return Qt.Key(event.key()) in {*wanted, Qt.Key.Key_Return, Qt.Key.Key_Enter}

    def keyboardSearch(self, search: str) -> None:  # noqa: N802  Qt's name
        """Letters are shortcuts here, no search by first letter."""
