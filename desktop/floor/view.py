"""What stands on the screen in floor mode? A board whose letters grow with the screen: three metres are near enough."""

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.context import Context, mark
from desktop.floor.presenter import Board, board
from desktop.notices.presenter import Notice
from desktop.parts import Elided, Wrap, label
from desktop.signs import Badge
from sync.domain.order import Order
from sync.events import Connection
from voice.view import VoiceView

SHARES = {"digits": 0.22, "before": 0.07, "said": 0.085, "large": 0.045, "small": 0.036}
"""Letter sizes as shares of the height: on a 24-inch screen 0.085 is 25 mm, 0.036 is 11 mm."""
LONG = 48
"""A question of more letters than this is written smaller; a Chinese one counts twice."""
LONG_SHARE = 0.06
TICK_MS = 15_000
_WIDE = 16 / 9


class _Glyph(QWidget):
    """One sign as high as the letters beside it."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._shown = ("circle", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, icon: str, tone: str, size: int) -> None:
        self._shown = (icon, tone)
        self.setFixedSize(QSize(size, size))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icon, tone = self._shown
        scale = self._context.look.theme.scale
        picture = self._context.look.pixmap(icon, tone, round(self.width() / scale), self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, 0), picture)
        painter.end()


class _Told(QFrame):
    """A sign with its words on a soft ground of its tone: the colour never speaks alone."""

    def __init__(self, context: Context, role: str) -> None:
        super().__init__()
        self.setProperty("part", "board")
        self._role = role
        self._sign, self._title, self._body = _Glyph(context), label(role=role), label(role="large")
        self._title.setWordWrap(role == "said")
        self._body.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._title)
        words.addWidget(self._body)
        self._row = row = QHBoxLayout(self)
        row.setSpacing(16)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)

    def show_badge(self, badge: Badge, size: int) -> None:
        tone = "muted" if badge.tone == "neutral" else badge.tone
        self._sign.show_sign(badge.icon, tone, size)
        self._title.setText(badge.label)
        self._body.setText(badge.title)
        self._body.setVisible(bool(badge.title) and self._role == "said")
        mark(self._title, long=sum(2 if letter > "\u2e80" else 1 for letter in badge.label) > LONG)
        self.setAccessibleName(f"{badge.label} {badge.title}".strip())
        self._row.setContentsMargins(size // 2, size // 4, size // 2, size // 4)
        mark(self, tone=badge.tone)
        mark(self._title, tone=badge.tone)


class FloorView(QWidget):
    """``left`` asks for the workbench."""

    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("floor")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._order: Order | None = None
        self._notice: Notice | None = None
        self._view: VoiceView | None = None
        self._connection: Connection | None = None
        self._voice, self._link = _Told(context, "small"), _Told(context, "small")
        self._clock = label(role="large")
        self._before, self._digits = label(role="before"), label(role="digits")
        self._digits.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a text, so that a screen reader reads it
        self.setFocusProxy(self._digits)
        self._customer, self._place = Elided("large"), Elided("large")
        for text in (self._before, self._digits, self._customer, self._place):
            text.setProperty("foreign", True)
        self._causes = QWidget()
        self._cause_row = Wrap(self._causes, 16)
        self._cause_signs = [_Told(context, "small") for _ in range(4)]
        for sign in self._cause_signs:
            self._cause_row.addWidget(sign)
        self._said = _Told(context, "said")
        self._heard = Elided("large")
        self.leave = QPushButton()
        self.leave.setProperty("kind", "flat")
        self.leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.leave.clicked.connect(self.left)
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.redraw)
        self._tick.start()
        context.follow(self)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._voice)
        top.addWidget(self._link)
        top.addStretch(1)
        top.addWidget(self._clock)
        number = QHBoxLayout()
        number.setSpacing(8)
        number.addWidget(self._before, 0, Qt.AlignmentFlag.AlignBottom)
        number.addWidget(self._digits)
        number.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self._heard, 1)
        foot.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addStretch(1)
        column.addLayout(number)
        column.addWidget(self._customer)
        column.addWidget(self._causes)
        column.addWidget(self._place)
        column.addStretch(1)
        column.addWidget(self._said)
        column.addStretch(1)
        column.addLayout(foot)

    # -- what is known

    def show_order(self, order: Order | None, notice: Notice | None) -> None:
        self._order, self._notice = order, notice
        self.redraw()

    @Slot(object)
    def show_voice(self, view: VoiceView | None) -> None:
        self._view = view
        self.redraw()

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.redraw()

    # -- drawing

    def _px(self, role: str) -> int:
        """Letters by the height of the screen, or by its width where that is the narrower side."""
        return max(12, round(SHARES[role] * min(self.height(), self.width() / _WIDE)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        sizes = {role: self._px(role) for role in SHARES}
        rules = [f'QLabel[role="{role}"] {{ font-size: {px}px; }}' for role, px in sizes.items()]
        small = round(sizes["said"] * LONG_SHARE / SHARES["said"])
        self.setStyleSheet("".join(rules) + f'QLabel[role="said"][long="true"] {{ font-size: {small}px; }}')
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        if self._connection is None or not self.isVisible():
            return
        context = self._context
        shown = board(self._order, self._notice, self._view, self._connection, context.words, context.now())
        self._show_order(shown)
        below = self._digits.fontMetrics().descent() - self._before.fontMetrics().descent()
        self._before.setContentsMargins(0, 0, 0, max(0, below))  # both stand on one line
        self._voice.show_badge(shown.voice, self._px("large"))
        self._link.show_badge(shown.link, self._px("large"))
        self._said.show_badge(shown.said, self._px("said"))
        self._clock.setText(shown.clock)
        self._heard.setText(context.text("floor.heard", words=shown.heard) if shown.heard else "")
        self.leave.setText(context.text("floor.leave"))
        self.setAccessibleName(context.text("floor.name"))
        self._digits.setAccessibleName(f"{shown.before}{shown.digits}")

    def _show_order(self, shown: Board) -> None:
        texts: tuple[tuple[QLabel, str], ...] = (
            (self._before, shown.before),
            (self._digits, shown.digits),
            (self._customer, shown.customer),
            (self._place, shown.place),
        )
        for widget, text in texts:
            widget.setText(text)
            widget.setVisible(bool(text))
        for number, sign in enumerate(self._cause_signs):
            sign.setVisible(number < len(shown.causes))
            if number < len(shown.causes):
                sign.show_badge(shown.causes[number], self._px("small"))
        self._causes.setVisible(bool(shown.causes) and not shown.asking)
        self._place.setVisible(bool(shown.place) and not shown.asking)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()
