"""What is always within reach at the top? Search, language, who is signed in, and the connection."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from desktop.connection.view import Pill
from desktop.context import Context
from desktop.language import LanguageButtons
from desktop.parts import KeyLine, SignLabel
from sync.domain.permissions import User

ROOMY = 760
"""Pixels of width at normal text size from which there is room for a person's name."""


class TopBar(QWidget):
    """``searched`` carries the text at every keystroke; ``left`` tells that the field is done with."""

    searched = Signal(str)
    left = Signal()
    language_chosen = Signal(str)
    sign_out_wanted = Signal()
    switch_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        px = context.look.theme.px
        self._user: User | None = None
        self.search = KeyLine()
        self.search.setClearButtonEnabled(False)
        self.search.setMaxLength(80)
        self._put_signs()
        self.search.textChanged.connect(self._changed)
        self.search.escaped.connect(self._escape)
        self.search.went_on.connect(self.left)
        self.search.returnPressed.connect(self.left)
        self.languages = LanguageButtons(context)
        self.languages.chosen.connect(self.language_chosen)
        self.pill = Pill(context)
        self._person = QToolButton()
        self._menu = QMenu(self._person)
        self._sign_out = QAction(self)
        self._sign_out.triggered.connect(self.sign_out_wanted)
        self._switch = QAction(self)
        self._switch.triggered.connect(self.switch_wanted)
        self._menu.addAction(self._switch)
        self._menu.addAction(self._sign_out)
        self._person.setMenu(self._menu)
        self._person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._person.setProperty("kind", "flat")
        self._person.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._person.setIconSize(QSize(px(18), px(18)))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 16, 9)
        row.setSpacing(12)
        row.addWidget(self.search, 2)
        row.addStretch(1)
        row.addWidget(self.pill)
        row.addWidget(self.languages)
        row.addWidget(self._person)
        self.search.setMinimumWidth(px(200))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # the same above every page
        context.follow(self)

    def _put_signs(self) -> None:
        """Inside the field, and as large as its letters: the signs of a field's own actions never grow."""
        px = self._context.look.theme.px
        self._lens, self._clear = SignLabel(self._context, "magnifying-glass"), QToolButton()
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does the same
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setIconSize(QSize(px(16), px(16)))
        self._clear.clicked.connect(self.search.clear)
        self._clear.hide()
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(px(8), 0, px(8), 0)
        inside.addWidget(self._lens)
        inside.addStretch(1)
        inside.addWidget(self._clear)
        self.search.setTextMargins(px(22), 0, px(24), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_person()
        self._hint()

    def _hint(self) -> None:
        """What can be searched for, as far as there is room to say it."""
        text, room = self._context.text, self.search.width() - self._context.look.theme.px(64)
        whole = text("search.placeholder")
        self.search.setPlaceholderText(
            whole if self.search.fontMetrics().horizontalAdvance(whole) <= room else text("search.name")
        )

    def _show_person(self) -> None:
        """By name, or by the sign alone where there is little room."""
        roomy = self.width() >= self._context.look.theme.px(ROOMY)
        ways = Qt.ToolButtonStyle
        self._person.setToolButtonStyle(ways.ToolButtonTextBesideIcon if roomy else ways.ToolButtonIconOnly)

    def show_user(self, user: User | None) -> None:
        self._user = user
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        text, look = self._context.text, self._context.look
        self._hint()
        self.search.setAccessibleName(text("search.name"))
        self._clear.setIcon(look.icon("x"))
        self._clear.setAccessibleName(text("shortcuts.what.clear"))
        self._clear.setToolTip(text("shortcuts.what.clear"))
        self._person.setIcon(look.icon("user-circle"))
        self._person.setAccessibleName(text("user.menu"))
        self._switch.setText(text("user.switch"))
        self._switch.setIcon(look.icon("user"))
        self._switch.setToolTip(text("user.switch_hint"))
        self._sign_out.setText(text("user.sign_out"))
        self._sign_out.setIcon(look.icon("sign-out"))
        if self._user is not None:
            who = f"{self._user.name} · {text(f'user.role_{self._user.role.value}')}"
            self._person.setText(f" {who}")
            self._person.setToolTip(f"{who}\n{text('user.menu')}")

    @Slot(str)
    def _changed(self, words: str) -> None:
        self._clear.setVisible(bool(words))
        self.searched.emit(words)

    @Slot()
    def _escape(self) -> None:
        """The first time clears, the second leaves."""
        if self.search.text():
            self.search.clear()
        else:
            self.left.emit()
