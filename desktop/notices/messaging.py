"""How does a supervisor tell colleagues something? A line of text, for whom, and for how long it counts."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from sync.domain.permissions import User
from sync.errors import SyncError
from sync.wire.colleagues import TEXT_LIMIT, Message, Recipient

MINUTES = (15, 60, 240, 480)


class MessageDialog(QDialog):
    """``told`` carries the Telling of what came of it."""

    told = Signal(object)

    def __init__(self, context: Context, user: User, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        text, words = context.text, context.words
        self.setWindowTitle(text("message.title"))
        self.to, self.text, self.lasts = QComboBox(), QLineEdit(), QComboBox()
        self.text.setMaxLength(TEXT_LIMIT)
        self.text.setMinimumWidth(context.look.theme.px(360))
        self.to.addItem(text("message.all"), Recipient(kind="all"))
        for warehouse in user.warehouses:
            self.to.addItem(words.warehouse(warehouse), Recipient(kind="warehouse", id=warehouse))
        for person in words.directory.people:
            if person.id != user.id:
                self.to.addItem(person.name, Recipient(kind="person", id=person.id))
        for minutes in MINUTES:
            self.lasts.addItem(words.span(minutes * 60_000), minutes)
        self.lasts.setCurrentIndex(1)
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(text("message.send"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(text("message.cancel"))
        self.buttons.accepted.connect(self.send)
        self.buttons.rejected.connect(self.reject)
        self.text.textChanged.connect(self._judge)
        form = QFormLayout(self)
        form.addRow(text("message.to"), self.to)
        form.addRow(text("message.text"), self.text)
        form.addRow(text("message.lasts"), self.lasts)
        form.addRow(self.fault)
        form.addRow(self.buttons)
        self._judge()
        self.text.setFocus()

    @Slot()
    def _judge(self) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self.text.text().strip()))

    @Slot()
    def send(self) -> None:
        """Ask the central to tell it; the dialog stays until it did."""
        self.buttons.setEnabled(False)
        desk, to, minutes = self._context.bridge.desk, self.to.currentData(), self.lasts.currentData()
        text = self.text.text().strip()
        self._context.bridge.run(Line.ASK, lambda: desk.send_message(to, text, minutes), self._sent, self._failed)

    @Slot(object)
    def _sent(self, message: Message) -> None:
        self.told.emit(Telling(None, None, lambda w: notices.plain(w.text("message.sent"), message.text)))
        self.accept()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        key = error.key if isinstance(error, SyncError) else "unknown"
        self.fault.setText(self._context.text("message.failed", why=self._context.text(f"error.{key}.title")))
        self.fault.show()
        self.buttons.setEnabled(True)


def arrived(message: Message) -> Telling:
    """What a colleague said, as a notice."""
    return Telling(None, None, lambda w: notices.plain(w.text("message.from", name=message.sender_name), message.text))
