"""The floor of a start: an empty PySide6 window, until it has been painted once; then it prints ``usable``."""

import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class Empty(QMainWindow):
    """Ends the program after its first paint."""

    def tell(self) -> None:
        print("usable", flush=True)
        QApplication.quit()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)
        return super().event(event)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = Empty()
    window.resize(1440, 860)
    window.show()
    sys.exit(application.exec())
