"""How does a person save the list as a table, or print what must be pulled? A place is asked for, a worker reads."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QPagedPaintDevice
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.orders.export import pages, save
from desktop.orders.model import OrdersModel
from desktop.orders.pull_list import PullList, pull_list
from desktop.orders.pull_print import draw, pdf, prepare
from desktop.words import Words

PDF, PAPER = "pdf", "paper"


class Export(QObject):
    """``told`` carries the Telling of what came of it."""

    told = Signal(object)

    def __init__(self, context: Context, orders: OrdersModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._orders = orders
        self._over = parent
        self._to: Path | QPagedPaintDevice | None = None
        self._printer: QPagedPaintDevice | None = None

    @Slot()
    def ask(self) -> None:
        """Ask where to, unless there is nothing to save."""
        if not self._orders.rowCount():
            return
        text = self._context.text
        name = text("export.file", view=text(f"view.{self._orders.query.view}.label"))
        kinds = f"{text('export.workbook')};;{text('export.kind')}"
        dialog = self._dialog(text("export.title"), name, kinds, "xlsx")
        dialog.filterSelected.connect(self._choose_kind)
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def _dialog(self, title: str, name: str, kinds: str, suffix: str) -> QFileDialog:
        dialog = QFileDialog(self._over, title, str(Path.home() / name), kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        return dialog

    @Slot(str)
    def _choose_kind(self, kind: str) -> None:
        dialog = self.sender()
        if isinstance(dialog, QFileDialog):
            dialog.setDefaultSuffix("csv" if "csv" in kind else "xlsx")

    @Slot(str)
    def save(self, file: str) -> None:
        """Write every order of the list as it stands now, in its order; XLSX for such a name, else CSV."""
        desk, words, now = self._context.bridge.desk, self._context.words, self._context.now()
        rowids = list(self._orders.ids)

        def work() -> Telling:
            try:
                count = save(Path(file), pages(rowids, desk.rows), words, now)
            except OSError as refused:
                return _failed(file, refused)
            return Telling(
                None,
                None,
                lambda w: notices.plain(w.text("export.done"), w.text("export.done_body", n=f"{count:,}", file=file)),
            )

        self._context.bridge.run(Line.LOOK, work, self._tell)

    # -- the pull list

    @Slot()
    def ask_pull_list(self) -> None:
        """Ask where the PDF goes."""
        text = self._context.text
        dialog = self._dialog(text("pull.save"), text("pull.file"), text("pull.kind"), "pdf")
        dialog.fileSelected.connect(self.save_pull_list)
        dialog.open()

    @Slot(str)
    def save_pull_list(self, file: str) -> None:
        self._pull(Path(file))

    @Slot()
    def print_pull_list(self) -> None:
        """Ask for the printer, then print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415  only whoever prints needs it

        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(self._printer, self._over)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._print)
        dialog.show()

    @Slot(int)
    def _print(self, answer: int) -> None:
        if answer and self._printer is not None:
            self._pull(self._printer)

    @Slot(object)
    def _pull(self, to: Path | QPagedPaintDevice) -> None:
        """Read what must be pulled, then draw it."""
        desk, words, now = self._context.bridge.desk, self._context.words, self._context.now()
        self._to = to
        self._context.bridge.run(Line.LOOK, lambda: pull_list(desk.to_pull(), words, now), self._draw)

    @Slot(object)
    def _draw(self, pages: PullList) -> None:
        to, self._to = self._to, None
        if isinstance(to, Path):
            try:
                to.open("ab").close()  # a writer that cannot write says so on the error stream only
            except OSError as refused:
                self._tell(_failed(str(to), refused))
                return
        if to is None:
            return
        device = pdf(to, pages.title) if isinstance(to, Path) else to
        prepare(device)
        draw(device, pages, QFontInfo(QApplication.font()).family())
        count = len(pages.pulls)
        title = "pull.saved" if isinstance(to, Path) else "pull.printed"

        def say(words: Words) -> notices.Notice:
            return notices.plain(words.text(title), words.translator.count("list.count", count, shown=count))

        self._tell(Telling(None, None, say))

    @Slot(object)
    def _tell(self, telling: Telling) -> None:
        self.told.emit(telling)


def _failed(file: str, refused: OSError) -> Telling:
    why = refused.strerror or str(refused)
    return Telling(
        None,
        None,
        lambda w: notices.failed(w.text("export.failed"), w.text("export.failed_body", file=file, why=why)),
    )
