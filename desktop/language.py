"""How is the language switched? Two segments, one of them pressed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.context import Context
from desktop.translator import LANGUAGES


class LanguageButtons(QWidget):
    """``chosen`` carries the language's code; each language is named in itself."""

    chosen = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("switch")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for language in LANGUAGES:
            button = QPushButton()
            button.setProperty("kind", "segment")
            button.setProperty("language", language)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._choose)
            self._group.addButton(button)
            self.buttons[language] = button
            row.addWidget(button)
        context.follow(self)

    @Slot()
    def redraw(self) -> None:
        for language, button in self.buttons.items():
            button.setText(self._context.text(f"language.{language}"))
            button.setToolTip(self._context.text("language.switch"))
            button.setChecked(language == self._context.voicing.language)

    @Slot()
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.chosen.emit(str(sender.property("language")))
