"""What can be done with the order on the sheet? Three verbs with their keys; greyed ones say why."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context, mark
from desktop.parts import Wrap, label
from desktop.verbs.presenter import Verb

_CAP_GAP = 6


class VerbButton(QPushButton):
    """A verb with its key as a cap at the right edge."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "verb")
        self._cap = label(role="cap", parent=self)
        self._cap.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(self._cap.sizeHint().width() + _CAP_GAP, 0)

    def show_key(self, key: str) -> None:
        self._cap.setText(key)
        self._cap.setVisible(bool(key))

    def tell_first(self, *, first: bool) -> None:
        """The verb that is meant most often stands out."""
        mark(self, first=first)
        mark(self._cap, on_accent=first)


class VerbBar(QWidget):
    """Intercept, reassign, release: greyed with the reason when they cannot be."""

    wanted = Signal(str)
    """The op's value."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._verbs: tuple[Verb, ...] = ()
        self._buttons = [VerbButton(self) for _ in range(3)]
        self._why = label(role="small")
        self._why.setWordWrap(True)
        buttons = QWidget()
        row = Wrap(buttons, gap=6, fill=True)
        for button in self._buttons:
            button.clicked.connect(self._press)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(buttons)
        column.addWidget(self._why)

    def show_verbs(self, verbs: tuple[Verb, ...]) -> None:
        self._verbs = verbs
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(verbs))
            if number < len(verbs):
                self._fill(button, verbs[number], first=number == 0)
        refused = [self._context.text("verb.why_not", label=v.label, why=v.why_not) for v in verbs if not v.enabled]
        self._why.setText("\n".join(refused))
        self._why.setVisible(bool(refused))

    def _fill(self, button: VerbButton, verb: Verb, *, first: bool) -> None:
        primary = first and verb.enabled
        button.tell_first(first=primary)
        button.setText(f" {verb.label}")
        button.show_key(verb.shortcut)
        button.setIcon(self._context.look.icon(verb.icon, "on_accent" if primary else "muted"))
        button.setEnabled(verb.enabled)
        button.setToolTip(verb.why_not)
        button.setProperty("op", verb.op.value)
        button.setAccessibleName(verb.label)
        button.setAccessibleDescription(verb.why_not)
        button.updateGeometry()

    def focus_first(self) -> None:
        ready = next((b for b in self._buttons if b.isVisible() and b.isEnabled()), None)
        if ready is not None:
            ready.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _press(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.wanted.emit(str(sender.property("op")))
