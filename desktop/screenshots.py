"""How is a picture taken of a window? As it is shown, into a PNG file."""

from pathlib import Path

from PySide6.QtWidgets import QWidget


def capture(window: QWidget, path: Path) -> None:
    """Write what the window shows now; raises OSError when the file cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(path)):
        raise OSError(f"{path} cannot be written")
