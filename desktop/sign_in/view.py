"""Where does a person say who they are? Badge, PIN, language; and plain words when it does not work."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context
from desktop.language import LanguageButtons
from desktop.parts import Banner, SignLabel, label
from desktop.room import Snug
from desktop.sign_in.company import CompanySignIn
from desktop.sign_in.presenter import complaint, ready


class SignInView(QWidget):
    """``signed`` carries badge and PIN. The page is busy from then until ``show_error`` or until it is left."""

    signed = Signal(str, str)
    language_chosen = Signal(str)

    def __init__(self, context: Context, server: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._server = server
        self._error: Exception | None = None
        self._failed_at = 0
        self._busy = False
        self.company = CompanySignIn(context)
        self._languages = LanguageButtons(context)
        self._languages.chosen.connect(self.language_chosen)
        self._title, self._tagline = label(role="display"), label(role="small")
        self._badge_label, self._pin_label = label(role="small"), label(role="small")
        self.badge, self.pin = QLineEdit(), QLineEdit()
        self._reveal = QAction(self)
        self._complaint = Banner(context)
        self._detail = label(role="faint")
        self.submit, self.by_company = QPushButton(), QPushButton()
        self._browser_note = label(role="small")
        self._address = label(role="faint")
        self._prepare()
        self._build()
        context.follow(self)

    def _prepare(self) -> None:
        for line in (self.badge, self.pin):
            line.setProperty("extent", "large")
            line.setMaxLength(32)
            line.textEdited.connect(self._edited)
            line.returnPressed.connect(self._submit)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        self._reveal.triggered.connect(self._toggle_pin)
        self.pin.addAction(self._reveal, QLineEdit.ActionPosition.TrailingPosition)
        self.submit.setProperty("kind", "primary")
        self.submit.setMinimumHeight(40)
        self.submit.clicked.connect(self._submit)
        self.by_company.setMinimumHeight(40)
        self.by_company.clicked.connect(self._press_company)
        self._browser_note.setWordWrap(True)
        self.company.changed.connect(self._company_changed)
        self.company.failed.connect(self.show_error)
        self._detail.setWordWrap(True)
        self._detail.setProperty("foreign", True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _build(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(self._context.look.theme.px(408))
        head = QHBoxLayout()
        head.setSpacing(12)
        self._mark = QLabel()
        self._mark.setFixedSize(QSize(1, 1) * self._context.look.theme.px(44))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._tagline)
        head.addWidget(self._mark)
        head.addLayout(names, 1)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(6)
        column.addLayout(head)
        column.addSpacing(16)
        for name, line in ((self._badge_label, self.badge), (self._pin_label, self.pin)):
            name.setBuddy(line)
            column.addWidget(name)
            column.addWidget(line)
            column.addSpacing(6)
        column.addWidget(self._complaint)
        column.addWidget(self._detail)
        column.addSpacing(6)
        column.addWidget(self.submit)
        column.addWidget(self.by_company)
        column.addWidget(self._browser_note)
        column.addSpacing(10)
        server = QHBoxLayout()
        server.setSpacing(6)
        server.addWidget(SignLabel(self._context, "globe", "faint", 14))
        server.addWidget(self._address, 1)
        column.addLayout(server)
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(self._languages)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.addLayout(top)
        outer.addWidget(Snug(_in_the_middle(card)), 1)

    # -- what is shown

    def show_error(self, error: Exception | None) -> None:
        """Why it did not work; None clears it. The page can be used again."""
        self._error, self._busy = error, False
        self._failed_at = self._context.now()
        self.redraw()
        if error is not None and complaint(error, self._context.words).retype_pin:
            self.pin.clear()
            self.pin.setFocus()
        self._edited()
        if error is not None and self.submit.isEnabled():
            self.submit.setFocus()

    def open(self) -> None:
        """The page is shown anew, for the next person."""
        self.badge.clear()
        self.pin.clear()
        self.show_error(None)
        self.company.look()
        self.badge.setFocus()

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self._mark.setPixmap(self._context.look.emblem(self._context.look.theme.px(44), self.devicePixelRatioF()))
        self._title.setText(text("app.name"))
        self._tagline.setText(text("app.tagline"))
        self._badge_label.setText(text("sign_in.badge"))
        self._pin_label.setText(text("sign_in.pin"))
        self.badge.setPlaceholderText(text("sign_in.badge_hint"))
        self.pin.setPlaceholderText(text("sign_in.pin_hint"))
        self.badge.setAccessibleName(text("sign_in.badge"))
        self.pin.setAccessibleName(text("sign_in.pin"))
        hidden = self.pin.echoMode() is QLineEdit.EchoMode.Password
        self._reveal.setIcon(self._context.look.icon("eye" if hidden else "eye-slash"))
        self._reveal.setText(text("sign_in.show_pin" if hidden else "sign_in.hide_pin"))
        self._reveal.setToolTip(self._reveal.text())
        self.submit.setText(text("sign_in.working" if self._busy else "sign_in.submit"))
        self._address.setText(text("sign_in.server", url=self._server))
        waiting = self.company.waiting
        self.by_company.setText(text("sign_in.company_cancel" if waiting else "sign_in.company"))
        self.by_company.setVisible(self.company.offered or waiting)
        self._browser_note.setText(text("sign_in.company_waiting"))
        self._browser_note.setVisible(waiting)
        self._complain()

    def _complain(self) -> None:
        self._complaint.setVisible(self._error is not None)
        self._detail.setVisible(False)
        if self._error is not None:
            told = complaint(self._error, self._context.words, self._failed_at)
            icon = "lock-key" if told.retype_pin else "warning-circle"
            self._complaint.show_banner(icon, "danger", told.title, told.advice)
            self._detail.setText(self._context.text("sign_in.cause", cause=told.detail))
            self._detail.setVisible(bool(told.detail))

    # -- what is wanted

    @Slot()
    def _edited(self) -> None:
        free = not self._busy and not self.company.waiting
        self.submit.setEnabled(free and ready(self.badge.text(), self.pin.text()))
        self.by_company.setEnabled(not self._busy)

    @Slot()
    def _company_changed(self) -> None:
        self.redraw()
        self._edited()

    @Slot()
    def _press_company(self) -> None:
        if self.company.waiting:
            self.company.cancel()
        else:
            self._error = None
            self.company.begin()

    @Slot()
    def _submit(self) -> None:
        if self.submit.isEnabled():
            self._error, self._busy = None, True
            self.redraw()
            self._edited()
            self.signed.emit(self.badge.text().strip(), self.pin.text())
        elif not self.pin.text():
            self.pin.setFocus()

    @Slot()
    def _toggle_pin(self) -> None:
        hidden = self.pin.echoMode() is QLineEdit.EchoMode.Password
        self.pin.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.redraw()


def _in_the_middle(card: QWidget) -> QWidget:
    inner = QWidget()
    whole = QVBoxLayout(inner)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addStretch(2)
    middle = QHBoxLayout()  # an aligned item would not be as high as its wrapped text needs
    middle.addStretch(1)
    middle.addWidget(card)
    middle.addStretch(1)
    whole.addLayout(middle)
    whole.addStretch(3)
    return inner
