"""A list as a table for spreadsheets: whole values, no formulas, whole files."""

import csv
from pathlib import Path

import msgspec
import pytest

from desktop.orders.export import harmless, heading, line, pages, write
from desktop.words import Words
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status, WarehouseId
from sync.store.listing import Row
from tests.desktop.conftest import NOW

ROW = Row(
    rowid=1,
    id=OrderId("o-1"),
    number="SO20244712",
    customer="苏州, Home",
    city="苏州",
    warehouse=WarehouseId("W-01"),
    carrier=None,
    status=Status.PICKING,
    due_at=NOW,
    total=123_405,
    kinds=(Reason.STOCK_OUT,),
    holds=0,
    pending=0,
    raised_at=None,
    attention=False,
    version=1,
)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_would_be_a_formula_is_only_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_plain_text_stays_as_it_is() -> None:
    assert harmless("苏州=1") == "苏州=1"


def test_a_line_has_whole_values(en: Words) -> None:
    values = dict(zip(heading(en), line(ROW, en, NOW), strict=True))
    assert values["Order"] == "SO20244712"
    assert "1234.05" in values.values()
    assert any(value.endswith("+0800") for value in values.values())


def test_a_file_is_read_back_as_it_was(en: Words, tmp_path: Path) -> None:
    evil = msgspec.structs.replace(ROW, rowid=2, customer='=cmd|"/c calc"!A1')
    path = tmp_path / "orders.csv"
    assert write(path, iter((ROW, evil)), en, NOW) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read == [heading(en), line(ROW, en, NOW), line(evil, en, NOW)]
    assert not [cell for row in read for cell in row if cell.startswith("=")]
    assert [p.name for p in tmp_path.iterdir()] == ["orders.csv"]


def test_rows_come_in_the_lists_order_without_those_that_left() -> None:
    rows = {n: msgspec.structs.replace(ROW, rowid=n) for n in (3, 1)}
    read = pages([3, 2, 1], lambda ids: [rows[n] for n in sorted(ids) if n in rows])
    assert [row.rowid for row in read] == [3, 1]
