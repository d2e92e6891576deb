"""How does the pull list come onto paper? Painted page by page, on a printer or into a PDF, in the screen's fonts."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.orders.pull_list import Pull, PullList

_MM = 300 / 25.4
"""Points of a page at 300 to the inch."""
BLOCK_MM, HEAD_MM, BAR_MM = 38.0, 16.0, 14.0
_MODULE_MM = 0.33
"""Width of one module: what hand scanners read from a laser print."""


def pdf(path: Path, title: str) -> QPdfWriter:
    """A PDF to draw into."""
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    return writer


def prepare(device: QPagedPaintDevice) -> None:
    """A4, upright, with margins that every printer can keep."""
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 15, 15, 15)
    )
    layout.setUnits(QPageLayout.Unit.Millimeter)
    layout.setMargins(QMarginsF(15, 15, 15, 15))
    device.setPageLayout(layout)


def draw(device: QPagedPaintDevice, pages: PullList, family: str) -> int:
    """Draw the whole list; how many pages it took."""
    painter = QPainter(device)
    scale = device.logicalDpiX() / 25.4 / _MM
    painter.scale(scale, scale)
    size = QSizeF(device.width() / scale, device.height() / scale)
    page = _Page(painter, size, family)
    page.head(pages)
    if not pages.pulls:
        page.line(pages.empty, 11)
    for pull in pages.pulls:
        if page.y + BLOCK_MM * _MM > size.height():
            device.newPage()
            page.turn()
            page.head(pages)
        page.block(pull)
    painter.end()
    return page.number


class _Page:
    """Where on the page the next thing goes."""

    def __init__(self, painter: QPainter, size: QSizeF, family: str) -> None:
        self._painter = painter
        self._size = size
        self._family = family
        self.y = 0.0
        self.number = 1

    def turn(self) -> None:
        self.number += 1
        self.y = 0.0

    def _text(self, rect: QRectF, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
        font = QFont(self._family)
        font.setPixelSize(round(size * _MM * 0.3528))
        font.setBold(bold)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._painter.setFont(font)
        self._painter.setPen(QColor("black"))
        self._painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine), text)

    def head(self, pages: PullList) -> None:
        whole = QRectF(0, self.y, self._size.width(), HEAD_MM * _MM)
        self._text(whole, pages.title, 16, bold=True)
        self._text(whole, f"{pages.made}   {self.number}", 9, right=True)
        self.y += HEAD_MM * _MM

    def line(self, text: str, size: float) -> None:
        self._text(QRectF(0, self.y, self._size.width(), 8 * _MM), text, size)
        self.y += 8 * _MM

    def block(self, pull: Pull) -> None:
        """One order: what to look for on the left, its barcode on the right."""
        painter, width, top = self._painter, self._size.width(), self.y
        painter.fillRect(QRectF(0, top, width, 0.3 * _MM), QColor("black"))
        half = width * 0.56
        lines = (
            (pull.where, 14.0, True),
            (f"{pull.number}   {pull.status}", 11.0, True),
            (pull.customer, 10.0, False),
            (f"{pull.reason}   {pull.asked}", 10.0, False),
            (pull.note, 9.0, False),
        )
        at = top + 2 * _MM
        for text, size, bold in lines:
            room = width if text == pull.where else half
            self._text(QRectF(0, at, room, 7 * _MM), text, size, bold=bold)
            at += size * 0.3528 * 1.45 * _MM
        self._bars(pull, width, top + 10 * _MM)
        self.y += BLOCK_MM * _MM

    def _bars(self, pull: Pull, right: float, top: float) -> None:
        module = min(_MODULE_MM * _MM, right * 0.42 / max(1, len(pull.bars)))
        left = right - module * len(pull.bars)
        for place, bar in enumerate(pull.bars):
            if bar == "1":
                self._painter.fillRect(QRectF(left + place * module, top, module, BAR_MM * _MM), QColor("black"))
        under = QRectF(left, top + (BAR_MM + 1) * _MM, right - left, 6 * _MM)
        self._text(under, pull.number, 9)
