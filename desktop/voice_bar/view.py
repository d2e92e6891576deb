"""Where does one see what the desk hears? The bar at the bottom: talk, heard, understood, asked, and a typed line."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.aloud import Aloud
from desktop.context import Context, mark
from desktop.parts import Elided, KeyLine, SignLabel, label
from desktop.voice_bar.presenter import Bar, bar
from voice.dialogue.state import Mode
from voice.view import VoiceView

HEIGHT, LOW, TALL, ROOMY, NARROW = 72, 100, 132, 1100, 800
"""At normal text size: the height of the bar, its heights while something is asked in a narrow window, and how wide a
window must be to need no more than the first; how wide it must be to have room for the typed line besides.
"""


class _Field(QWidget):
    """A small heading over text of at most two lines."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label(role="section")
        self._text = label()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self._text, 1)

    def show_field(self, title: str, text: str, none: str, *, quiet: bool = False) -> None:
        self._title.setText(title)
        self._text.setText(text or none)
        self._text.setToolTip(text)
        self._text.setAccessibleName(f"{title}: {text or none}")
        mark(self._text, quiet=quiet or not text)


class VoiceBar(QWidget):
    """Shows what voice tells; ``talk`` while the button is held, ``said`` for a typed command."""

    talk = Signal(bool)
    said = Signal(str)
    stopped = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("voicebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self._view: VoiceView | None = None
        self.button = QPushButton()
        self.button.setObjectName("talk")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.pressed.connect(self._press)
        self.button.released.connect(self._release)
        self._sign, self._state, self._hint = SignLabel(context, size=16), label(role="strong"), Elided("small")
        self._meter = QProgressBar()
        self._meter.setRange(0, 100)
        self._meter.setTextVisible(False)
        self._heard, self._understood, self._asked = _Field(), _Field(), _Field()
        self.line = KeyLine()
        self.line.returnPressed.connect(self._say)
        self.line.escaped.connect(self._escape)
        self.aloud = Aloud(self, self)
        self._build()
        context.follow(self)

    def _build(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(6)
        state.addWidget(self._sign)
        state.addWidget(self._state)
        state.addStretch(1)
        told = QVBoxLayout()
        told.setSpacing(6)
        told.addStretch(1)
        told.addLayout(state)
        told.addWidget(self._meter)
        told.addStretch(1)
        self._told = QWidget()
        self._told.setLayout(told)
        told.setContentsMargins(0, 0, 0, 0)
        self._told.setFixedWidth(self._context.look.theme.px(132))
        fields = QHBoxLayout()
        fields.setSpacing(16)
        fields.addWidget(self._heard, 4)
        fields.addWidget(self._understood, 4)
        fields.addWidget(self._asked, 6)
        self._fields = QWidget()
        self._fields.setLayout(fields)
        fields.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.button)
        row.addWidget(self._told)
        row.addWidget(self._fields, 5)
        row.addWidget(self._hint, 5)
        row.addWidget(self.line, 2)
        self.setFixedHeight(self._context.look.theme.px(HEIGHT))
        self.line.setMinimumWidth(self._context.look.theme.px(272))

    # -- what is shown

    @Slot(object)
    def show_view(self, view: VoiceView) -> None:
        self._view = view
        self.redraw()

    @property
    def awake(self) -> bool:
        """Whether voice is in the middle of something."""
        return self._view is not None and self._view.state is not Mode.ASLEEP

    @Slot()
    def redraw(self) -> None:
        shown = bar(self._view, self._context.words)
        text = self._context.text
        self._sign.show_sign(shown.icon, "muted" if shown.tone == "neutral" else shown.tone)
        self._state.setText(shown.state)
        self._meter.setValue(round(shown.level * 100))
        self._meter.setAccessibleName(text("voice.level"))
        self._meter.setToolTip(shown.measures)
        self._meter.setAccessibleDescription(shown.measures)
        none = text("voice.none")
        self._heard.show_field(text("voice.heard"), shown.heard, none, quiet=shown.still_hearing)
        self._understood.show_field(text("voice.understood"), shown.understood, none)
        self._asked.show_field(text("voice.asked"), shown.asked, none)
        self._show_hint(shown)
        self.aloud.say(shown.asked if shown.awake else shown.hint if shown.trouble else "")
        self.line.setPlaceholderText(text("voice.command"))
        self.line.setAccessibleName(text("voice.command_name"))
        self.line.setEnabled(self._view is not None)
        self.button.setToolTip(text("voice.talk_title"))
        self.button.setAccessibleName(text("voice.talk"))
        self.button.setIcon(self._context.look.icon("microphone", "info" if shown.awake else "text"))
        self.button.setEnabled(shown.can_talk)
        mark(self.button, awake=shown.awake)
        self.setAccessibleName(text("voice.name"))

    def _show_hint(self, shown: Bar) -> None:
        """The hint, or what is wrong, stands where the fields are while nothing goes on."""
        px = self._context.look.theme.px
        tight = self.width() < px(ROOMY) and shown.busy
        alone = self.width() < px(NARROW)
        self.setFixedHeight(px((LOW if alone else TALL) if tight else HEIGHT))
        self._fields.setVisible(shown.busy)
        self.line.setVisible(not (shown.busy and alone))
        self._hint.setVisible(not shown.busy)
        self._hint.setText(shown.hint)
        mark(self._hint, tone="warn" if shown.trouble else "")

    # -- what is wanted

    @Slot()
    def _press(self) -> None:
        self.talk.emit(True)

    @Slot()
    def _release(self) -> None:
        self.talk.emit(False)

    @Slot()
    def _say(self) -> None:
        words = self.line.text().strip()
        if words:
            self.said.emit(words)
            self.line.clear()

    @Slot()
    def _escape(self) -> None:
        """Leave the line, and put away what is being asked."""
        self.line.clear()
        self.line.clearFocus()
        self.stopped.emit()
