"""Where does a person read what colleagues said, and answer nobody by mistake? The dialog of messages."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context, mark
from desktop.detail.rows import Row, Rows
from desktop.messages.compose import Compose
from desktop.messages.inbox import Inbox
from desktop.messages.presenter import Letter
from desktop.parts import Emptiness, SignLabel, label, reading
from desktop.room import fit
from sync.domain.permissions import Role, User
from sync.wire.colleagues import Message

WIDE, TALL = 620, 560


class LetterRow(Row[Letter]):
    """A message: whose it is, what it says, and how it stands."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign = SignLabel(context, size=18)
        self._title = label(role="strong")
        self._title.setProperty("foreign", True)
        self._title.setWordWrap(True)
        self._at = label(role="faint")
        self._text = reading()
        self._standing = label(role="small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._at, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(head)
        words.addWidget(self._text)
        words.addWidget(self._standing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_value(self, letter: Letter) -> None:
        self._sign.show_sign(letter.icon, "faint" if letter.tone == "neutral" else letter.tone)
        self._title.setText(letter.title)
        self._at.setText(letter.at)
        self._text.setText(letter.text)
        self._standing.setText(letter.standing)
        mark(self._standing, tone=letter.tone if letter.tone != "neutral" else "")
        mark(self._text, quiet=letter.state == "expired")


class MessagesDialog(QDialog):
    """``sent`` carries a Message that the central took. What is shown here counts as read."""

    sent = Signal(object)

    def __init__(self, context: Context, inbox: Inbox, user: User, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._inbox = inbox
        self._title = label(role="heading")
        self.compose = Compose(context, user) if user.role is Role.SUPERVISOR else None
        self._letters: Rows[Letter] = Rows(lambda: LetterRow(context), gap=20)
        self._blank = Emptiness(context)
        self._close = QPushButton()
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        self._build()
        inbox.changed.connect(self.redraw)
        context.follow(self)
        fit(self, QWidget(), context.look.theme.scale)
        px = context.look.theme.px
        room = parent.size()
        self.resize(min(px(WIDE), room.width() - 48), min(px(TALL), room.height() - 48))
        if self.compose is not None:
            self.compose.sent.connect(self._sent)
            self.compose.text.setFocus()
        else:
            self._scroll.setFocus()
        inbox.changed.connect(inbox.see_all)
        self.finished.connect(inbox.refresh)
        inbox.see_all()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.addWidget(self._letters)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        body = QWidget()
        self._both = QStackedLayout(body)
        self._both.addWidget(self._blank)
        self._both.addWidget(self._scroll)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        if self.compose is not None:
            column.addWidget(self.compose)
        column.addWidget(body, 1)
        column.addLayout(foot)

    @Slot()
    def redraw(self) -> None:
        text, found = self._context.text, self._inbox.letters
        self.setWindowTitle(text("message.inbox"))
        self._title.setText(text("message.inbox"))
        self._blank.show_blank("chat-circle-text", text("message.none_title"), text("message.none_body"))
        self._scroll.setAccessibleName(text("message.list"))
        self._close.setText(text("shortcuts.close"))
        self._letters.show_values(found)
        self._both.setCurrentIndex(1 if found else 0)

    @Slot(object)
    def _sent(self, message: Message) -> None:
        self._inbox.refresh()
        self.sent.emit(message)
