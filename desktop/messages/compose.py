"""How does a supervisor tell colleagues something? To whom, for how long it counts, and a line of text."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from desktop.bridge import Line
from desktop.context import Context
from desktop.parts import Wrap, label
from sync.domain.permissions import User
from sync.errors import SyncError
from sync.wire.colleagues import TEXT_LIMIT, Message, Recipient

MINUTES = (15, 60, 240, 480)


class Compose(QFrame):
    """``sent`` carries the Message; the line is empty again by then. What was not sent stays in the line."""

    sent = Signal(object)

    def __init__(self, context: Context, user: User) -> None:
        super().__init__()
        self.setProperty("part", "well")
        self._context = context
        self.to, self.lasts, self.text = QComboBox(), QComboBox(), QLineEdit()
        self._to_word, self._lasts_word = QLabel(), QLabel()
        self._left = label(role="small")
        self.fault = label(role="small")
        self.fault.setProperty("tone", "danger")
        self.fault.setWordWrap(True)
        self.send = QPushButton()
        self.send.setProperty("kind", "primary")
        self.send.setAutoDefault(False)
        self.send.clicked.connect(self.submit)
        self.text.setMaxLength(TEXT_LIMIT)
        self.text.returnPressed.connect(self.submit)
        self.text.textChanged.connect(self._judge)
        self._fill(user)
        self._build()
        self.fault.hide()
        context.follow(self)

    def _fill(self, user: User) -> None:
        words = self._context.words
        self.to.addItem(words.text("message.all"), Recipient(kind="all"))
        for warehouse in user.warehouses:
            self.to.addItem(words.warehouse(warehouse), Recipient(kind="warehouse", id=warehouse))
        for person in words.directory.people:
            if person.id != user.id:
                self.to.addItem(person.name, Recipient(kind="person", id=person.id))
        for minutes in MINUTES:
            self.lasts.addItem(words.length(minutes), minutes)
        self.lasts.setCurrentIndex(1)

    def _build(self) -> None:
        choices = Wrap(fields := QFrame(), gap=16)
        for word, field in ((self._to_word, self.to), (self._lasts_word, self.lasts)):
            pair = QFrame()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(word)
            row.addWidget(field)
            word.setBuddy(field)
            word.setProperty("role", "small")
            choices.addWidget(pair)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.text, 1)
        line.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(fields)
        column.addLayout(line)
        column.addWidget(self._left, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.fault)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self._to_word.setText(text("message.to"))
        self._lasts_word.setText(text("message.lasts"))
        self.to.setAccessibleName(text("message.to"))
        self.lasts.setAccessibleName(text("message.lasts"))
        self.text.setPlaceholderText(text("message.text"))
        self.text.setAccessibleName(text("message.text"))
        self.send.setText(text("message.send"))
        self._judge()

    @Slot()
    def _judge(self) -> None:
        written = self.text.text()
        self.send.setEnabled(bool(written.strip()) and self.text.isEnabled())
        self._left.setText(self._context.text("message.left", n=len(written), all=TEXT_LIMIT))

    @Slot()
    def submit(self) -> None:
        """Ask the central to tell it."""
        text = self.text.text().strip()
        if not text or not self.text.isEnabled():
            return
        self.fault.hide()
        self._wait(waiting=True)
        desk, to, minutes = self._context.bridge.desk, self.to.currentData(), self.lasts.currentData()
        self._context.bridge.run(Line.ASK, lambda: desk.send_message(to, text, minutes), self._sent, self._failed)

    def _wait(self, *, waiting: bool) -> None:
        for field in (self.text, self.to, self.lasts):
            field.setEnabled(not waiting)
        self._judge()

    @Slot(object)
    def _sent(self, message: Message) -> None:
        self.text.clear()
        self._wait(waiting=False)
        self.text.setFocus()
        self.sent.emit(message)

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        key = error.key if isinstance(error, SyncError) else "unknown"
        self.fault.setText(self._context.text("message.failed", why=self._context.text(f"error.{key}.title")))
        self.fault.show()
        self._wait(waiting=False)
        self.text.setFocus()
