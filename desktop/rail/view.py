"""Where does one choose a view? The rail at the left: views with their numbers, and below them how it all looks."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context, mark
from desktop.parts import label
from desktop.rail.presenter import VIEW_ORDER, Entry, entries
from sync.store.listing import Counts, View

NOTHING = Counts(stopped=0, all=0, attention=0, pending=0, kinds={})


WIDE, NARROW = 208, 60
"""Widths of the rail with words and with signs alone."""


class _ViewButton(QPushButton):
    """Sign, word and number of one view."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.setProperty("kind", "view")
        self.setProperty("view", view)
        self.setCheckable(True)
        self._words, self._compact = "", False
        self.count = label(role="count")
        self.count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_compact(self, *, compact: bool) -> None:
        """The sign alone, its word as a tooltip; or both."""
        self._compact = compact
        self.setText("" if compact else self._words)
        self.setToolTip(self._words.strip() if compact else "")
        self.count.setVisible(not compact)

    def show_entry(self, context: Context, entry: Entry) -> None:
        self._words = f" {entry.label}"
        self.show_compact(compact=self._compact)
        self.setIcon(context.look.icon(entry.icon, "rail_text", checked="rail_strong"))
        self.setAccessibleName(entry.spoken)
        self.count.setText(entry.count)
        mark(self.count, tone=entry.tone)


class RailView(QWidget):
    """``view_chosen`` carries the view; the other signals ask for what the buttons below say."""

    view_chosen = Signal(str)
    shortcuts_wanted = Signal()
    settings_wanted = Signal()
    theme_wanted = Signal()
    density_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(context.look.theme.px(WIDE))
        self._context = context
        self._counts = NOTHING
        self._compact = False
        self._group = QButtonGroup(self)
        self.buttons = {view: _ViewButton(view) for view in VIEW_ORDER}
        self._extras = {name: QPushButton() for name in ("density", "theme", "settings", "shortcuts")}
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
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(head)
        column.addSpacing(16)
        for button in self.buttons.values():
            self._group.addButton(button)
            button.clicked.connect(self._choose)
            column.addWidget(button)
        column.addStretch(1)
        signals = {
            "density": self.density_wanted,
            "theme": self.theme_wanted,
            "settings": self.settings_wanted,
            "shortcuts": self.shortcuts_wanted,
        }
        for name, extra in self._extras.items():
            extra.setProperty("kind", "view")
            extra.clicked.connect(signals[name])
            column.addWidget(extra)

    def show_compact(self, *, compact: bool) -> None:
        """Signs alone, where there is little room."""
        if compact != self._compact:
            self._compact = compact
            self.setFixedWidth(self._context.look.theme.px(NARROW if compact else WIDE))
            self._brand.setVisible(not compact)
            mark(self, compact=compact)
            for button in self.buttons.values():
                button.show_compact(compact=compact)
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
            self.buttons[entry.view].show_entry(self._context, entry)
        values = {
            "density": ("rows", text(f"density.{look.density}")),
            "theme": ("moon" if look.theme.dark else "sun", text(f"theme.{look.name}")),
            "settings": ("gear-six", text("rail.settings")),
            "shortcuts": ("keyboard", text("rail.shortcuts")),
        }
        for name, (icon, word) in values.items():
            button = self._extras[name]
            button.setText("" if self._compact else f" {word}")
            button.setToolTip(text(f"rail.{name}"))
            button.setAccessibleName(f"{text(f'rail.{name}')}: {word}")
            button.setIcon(look.icon(icon, "rail_text"))

    @Slot()
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.view_chosen.emit(str(sender.property("view")))
