"""What does the window look like now? Pictures of it, with the dialogs that are open over it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QPoint, QRect, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QDialog

from desktop.settings import Settings
from desktop.translator import LANGUAGES
from desktop.window import MainWindow

SIZES = ((1280, 720, 1.0), (1920, 1080, 1.0), (1280, 720, 2.0), (1920, 1080, 2.0))
"""Width, height and text size."""
LOOKS = ("light", "dark", "contrast")
POLL_MS = 10
PATIENCE_MS = 60_000
"""What a scene may take on the slowest machine."""
_VEIL = QColor(10, 16, 26, 90)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the gallery; ``set_up`` brings the window there, and may run the event loop."""

    name: str
    set_up: Callable[[MainWindow], None]


def picture(window: MainWindow) -> QPixmap:
    """The window as a person sees it: open dialogs over it, it veiled behind them."""
    QCoreApplication.sendPostedEvents()  # what changed a moment ago is laid out first
    shot = window.grab()
    dialogs = [d for d in window.findChildren(QDialog) if d.isVisible()]
    if not dialogs:
        return shot
    painter = QPainter(shot)
    painter.fillRect(window.rect(), _VEIL)
    for dialog in dialogs:
        middle = QPoint((window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2)
        painter.drawPixmap(middle, dialog.grab())
        painter.setPen(window.context.look.theme.color("border_strong"))
        painter.drawRect(QRect(middle, dialog.size()).adjusted(-1, -1, 0, 0))
    painter.end()
    return shot


def capture(window: MainWindow, path: Path) -> None:
    """Write a PNG of the window; raises OSError when it cannot be written. On the Qt thread."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture(window).save(str(path), "PNG"):
        raise OSError(f"{path} cannot be written")


def settle(window: MainWindow, so: Callable[[], bool] = lambda: True) -> None:
    """Run the event loop until nothing is being read any more and ``so`` holds; TimeoutError after a minute."""
    loop, poll, patience = QEventLoop(), QTimer(), QDeadlineTimer(PATIENCE_MS)

    def settled() -> bool:
        return not window.context.bridge.busy and not window.workbench.refreshing and so()

    def look() -> None:
        if settled() or patience.hasExpired():
            loop.quit()

    poll.setInterval(POLL_MS)
    poll.timeout.connect(look)
    poll.start()
    loop.exec()
    poll.stop()
    if patience.hasExpired() and not settled():
        raise TimeoutError(f"{window.windowTitle()}: still busy, or not as the scene has it")
    QCoreApplication.sendPostedEvents()


def gallery(
    open_window: Callable[[Settings], MainWindow],
    scenes: Sequence[Scene],
    folder: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    looks: Sequence[str] = LOOKS,
    sizes: Sequence[tuple[int, int, float]] = SIZES,
) -> Iterator[Path]:
    """Every scene in every language, look and size: ``<folder>/<language>-<look>-<size>/<scene>.png``, one by one.

    ``open_window`` gives a new window for the settings; it is closed after its last scene.
    """
    for language, look, (width, height, scale) in product(languages, looks, sizes):
        kept = {"language": language, "theme": look, "text_scale": scale}
        window = open_window(msgspec.convert(kept, Settings))
        window.resize(width, height)
        window.show()
        size = f"{width}" if scale == 1 else f"{width}-{scale:.0%}".removesuffix("%")
        for scene in scenes:
            scene.set_up(window)
            settle(window)
            path = folder / f"{language}-{look}-{size}" / f"{scene.name}.png"
            capture(window, path)
            yield path
        window.close()
        window.deleteLater()  # now and here: the garbage collector may run on any thread, and widgets live on this one
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
