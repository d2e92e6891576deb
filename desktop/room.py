"""How does what is large fit into a small window? Scrolled, and never larger than the window behind it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

_AROUND = QSize(80, 190)
"""What a dialog has around its scrolled part: margins, heading and buttons, at normal text size."""
_BESIDE = 32


def scrolling(inner: QWidget, parent: QWidget) -> QScrollArea:
    """The widget, to be scrolled where a small window or large letters leave no room for all of it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setWidget(inner)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def fit(dialog: QDialog, inner: QWidget, scale: float = 1.0) -> None:
    """As large as its content at this text size, but never larger than the window behind it."""
    parent = dialog.parentWidget()
    room = dialog.sizeHint() if parent is None else parent.window().size() - QSize(_BESIDE, _BESIDE)
    dialog.resize((inner.sizeHint() + _AROUND * scale).boundedTo(room))
