"""Which orders stand in the list, and in which line? A virtual table: ids of all lines, rows of those looked at.

The ids of a list and the rows of a page are read on a worker; an answer that came too late is dropped. Rows that are
not here yet are empty for a moment.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.orders.arranging import group_of, lines_of, sorted_by
from desktop.orders.presenter import COLUMNS, ColumnId, cell, header, heading, hint, spoken_row
from sync.domain.order import OrderId
from sync.store.listing import Group, Grouping, Listing, ListQuery, Row

PAGE = 64
KEPT_ROWS = 4096

ROW = int(Qt.ItemDataRole.UserRole)
"""The role that gives a cell's ``Row``, or None while it is being read."""
GROUP = ROW + 1
"""The role that gives the ``Group`` of a heading."""

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class _Listing:
    turn: int
    reader: int
    query: ListQuery
    listing: Listing
    lines: "array[int]"
    places: dict[int, int]
    """In which lines the rows stand that a person looks at, by row id."""
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class _First:
    reader: int
    query: ListQuery
    listing: Listing
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class _Page:
    turn: int
    number: int
    rows: list[Row]


class OrdersModel(QAbstractTableModel):
    """The list for one query. ``about_to_change`` and ``changed`` stand around every change of the lines."""

    asked = Signal()
    """Another list is wanted; what it holds comes with ``changed``."""
    about_to_change = Signal()
    changed = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = ListQuery()
        self._ids: array[int] = array("q")
        self._listing = Listing(array("q"))
        self._closed: frozenset[str] = frozenset()
        self._places: dict[int, int] = {}
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._asked: set[int] = set()
        self._turn = 0
        self._reader = 0
        self._reading = False
        self._again = False
        self.loaded = False
        self.window: Callable[[], tuple[int, int]] = lambda: (0, PAGE)
        """Gives the first and last visible line, so that a refresh reads those rows along with the ids."""
        self.current: Callable[[], int] = lambda: -1
        """Gives the line that a person stands on."""
        context.voicing.changed.connect(self.redraw)

    # -- what to show

    @property
    def query(self) -> ListQuery:
        return self._query

    def ask(self, query: ListQuery) -> None:
        """Show another list. What is on screen stays until the new list is there."""
        if query != self._query:
            resorted, self._query = query.sorts != self._query.sorts, query
            if resorted:  # a table paints all its lines anew for it
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
            self.asked.emit()
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the list again; while a reading is under way, one more follows it."""
        if self._reading:
            self._again = True
            self._turn += 1
            return
        self._reading = True
        self._turn += 1
        if not self.loaded:
            self._begin()
        turn, reader, query, desk = self._turn, self._reader, self._query, self._context.bridge.desk
        (first, last), closed = self.window(), self._closed
        top, kept = self.rowid_at(first), {self.rowid_at(first), self.rowid_at(self.current())}

        def read() -> _Listing:
            listing = desk.listing(query)
            lines = lines_of(listing, closed)
            places = {rowid: at for rowid in kept if rowid is not None and (at := line_of(lines, rowid)) is not None}
            begins = first if top is None else places.get(top, first)  # the line on top stays on top where it can
            start = max(0, min(begins, len(lines) - 1) - PAGE // 2)
            wanted = [rowid for rowid in lines[start : begins + last - first + PAGE] if rowid >= 0]
            return _Listing(turn, reader, query, listing, lines, places, desk.rows(wanted))

        self._context.bridge.run(Line.LOOK, read, self._take, self._fail)

    def _begin(self) -> None:
        """There is nothing on the screen: the first lines of a long list come before all of it."""
        reader, query, desk = self._reader, self._query, self._context.bridge.desk

        def read() -> _First | None:
            listing = desk.first_lines(query, PAGE)
            return None if listing is None else _First(reader, query, listing, desk.rows(listing.ids))

        self._context.bridge.run(Line.LOOK, read, self._take_first, self._report)

    @Slot(object)
    def _take_first(self, first: _First | None) -> None:
        if first is None or self.loaded or (first.reader, first.query) != (self._reader, self._query):
            return
        self._listing = first.listing
        self._replace(first.listing.ids, OrderedDict((row.rowid, row) for row in first.rows), loaded=False)

    @Slot(object)
    def _take(self, listing: _Listing) -> None:
        self._reading = False
        if listing.reader == self._reader and listing.query == self._query:
            self._show(listing)
        if self._again or listing.turn != self._turn:
            self._again = False
            self.refresh()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._reading = False
        self._report(error)

    @Slot(object)
    def _report(self, error: Exception) -> None:
        self._context.bridge.faulted.emit(error)

    def _show(self, listing: _Listing) -> None:
        fresh = OrderedDict((row.rowid, row) for row in listing.rows)
        self._asked.clear()
        same = listing.listing.groups == self._listing.groups
        self._listing, self._places = listing.listing, listing.places
        if self.loaded and same and listing.lines == self._ids:
            self._rows = fresh
            self.redraw()
        else:
            self._replace(listing.lines, fresh, loaded=True)

    def _replace(self, ids: "array[int]", rows: "OrderedDict[int, Row]", *, loaded: bool) -> None:
        self.about_to_change.emit()
        self.beginResetModel()
        self._ids, self._rows, self.loaded = ids, rows, loaded
        self.endResetModel()
        self.changed.emit()

    def forget(self) -> None:
        """Nothing of what was read stays, nor of what is being read: someone else is at the desk."""
        self._turn += 1
        self._reader += 1
        self._asked.clear()
        self._listing, self._closed = Listing(array("q")), frozenset()
        self._replace(array("q"), OrderedDict(), loaded=False)

    # -- groups

    def group_at(self, line: int) -> Group | None:
        """The group whose heading stands in this line; None for an order."""
        return group_of(self._ids[line], self._listing.groups) if 0 <= line < len(self._ids) else None

    def is_open(self, group: Group) -> bool:
        return group.key not in self._closed

    def toggle(self, group: Group) -> None:
        """Show the orders of this group, or only its heading."""
        self._closed ^= {group.key}
        self._replace(lines_of(self._listing, self._closed), self._rows, loaded=self.loaded)

    # -- lines

    @property
    def ids(self) -> "array[int]":
        """The row ids of all orders of the list, group by group; not to be changed."""
        return self._listing.ids

    def line_of_order(self, order: OrderId) -> int | None:
        """Where this order stands, if its row is here."""
        found = next((rowid for rowid, row in self._rows.items() if row.id == order), None)
        return None if found is None else self.line_of(found)

    def order_at(self, line: int) -> OrderId | None:
        row = self._row(line)
        return None if row is None else row.id

    def rowid_at(self, line: int) -> int | None:
        return self._ids[line] if 0 <= line < len(self._ids) else None

    def line_of(self, rowid: int) -> int | None:
        """Where this row stands now; None when it is not in this list."""
        place = self._places.get(rowid, -1)
        return place if self.rowid_at(place) == rowid else line_of(self._ids, rowid)

    def row_at(self, line: int) -> Row | None:
        """The row of this line; None while it is being read, and asked for by this."""
        return self._row(line) if 0 <= line < len(self._ids) else None

    def _row(self, line: int) -> Row | None:
        rowid = self._ids[line]
        row = self._rows.get(rowid)
        if row is None and rowid >= 0:
            self._ask_page(line // PAGE)
        return row

    def _ask_page(self, number: int) -> None:
        if number in self._asked:
            return
        self._asked.add(number)
        turn, desk = self._turn, self._context.bridge.desk
        rowids = [rowid for rowid in self._ids[number * PAGE : (number + 1) * PAGE] if rowid >= 0]
        self._context.bridge.run(Line.LOOK, lambda: _Page(turn, number, desk.rows(rowids)), self._take_page, self._fail)

    @Slot(object)
    def _take_page(self, page: _Page) -> None:
        self._asked.discard(page.number)
        if page.turn != self._turn:
            return
        for row in page.rows:
            self._rows[row.rowid] = row
        while len(self._rows) > KEPT_ROWS:
            self._rows.popitem(last=False)
        first = page.number * PAGE
        last = min(first + PAGE, len(self._ids)) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    @Slot()
    def redraw(self) -> None:
        """Texts or rows differ, the lines are the same."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(COLUMNS) - 1))

    # -- what Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        plan = COLUMNS[index.column()]
        group = self.group_at(index.row())
        if group is not None:
            return self._group_text(group, index.column(), role)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if plan.numeric else _LEFT
        row = self._row(index.row()) if role in _READING else None
        if row is None:
            return None
        return row if role == ROW else self._text(row, plan.id, role)

    def _text(self, row: Row, column: ColumnId, role: int) -> str:
        words, now = self._context.words, self._context.now()
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint(row, column, words, now)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return spoken_row(row, words, now)
        return cell(row, column, words, now)

    def _group_text(self, group: Group, column: int, role: int) -> Any:
        if role == GROUP:
            return group
        shown = role == Qt.ItemDataRole.DisplayRole and column == 0
        named = shown or role == Qt.ItemDataRole.AccessibleDescriptionRole
        return heading(group, self._query.group, self._context.words) if named else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section].numeric else _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return header(COLUMNS[section], self._query, self._context.words)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort in the store; a column that cannot be sorted changes nothing."""
        name = COLUMNS[column].sort if 0 <= column < len(COLUMNS) else None
        if name is not None:
            rises = order is Qt.SortOrder.AscendingOrder
            self.ask(msgspec.structs.replace(self._query, sort=(name, rises), then=()))

    def group_by(self, group: Grouping) -> None:
        """Group by customers or nodes, all groups open; or not at all."""
        self._closed = frozenset()
        self.ask(msgspec.structs.replace(self._query, group=group))

    def sort_within(self, column: int) -> None:
        """Sort by this column what the columns before leave alike; once more turns it round."""
        name = COLUMNS[column].sort if 0 <= column < len(COLUMNS) else None
        if name is not None:
            self.ask(sorted_by(self._query, name, more=True))


def line_of(lines: "array[int]", rowid: int) -> int | None:
    """Where the row stands among these; milliseconds in a long list."""
    try:
        return lines.index(rowid)
    except ValueError:
        return None


_READING = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleDescriptionRole),
        ROW,
    }
)
