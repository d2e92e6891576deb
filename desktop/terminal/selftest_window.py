"""Does the window of this installation draw itself? Built over a real desk, shown once, looked at, closed."""

import os
import sys

import msgspec
from PySide6.QtCore import QEventLoop, QTimer, qVersion
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTextToSpeech import QTextToSpeech

from desktop.app import build
from desktop.settings import Settings
from desktop.translator import LANGUAGES
from desktop.window import MainWindow
from sync.service import Desk


class WindowBlank(Exception):
    """Nothing was drawn: platform plugin, fonts or icons do not work."""


def show_once(desk: Desk, longest_ms: int) -> dict[str, str]:
    """Show the window in each language; raises WindowBlank when it stays empty. What was found."""
    if sys.platform.startswith("linux") and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    colours = 0
    for language in LANGUAGES:
        window = build(desk, None, msgspec.structs.replace(Settings(), language=language))
        try:
            window.show()
            _drawn(window, longest_ms)
            colours = _colours(window.grab().toImage())
        finally:
            window.close()
        if colours < 3:
            raise WindowBlank(f"the window has only {colours} colours")
    engines = " ".join(sorted(QTextToSpeech.availableEngines()))
    return {
        "qt": qVersion() or "",
        "platform": QGuiApplication.platformName(),
        "colours": str(colours),
        "speech_engines": engines,
    }


def _drawn(window: MainWindow, longest_ms: int) -> None:
    """Run the event loop until nothing is being read any more, but not longer than this."""
    loop, poll, end = QEventLoop(), QTimer(), QTimer()

    def look() -> None:
        if not window.context.bridge.busy:
            loop.quit()

    poll.timeout.connect(look)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    poll.start(20)
    end.start(longest_ms)
    loop.exec()


def _colours(image: QImage) -> int:
    """How many colours a coarse grid of the picture has."""
    columns = range(0, image.width(), max(1, image.width() // 160))
    rows = range(0, image.height(), max(1, image.height() // 100))
    return len({image.pixel(x, y) for x in columns for y in rows})
