"""Where does a person choose how this workstation looks and which central it asks? One dialog, each choice at once."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context
from desktop.parts import SignLabel, label
from desktop.preferences.kept_sounds import KeptSounds
from desktop.preferences.presenter import Field, fields, is_address
from desktop.preferences.quiet import parsed
from desktop.preferences.sound import SoundPanel
from desktop.room import fit, scrolling
from desktop.settings import Settings


class PreferencesDialog(QDialog):
    """``chosen`` carries a setting's name and its new value."""

    chosen = Signal(str, object)

    def __init__(self, context: Context, settings: Settings, locked: Collection[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._settings = settings
        self._locked = frozenset(locked)
        self._title = label(role="heading")
        self._labels: dict[str, QLabel] = {}
        self._managed: dict[str, SignLabel] = {}
        self._buttons: dict[str, list[QPushButton]] = {}
        self.server = QLineEdit(settings.server)
        self.server.setProperty("foreign", True)
        self.server.setMinimumWidth(context.look.theme.px(320))
        self.server.textChanged.connect(self._edited)
        self.server.editingFinished.connect(self._keep_server)
        self.sound = SoundPanel(context, settings.microphone, locked="microphone" in self._locked)
        self.sound.microphone_chosen.connect(self._choose_microphone)
        self.kept_sounds = KeptSounds(context)
        self.quiet_from, self.quiet_to = QLineEdit(settings.quiet_from), QLineEdit(settings.quiet_to)
        self._until, self._quiet_note = label(role="small"), label(role="small")
        self._quiet_note.setWordWrap(True)
        for field in (self.quiet_from, self.quiet_to):
            field.setInputMask("99:99;_")
            field.setFixedWidth(context.look.theme.px(72))
            field.editingFinished.connect(self._keep_quiet)
        self._note = label(role="small")
        self._note.setWordWrap(True)
        self._close = QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        self._build(fields(settings, self._locked, context.words))
        context.follow(self)
        fit(self, self._inner, context.look.theme.scale)

    def _build(self, shown: tuple[Field, ...]) -> None:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for line, field in enumerate(shown):
            self._line(grid, line, field.name, self._segments(field))
        line = len(shown)
        self._line(grid, line, "server", self.server)
        grid.addWidget(self._note, line + 1, 1, 1, 2)
        self._line(grid, line + 2, "microphone", self.sound)
        self._line(grid, line + 3, "refused_sounds", self.kept_sounds)
        self._line(grid, line + 4, "quiet", self._quiet_row())
        grid.addWidget(self._quiet_note, line + 5, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addWidget(scrolling(inner, self), 1)
        column.addLayout(buttons)
        self._inner = inner

    def _quiet_row(self) -> QWidget:
        frame = QWidget()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.quiet_from)
        row.addWidget(self._until)
        row.addWidget(self.quiet_to)
        row.addStretch(1)
        return frame

    def _line(self, grid: QGridLayout, line: int, name: str, field: QWidget) -> None:
        """Label, what is chosen, and a lock where a policy decided."""
        self._labels[name] = label(role="small")
        self._managed[name] = SignLabel(self._context, "lock-key", "muted", 16)
        self._labels[name].setContentsMargins(0, self._context.look.theme.px(8), 0, 0)  # beside the field's first line
        grid.addWidget(self._labels[name], line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(field, line, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._managed[name], line, 2)

    def _segments(self, field: Field) -> QWidget:
        frame = QFrame()
        frame.setObjectName("switch")
        row = QHBoxLayout(frame)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        group = QButtonGroup(self)
        self._buttons[field.name] = []
        for option in field.options:
            button = QPushButton()
            button.setProperty("kind", "segment")
            button.setProperty("name", field.name)
            button.setProperty("value", option.value)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.clicked.connect(self._choose)
            group.addButton(button)
            row.addWidget(button)
            self._buttons[field.name].append(button)
        return frame

    @Slot(object)
    def show_settings(self, settings: Settings) -> None:
        """These are in force now."""
        self._settings = settings
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setWindowTitle(text("settings.title"))
        self._title.setText(text("settings.title"))
        self._close.setText(text("shortcuts.close"))
        for field in fields(self._settings, self._locked, self._context.words):
            self._labels[field.name].setText(field.label)
            for button, option in zip(self._buttons[field.name], field.options, strict=True):
                button.setText(option.label)
                button.setAccessibleName(f"{field.label}: {option.label}")
                button.setChecked(option.chosen)
                button.setEnabled(not field.locked)
        self._labels["microphone"].setText(text("settings.microphone"))
        self._labels["refused_sounds"].setText(text("settings.refused_sounds"))
        self._labels["quiet"].setText(text("settings.quiet"))
        self._until.setText(text("settings.quiet_to"))
        self.quiet_from.setAccessibleName(f"{text('settings.quiet')}: {text('settings.quiet_from')}")
        self.quiet_to.setAccessibleName(f"{text('settings.quiet')}: {text('settings.quiet_to')}")
        for field_, name in ((self.quiet_from, "quiet_from"), (self.quiet_to, "quiet_to")):
            field_.setEnabled(name not in self._locked)
        self._labels["server"].setText(text("settings.server"))
        self.server.setAccessibleName(text("settings.server"))
        self.server.setEnabled("server" not in self._locked)
        for name, sign in self._managed.items():
            sign.setVisible(bool({name, f"{name}_from", f"{name}_to"} & self._locked))
            sign.setToolTip(text("settings.managed"))
            sign.setAccessibleName(text("settings.managed"))
        self._edited()
        self._keep_quiet()

    @Slot()
    def _edited(self) -> None:
        good = is_address(self.server.text())
        self._note.setText(self._context.text("settings.server_note" if good else "settings.server_wrong"))

    @Slot()
    def _keep_server(self) -> None:
        address = self.server.text().strip()
        if is_address(address) and address != self._settings.server:
            self.chosen.emit("server", address)

    @Slot()
    def _keep_quiet(self) -> None:
        """Both times or none; what is no time of day is said, and not kept."""
        told = tuple("" if field.text() == ":" else field.text() for field in (self.quiet_from, self.quiet_to))
        good = told == ("", "") or all(parsed(text) is not None for text in told)
        self._quiet_note.setText(self._context.text("settings.quiet_note" if good else "settings.quiet_wrong"))
        if good and told != (self._settings.quiet_from, self._settings.quiet_to):
            self.chosen.emit("quiet_from", told[0])
            self.chosen.emit("quiet_to", told[1])

    @Slot(str)
    def _choose_microphone(self, name: str) -> None:
        self.chosen.emit("microphone", name)

    @Slot()
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.chosen.emit(str(sender.property("name")), sender.property("value"))
