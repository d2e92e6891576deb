"""How does a person save the list as a table? A place is asked for, the rows are read and written on a worker."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.orders.export import pages, write
from desktop.orders.model import OrdersModel


class Export(QObject):
    """``told`` carries the Telling of what came of it."""

    told = Signal(object)

    def __init__(self, context: Context, orders: OrdersModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._orders = orders
        self._over = parent

    @Slot()
    def ask(self) -> None:
        """Ask where to, unless there is nothing to save."""
        if not self._orders.rowCount():
            return
        text = self._context.text
        name = text("export.file", view=text(f"view.{self._orders.query.view}.label"))
        dialog = QFileDialog(self._over, text("export.title"), str(Path.home() / name), text("export.kind"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    @Slot(str)
    def save(self, file: str) -> None:
        """Write every order of the list as it stands now, in its order."""
        desk, words, now = self._context.bridge.desk, self._context.words, self._context.now()
        rowids = list(self._orders.ids)

        def work() -> Telling:
            try:
                count = write(Path(file), pages(rowids, desk.rows), words, now)
            except OSError as refused:
                why = refused.strerror or str(refused)
                return Telling(
                    None,
                    None,
                    lambda w: notices.failed(w.text("export.failed"), w.text("export.failed_body", file=file, why=why)),
                )
            return Telling(
                None,
                None,
                lambda w: notices.plain(w.text("export.done"), w.text("export.done_body", n=f"{count:,}", file=file)),
            )

        self._context.bridge.run(Line.LOOK, work, self._tell)

    @Slot(object)
    def _tell(self, telling: Telling) -> None:
        self.told.emit(telling)
