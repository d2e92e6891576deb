"""Where does one choose a view? The rail at the left: views with their numbers, and below them how it all looks."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.context import Context, mark
from desktop.rail.button import RailButton
from desktop.rail.presenter import VIEW_ORDER, entries
from desktop.rail.saved import SavedViews
from desktop.room import Snug
from sync.store.listing import Counts, View

NOTHING = Counts(stopped=0, all=0, attention=0, pending=0, kinds={})


WIDE, NARROW = 208, 60
"""Widths of the rail with words and with signs alone."""


class RailView(QWidget):
    """``view_chosen`` carries the view; the other signals ask for what the buttons below say."""

    view_chosen = Signal(str)
    shortcuts_wanted = Signal()
    settings_wanted = Signal()
    theme_wanted = Signal()
    density_wanted = Signal()
    messages_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(context.look.theme.px(WIDE))
        self._context = context
        self._counts = NOTHING
        self._compact = False
        self._group = QButtonGroup(self)
        self.buttons = {view: RailButton(context) for view in VIEW_ORDER}
        self.messages = RailButton(context, checkable=False)
        self.messages.clicked.connect(self.messages_wanted)
        self._unread = 0
        self._saved: SavedViews | None = None
        self.extras = {name: QToolButton() for name in ("density", "theme", "settings", "shortcuts")}
        self._brand, self._tagline, self._emblem = QLabel(), QLabel(), QLabel()
        self._brand.setObjectName("brand")
        self._tagline.setObjectName("tagline")
        self._build()
        self.buttons["stopped"].setChecked(True)
        context.follow(self)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._emblem)
        head.addWidget(self._brand, 1)
        inner = QWidget()
        column = self._column = QVBoxLayout(inner)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(2)
        for view, button in self.buttons.items():
            self._group.addButton(button)
            button.setProperty("view", view)
            button.clicked.connect(self._choose)
            column.addWidget(button)
        column.addWidget(self.messages)
        column.addStretch(1)
        signals = {
            "density": self.density_wanted,
            "theme": self.theme_wanted,
            "settings": self.settings_wanted,
            "shortcuts": self.shortcuts_wanted,
        }
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.setSpacing(4)
        for name, extra in self.extras.items():
            extra.setProperty("kind", "rail")
            extra.clicked.connect(signals[name])
            self._foot.addWidget(extra, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 12, 0, 0)
        whole.setSpacing(16)
        head.setContentsMargins(12, 0, 12, 0)
        whole.addLayout(head)
        whole.addWidget(Snug(inner), 1)

    def put_views(self, views: SavedViews) -> None:
        """The saved views stand below the views that are always there."""
        self._saved = views
        views.show_compact(compact=self._compact)
        at = self._column.indexOf(self.messages) + 1
        self._column.insertSpacing(at, 12)
        self._column.insertWidget(at + 1, views)
        views.follow_in_tab_order(self.messages)

    def show_unread(self, unread: int) -> None:
        """So many messages that nobody at this desk has read."""
        self._unread = unread
        self.redraw()

    def show_compact(self, *, compact: bool) -> None:
        """Signs alone, where there is little room."""
        if compact != self._compact:
            self._compact = compact
            self.setFixedWidth(self._context.look.theme.px(NARROW if compact else WIDE))
            self._brand.setVisible(not compact)
            mark(self, compact=compact)
            ways = QBoxLayout.Direction
            self._foot.setDirection(ways.TopToBottom if compact else ways.LeftToRight)
            for button in (*self.buttons.values(), self.messages):
                button.show_compact(compact=compact)
            if self._saved is not None:
                self._saved.show_compact(compact=compact)
            self.redraw()

    def show_counts(self, counts: Counts) -> None:
        if counts != self._counts:
            self._counts = counts
            self.redraw()

    def show_view(self, view: View) -> None:
        self.buttons[view].setChecked(True)

    @Slot()
    def redraw(self) -> None:
        look, text = self._context.look, self._context.text
        self._emblem.setPixmap(look.emblem(look.theme.px(28), self.devicePixelRatioF()))
        self._brand.setText(text("app.name"))
        for entry in entries(self._counts, self._context.words):
            self.buttons[entry.view].show_line(entry.icon, entry.label, entry.count, entry.spoken, tone=entry.tone)
        unread = f"{self._unread:,}" if self._unread else ""
        spoken = self._context.words.translator.count("message.unread", self._unread)
        self.messages.show_line("chat-circle-text", text("message.inbox"), unread, spoken, tone="info")
        values = {
            "density": ("rows", text(f"density.{look.density}")),
            "theme": ("moon" if look.theme.dark else "sun", text(f"theme.{look.name}")),
            "settings": ("gear-six", text("rail.settings")),
            "shortcuts": ("keyboard", text("rail.shortcuts")),
        }
        for name, (icon, word) in values.items():
            button, what = self.extras[name], text(f"rail.{name}")
            named = what if what == word else text("rail.now", what=what, now=word)
            button.setToolTip(named)
            button.setAccessibleName(named)
            button.setIcon(look.icon(icon, "rail_text"))

    @Slot()
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.view_chosen.emit(str(sender.property("view")))
