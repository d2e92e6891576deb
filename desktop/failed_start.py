"""What does a person see when the program cannot start? One dialog: what is wrong, what to do, and the raw cause."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from desktop.context import Look, Voicing
from desktop.parts import label, reading
from desktop.settings import Settings
from desktop.sign_in.presenter import complaint


def failed_start_dialog(error: Exception, settings: Settings) -> QDialog:
    """The dialog, not shown yet."""
    words = Voicing(settings.language).words
    look = Look(settings)
    look.dress()
    told = complaint(error, words)
    dialog = QDialog()
    dialog.setWindowTitle(words.text("app.name"))
    dialog.setWindowIcon(look.window_icon())
    dialog.setMinimumWidth(look.theme.px(440))
    picture = label()
    picture.setPixmap(look.pixmap("warning-octagon", "danger", 32, dialog.devicePixelRatioF()))
    title, advice, detail = label(told.title, "heading"), label(told.advice), reading("faint")
    title.setWordWrap(True)
    advice.setWordWrap(True)
    detail.setText(told.detail)
    close = QPushButton(words.text("shortcuts.close"))
    close.setProperty("kind", "primary")
    close.clicked.connect(dialog.accept)
    head = QHBoxLayout()
    head.setSpacing(12)
    head.addWidget(picture)
    head.addWidget(title, 1)
    foot = QHBoxLayout()
    foot.addStretch(1)
    foot.addWidget(close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 20, 24, 20)
    column.setSpacing(12)
    column.addLayout(head)
    column.addWidget(advice)
    column.addWidget(detail)
    column.addLayout(foot)
    return dialog


def tell_failed_start(error: Exception, settings: Settings) -> None:
    """Show it until it is closed."""
    failed_start_dialog(error, settings).exec()
