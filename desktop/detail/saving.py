"""How does a person get a file of the order? A place is asked for, the central sends it; nothing is opened by this."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.giving import Giving
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from sync.domain.order import Attachment, Order, OrderId


class Saving(QObject):
    """One file at a time."""

    def __init__(self, context: Context, giving: Giving, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._giving = giving
        self._window = window
        self._wanted: tuple[OrderId, Attachment] | None = None

    def ask(self, order: Order, attachment_id: str) -> None:
        """Ask where to put that file of the order."""
        found = next((a for a in order.attachments if a.id == attachment_id), None)
        if found is None:
            return
        self._wanted = (order.id, found)
        proposed = str(Path.home() / plain_name(found.name))
        dialog = QFileDialog(self._window, self._context.text("detail.save_file"), proposed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.save)
        dialog.open()

    @Slot(str)
    def save(self, file: str) -> None:
        if self._wanted is None:
            return
        (order_id, attachment), self._wanted = self._wanted, None
        desk = self._context.bridge.desk

        def work() -> Telling:
            try:
                desk.save_attachment(order_id, attachment, Path(file))
            except OSError as refused:
                why = refused.strerror or str(refused)
                return Telling(
                    None,
                    None,
                    lambda w: notices.failed(w.text("detail.not_saved"), f"{file}: {why}"),
                )
            return Telling(None, None, lambda w: notices.plain(w.text("detail.saved"), file))

        self._context.bridge.run(Line.ASK, work, self._giving.tell, self._giving.fail)


def plain_name(name: str) -> str:
    """The last part of a name that others gave, whatever folders it pretends to be in."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return last if last.strip(". ") else "file"
