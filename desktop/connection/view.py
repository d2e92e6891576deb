"""Where does one see how the line to the central stands? A pill in the top bar, and a line of advice when it fails."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.connection.presenter import advice, pill
from desktop.context import Context, mark
from desktop.parts import Banner, SignLabel, label
from sync.events import Connection, Link


class Pill(QWidget):
    """Sign, word, and the number of unsent commands while there are any."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setProperty("part", "pill")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._connection = Connection(link=Link.CONNECTING)
        self._sign = SignLabel(context, size=16)
        self._label, self._unsent = label(), label()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addWidget(self._label)
        row.addWidget(self._unsent)
        self.setFixedHeight(context.look.theme.px(30))
        context.follow(self)

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        shown = pill(self._connection, self._context.words)
        self._sign.show_sign(shown.icon, "muted" if shown.tone == "neutral" else shown.tone)
        self._label.setText(shown.label)
        self._unsent.setText(f"·  {shown.unsent}" if shown.unsent else "")
        self._unsent.setVisible(bool(shown.unsent))
        self.setToolTip(shown.title)
        self.setAccessibleName(f"{self._context.text('link.name')}: {shown.label} {shown.unsent}")
        self.setAccessibleDescription(shown.title)
        for widget in (self, self._label, self._unsent):
            mark(widget, tone=shown.tone)


class AdviceLine(QWidget):
    """What is wrong, what it means and what to do; not there while all is well."""

    sign_in_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._connection = Connection(link=Link.CONNECTING)
        self._banner = Banner(context, flat=True)
        self._banner.pressed.connect(self._press)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        context.follow(self)

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        shown = advice(self._connection, self._context.words)
        self.setVisible(shown is not None)
        if shown is not None:
            button = self._context.text("link.sign_in") if shown.sign_in else ""
            self._banner.show_banner(shown.icon, shown.tone, shown.title, shown.body, button)

    @Slot(int)
    def _press(self, _number: int) -> None:
        self.sign_in_wanted.emit()
