"""How does a view become a file for a spreadsheet? CSV or XLSX with whole values, harmless when opened as a table."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from desktop.orders.presenter import COLUMNS, ColumnId, cell
from desktop.words import Words
from sync.store.listing import Row

PAGE = 500
"""Rows that are read at a time."""
LONGEST_SHEET = 1_048_575
"""Orders that one sheet of a workbook can hold."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TIMES: dict[ColumnId, Callable[[Row], int | None]] = {
    "due": lambda row: row.due_at,
    "raised": lambda row: row.raised_at,
}
_WIDTHS: dict[ColumnId, int] = {"due": 18, "raised": 18, "number": 20, "customer": 34, "kinds": 24, "node": 22}


def harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: with an apostrophe before what would begin one."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def heading(words: Words) -> list[str]:
    """The columns' names; where a file has the time itself and not what is left of it, its own."""
    return [words.text(f"export.column.{c.id}" if c.id in _TIMES else f"column.{c.id}") for c in COLUMNS]


def line(row: Row, words: Words, now: int) -> list[str]:
    """One order: times with date and zone, money in yuan as a plain number, the rest as the list shows it."""
    return [_value(row, plan.id, words, now) for plan in COLUMNS]


def _local(at: int, words: Words) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(words.zone)


def _value(row: Row, column: ColumnId, words: Words, now: int) -> str:
    if column in _TIMES:
        at = _TIMES[column](row)
        return "" if at is None else f"{_local(at, words):%Y-%m-%d %H:%M%z}"
    if column == "total":
        return f"{row.total // 100}.{row.total % 100:02d}"
    return harmless(cell(row, column, words, now))


def pages(rowids: Sequence[int], read: Callable[[Sequence[int]], list[Row]]) -> Iterator[Row]:
    """The rows of these ids, in order; those that are gone meanwhile are left out."""
    for start in range(0, len(rowids), PAGE):
        wanted = list(rowids[start : start + PAGE])
        found = {row.rowid: row for row in read(wanted)}
        yield from (found[rowid] for rowid in wanted if rowid in found)


def save(path: Path, rows: Iterator[Row], words: Words, now: int) -> int:
    """A workbook for ``.xlsx``, else CSV; whole or not at all; how many orders it has. Raises OSError."""
    return (write_workbook if path.suffix.lower() == ".xlsx" else write)(path, rows, words, now)


def write(path: Path, rows: Iterator[Row], words: Words, now: int) -> int:
    """Write CSV, whole or not at all; how many orders it has. Raises OSError."""
    beside = path.with_name(f"{path.name}.new")
    count = 0
    with beside.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        table = csv.writer(file)
        table.writerow(heading(words))
        for row in rows:
            table.writerow(line(row, words, now))
            count += 1
    beside.replace(path)
    return count


def write_workbook(path: Path, rows: Iterator[Row], words: Words, now: int) -> int:
    """Write XLSX, whole or not at all; how many orders it has. Times and money are such, texts nothing but texts.

    Times are those of the reader's zone, for a workbook knows none. Raises OSError.
    """
    import xlsxwriter  # noqa: PLC0415  only whoever saves a workbook needs it

    beside = path.with_name(f"{path.name}.new")
    beside.touch()
    book = xlsxwriter.Workbook(str(beside), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    time, money = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    for number, plan in enumerate(COLUMNS):
        sheet.set_column(number, number, _WIDTHS.get(plan.id, 14))
        sheet.write_string(0, number, heading(words)[number], bold)
    count = 0
    for row in rows:
        count += 1
        for number, plan in enumerate(COLUMNS):
            at = _TIMES[plan.id](row) if plan.id in _TIMES else None
            if at is not None:
                sheet.write_datetime(count, number, _local(at, words).replace(tzinfo=None), time)
            elif plan.id == "total":
                sheet.write_number(count, number, row.total / 100, money)
            elif plan.id not in _TIMES:
                sheet.write_string(count, number, cell(row, plan.id, words, now))
        if count == LONGEST_SHEET:
            break
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    book.close()
    beside.replace(path)
    return count
