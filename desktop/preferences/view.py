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
from desktop.preferences.presenter import Field, fields, is_address
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
        self._note = label(role="small")
        self._note.setWordWrap(True)
        self._close = QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        self._build(fields(settings, self._locked, context.words))
        context.follow(self)

    def _build(self, shown: tuple[Field, ...]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for line, field in enumerate(shown):
            self._line(grid, line, field.name, self._segments(field))
        self._line(grid, len(shown), "server", self.server)
        grid.addWidget(self._note, len(shown) + 1, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addLayout(grid)
        column.addStretch(1)
        column.addLayout(buttons)

    def _line(self, grid: QGridLayout, line: int, name: str, field: QWidget) -> None:
        """Label, what is chosen, and a lock where a policy decided."""
        self._labels[name] = label(role="small")
        self._managed[name] = SignLabel(self._context, "lock-key", "muted", 16)
        grid.addWidget(self._labels[name], line, 0)
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
        self._labels["server"].setText(text("settings.server"))
        self.server.setAccessibleName(text("settings.server"))
        self.server.setEnabled("server" not in self._locked)
        for name, sign in self._managed.items():
            sign.setVisible(name in self._locked)
            sign.setToolTip(text("settings.managed"))
            sign.setAccessibleName(text("settings.managed"))
        self._edited()
        self.adjustSize()

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
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.chosen.emit(str(sender.property("name")), sender.property("value"))
