"""How does what is large fit into a small window? Scrolled, and never larger than the window behind it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

_AROUND = QSize(80, 190)
"""What a dialog has around its scrolled part: margins, heading and buttons, at normal text size."""
_BESIDE = 32
_LEAST_SEEN = 96


def scrolling(inner: QWidget, parent: QWidget) -> QScrollArea:
    """The widget, to be scrolled where a small window or large letters leave no room for all of it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setWidget(inner)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


class Snug(QScrollArea):
    """As high as what it holds; scrolled, with all around it in view, where the window leaves less room."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        return inner.sizeHint() if inner is not None else super().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What it holds wants another size: so does it, which a scroll area does not say by itself."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        inner = self.widget()
        least = inner.minimumSizeHint() if inner is not None else super().minimumSizeHint()
        return QSize(least.width(), min(least.height(), _LEAST_SEEN))


def bounded(dialog: QDialog) -> None:
    """No larger than the window behind it, whatever is in it: what has no room is scrolled."""
    parent = dialog.parentWidget()
    if parent is not None:
        dialog.setMaximumSize(parent.window().size() - QSize(_BESIDE, _BESIDE) / 2)


class Room(QScrollArea):
    """The middle of a window: a page that fills it, and is scrolled only where the window is smaller than ``least``."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self._holder = _Holder(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._holder)

    def set_least(self, least: QSize) -> None:
        self._holder.setMinimumSize(least)

    @property
    def scrolled(self) -> bool:
        """Whether the window is too small for the page."""
        return self.verticalScrollBar().isVisible() or self.horizontalScrollBar().isVisible()


class _Holder(QWidget):
    """Gives the page all its room; without a layout, so that a page with wrapped texts does not ask for more height."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        page.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._page.resize(self.size())


def fit(dialog: QDialog, inner: QWidget, scale: float = 1.0) -> None:
    """As large as its content at this text size, but never larger than the window behind it."""
    parent, layout = dialog.parentWidget(), inner.layout()
    if layout is not None:
        layout.activate()  # what was written since it was laid out counts, too
    room = dialog.sizeHint() if parent is None else parent.window().size() - QSize(_BESIDE, _BESIDE)
    dialog.resize((inner.sizeHint() + _AROUND * scale).boundedTo(room))
