"""How is one line of the list painted? Due times with their sign, kinds as badges, marks beside the number.

Whole lines are painted by the table itself: one call per cell through a delegate costs three times as much.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.context import Context
from desktop.ink import Ink
from desktop.orders.presenter import COLUMNS, ColumnId, Face, face
from desktop.signs import Badge
from sync.store.listing import Row

GAP, SIDE = 6, 12
SIGN, BADGE_SIGN, BADGE_HEIGHT = 15, 14, 20
KEPT_FACES = 1000

Place = tuple[ColumnId, int, int]
"""A visible column: its name, left edge and width."""

_NUMERIC = {plan.id for plan in COLUMNS if plan.numeric}
_QUIET = {"warehouse", "carrier", "raised", "node"}


class RowPainter:
    """Paints lines from rows; what a row says is worked out once a minute."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ink = Ink(context.look)
        self._faces: dict[int, tuple[Row, int, Face]] = {}
        self._ratio = 1.0

    def renew(self) -> None:
        """Words or look are others now."""
        self._ink.renew()
        self._faces.clear()

    def ground(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, self._ink.color("surface"))

    def paint(
        self,
        painter: QPainter,
        line: QRect,
        row: Row | None,
        places: Sequence[Place],
        *,
        chosen: bool,
        hovered: bool,
        ratio: float,
    ) -> None:
        """One line of the table; without a row, quiet bars stand where it will be."""
        self._ratio = ratio
        self._back(painter, line, chosen=chosen, hovered=hovered)
        if row is None:
            self._await(painter, line, places)
            return
        shown = self._face(row)
        y, height, side = line.top(), line.height(), self._ink.px(SIDE)
        for column, left, width in places:
            x, room = left + side, width - 2 * side
            if column == "due":
                self._due(painter, x, y, room, height, shown)
            elif column == "number":
                self._number(painter, x, y, room + side, height, shown)
            elif column == "kinds":
                self._kinds(painter, x, y, room, height, shown, chosen)
            elif column == "customer":
                self._customer(painter, x, y, room, height, row)
            elif column == "status":
                used = self._sign(painter, x, y, height, shown.status)
                self._ink.write(painter, (x + used, y, room - used, height), shown.status.label, "body", "text")
            else:
                color = "muted" if column in _QUIET else "text"
                text = shown.texts[column]
                self._ink.write(painter, (x, y, room, height), text, "body", color, right=column in _NUMERIC)

    def paint_mark(self, painter: QPainter, line: QRect, ratio: float) -> None:
        """The sign of a line that was marked by hand: an edge, and a check at the right."""
        ink, size = self._ink, self._ink.px(SIGN)
        painter.fillRect(QRect(line.left(), line.top(), 6, line.height()), ink.color("accent"))
        ground = QRect(line.right() - size - 8, line.top() + 2, size + 8, line.height() - 4)
        painter.fillRect(ground, ink.color("selected"))
        y = line.top() + (line.height() - size) / 2
        ink.sign(painter, ground.left() + 4, y, "check-square", "accent", SIGN, ratio)

    def paint_group(
        self, painter: QPainter, line: QRect, title: str, *, is_open: bool, chosen: bool, hovered: bool, ratio: float
    ) -> None:
        """The heading of a group, with the sign that says whether its orders are shown."""
        self._ratio = ratio
        painter.fillRect(line, self._ink.color("neutral_soft"))
        self._back(painter, line, chosen=chosen, hovered=hovered)
        size, side = self._ink.px(SIGN), self._ink.px(SIDE)
        x = line.left() + side
        sign = "caret-down" if is_open else "caret-right"
        self._ink.sign(painter, x, line.top() + (line.height() - size) / 2, sign, "muted", SIGN, ratio)
        room = (x + size + GAP, line.top(), line.width() - size - 2 * side - GAP, line.height())
        self._ink.write(painter, room, title, "bold", "text")

    def _face(self, row: Row) -> Face:
        minute = self._context.now() // 60_000
        kept = self._faces.get(row.rowid)
        if kept is not None and kept[0] is row and kept[1] == minute:
            return kept[2]
        if len(self._faces) >= KEPT_FACES:
            self._faces.clear()
        made = face(row, self._context.words, self._context.now())
        self._faces[row.rowid] = (row, minute, made)
        return made

    # -- parts of a line

    def _back(self, painter: QPainter, line: QRect, *, chosen: bool, hovered: bool) -> None:
        ink = self._ink
        if chosen or hovered:
            painter.fillRect(line, ink.color("selected" if chosen else "hover"))
        if chosen:
            painter.fillRect(QRect(line.left(), line.top(), 3, line.height()), ink.color("selected_edge"))
        painter.fillRect(QRect(line.left(), line.bottom(), line.width(), 1), ink.color("border"))

    def _await(self, painter: QPainter, line: QRect, places: Sequence[Place]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink.color("neutral_soft"))
        for _, left, width in places:
            painter.drawRoundedRect(
                QRect(left + self._ink.px(SIDE), line.center().y() - 3, max(12, width // 2), 6), 3, 3
            )

    def _due(self, painter: QPainter, x: int, y: int, room: int, height: int, shown: Face) -> None:
        calm = shown.due.tone == "neutral"
        color = "muted" if calm else shown.due.tone
        size = self._ink.px(SIGN)
        self._ink.sign(painter, x, y + (height - size) / 2, shown.due.icon, color, SIGN, self._ratio)
        used = size + GAP
        font, ink = ("body", "text") if calm else ("bold", color)
        self._ink.write(painter, (x + used, y, room - used, height), shown.due.text, font, ink)

    def _number(self, painter: QPainter, x: int, y: int, room: int, height: int, shown: Face) -> None:
        """The number with its last four digits, which people say, in bold; marks after it."""
        number = shown.texts["number"]
        head, tail = number[:-4], number[-4:]
        width = self._ink.width(head, "body")
        self._ink.write(painter, (x, y, room, height), head, "body", "muted")
        self._ink.write(painter, (x + width, y, room - width, height), tail, "bold", "text")
        at = x + width + self._ink.width(tail, "bold") + 8
        for badge in shown.marks:
            if at + self._ink.px(SIGN) > x + room:
                return
            at += self._sign(painter, at, y, height, badge, quiet="faint") - 2

    def _customer(self, painter: QPainter, x: int, y: int, room: int, height: int, row: Row) -> None:
        """The name, and the city where there is room for all of it."""
        self._ink.write(painter, (x, y, room, height), row.customer, "body", "text")
        used = self._ink.width(row.customer, "body") + 10
        if self._ink.width(row.city, "body") <= room - used:
            self._ink.write(painter, (x + used, y, room - used, height), row.city, "body", "muted")

    def _kinds(self, painter: QPainter, x: int, y: int, room: int, height: int, shown: Face, chosen: bool) -> None:
        end = x + room
        for number, badge in enumerate(shown.kinds):
            left = len(shown.kinds) - number
            more = 0 if left == 1 else self._ink.width(self._more(left - 1), "badge")
            if number and x + self._badge_width(badge) + more > end:
                self._ink.write(painter, (x, y, end - x, height), self._more(left), "badge", "muted")
                return
            x += self._badge(painter, x, y, end - x, height, badge, chosen=chosen)

    def _more(self, count: int) -> str:
        return self._context.text("list.more", n=count)

    # -- strokes

    def _sign(self, painter: QPainter, x: int, y: int, height: int, badge: Badge, quiet: str = "muted") -> int:
        """Paint a badge's sign; the answer is the width that it took."""
        size = self._ink.px(SIGN)
        color = quiet if badge.tone == "neutral" else badge.tone
        self._ink.sign(painter, x, y + (height - size) / 2, badge.icon, color, SIGN, self._ratio)
        return size + GAP

    def _badge_width(self, badge: Badge) -> int:
        return self._ink.px(BADGE_SIGN) + 4 + self._ink.width(badge.label, "badge") + 12 + GAP

    def _badge(self, painter: QPainter, x: int, y: int, room: int, height: int, badge: Badge, *, chosen: bool) -> int:
        ink = self._ink
        tall, size = ink.px(BADGE_HEIGHT), ink.px(BADGE_SIGN)
        width = min(self._badge_width(badge) - GAP, room)
        top = y + (height - tall) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.color("surface" if chosen else f"{badge.tone}_soft"))
        painter.drawRoundedRect(QRectF(x, top, width, tall), 4, 4)
        ink.sign(painter, x + 6, top + (tall - size) / 2, badge.icon, badge.tone, BADGE_SIGN, self._ratio)
        label = x + 6 + size + 4
        ink.write(painter, (label, y, x + width - 4 - label, height), badge.label, "badge", badge.tone)
        return width + GAP
