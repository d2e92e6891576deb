"""A list as a table for spreadsheets: whole values, no formulas, whole files."""

import csv
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from desktop.orders.export import harmless, heading, line, pages, save, write
from desktop.words import Words
from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status, UserId, WarehouseId
from sync.store.listing import Row
from tests.desktop.conftest import NOW

NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
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


def sheet(path: Path) -> list[dict[str, str]]:
    """The rows of the only sheet: by cell, the formula (``=…``), the text or the number as it stands in the file."""
    with zipfile.ZipFile(path) as parts:
        tree = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in tree.iter(f"{NAMES}row"):
        cells = {}
        for cell in row.iter(f"{NAMES}c"):
            formula, text, number = (cell.find(f".//{NAMES}{name}") for name in ("f", "t", "v"))
            found = next((part.text for part in (text, number) if part is not None), "") or ""
            cells[cell.attrib["r"]] = f"={formula.text}" if formula is not None else found
        rows.append(cells)
    return rows


def test_a_workbook_holds_texts_as_texts_and_figures_as_figures(en: Words, tmp_path: Path) -> None:
    evil = msgspec.structs.replace(ROW, rowid=2, customer='=cmd|"/c calc"!A1', claimed_by=UserId("=1+1"))
    path = tmp_path / "orders.xlsx"
    assert save(path, iter((ROW, evil)), en, NOW) == 2
    head, first, second = sheet(path)
    assert list(head.values()) == heading(en)
    assert first["B2"] == "SO20244712"
    assert float(first["H2"]) == 1234.05
    assert float(first["A2"]) > 40_000  # days since 1900
    assert second["D3"] == '=cmd|"/c calc"!A1 · 苏州'
    assert second["J3"] == "=1+1"
    raw = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in raw
    assert [p.name for p in tmp_path.iterdir()] == ["orders.xlsx"]


def test_any_other_name_is_saved_as_csv(en: Words, tmp_path: Path) -> None:
    assert save(tmp_path / "orders.csv", iter((ROW,)), en, NOW) == 1
    assert (tmp_path / "orders.csv").read_text("utf-8-sig").startswith("Due,")


def test_a_workbook_that_cannot_be_written_says_so_at_once(en: Words, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        save(tmp_path / "nowhere" / "orders.xlsx", iter((ROW,)), en, NOW)
