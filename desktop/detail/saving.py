"""How does a person get a file of the order? Saved where that person says, or looked at when it is a picture or a PDF.

Only kinds that show and do nothing are opened, under a name that the program gave: what others call a file decides
nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from PySide6.QtCore import QObject, Qt, QTemporaryDir, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.detail.presenter import VIEWED
from desktop.errors import Stopped
from desktop.giving import Giving
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from sync.domain.order import Attachment, Order, OrderId
from sync.errors import SyncError

Opener = Callable[[Path], object]


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


@dataclass(frozen=True, slots=True)
class _Outcome:
    id: str
    to: Path
    viewed: bool
    fault: Exception | None = None


class Saving(QObject):
    """``progressed`` gives an attachment's id and how many per cent have come; -1 when it is over."""

    progressed = Signal(str, int)

    def __init__(self, context: Context, giving: Giving, window: QWidget, opener: Opener = _open) -> None:
        super().__init__(window)
        self._context = context
        self._giving = giving
        self._window = window
        self.opener = opener
        self._wanted: tuple[OrderId, Attachment] | None = None
        self._under_way: dict[str, threading.Event] = {}
        self._looks = 0
        self._looked_at = QTemporaryDir()
        """Files that were only looked at; gone with the window."""

    def ask(self, order: Order, attachment_id: str) -> None:
        """Ask where to put that file of the order."""
        found = _named(order, attachment_id)
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
        if self._wanted is not None:
            (order_id, attachment), self._wanted = self._wanted, None
            self._fetch(order_id, attachment, Path(file), viewed=False)

    def look(self, order: Order, attachment_id: str) -> None:
        """Show that file of the order in the system's viewer, where it is of a kind that does nothing."""
        found = _named(order, attachment_id)
        if found is not None and found.media_type in VIEWED:
            self._looks += 1
            name = f"{self._looks}{VIEWED[found.media_type]}"
            self._fetch(order.id, found, Path(self._looked_at.filePath(name)), viewed=True)

    @Slot(str)
    def stop(self, attachment_id: str) -> None:
        """No longer wanted; what has come is thrown away."""
        if attachment_id in self._under_way:
            self._under_way[attachment_id].set()

    # -- on its way

    def _fetch(self, order_id: OrderId, attachment: Attachment, to: Path, *, viewed: bool) -> None:
        id_, size = attachment.id, max(1, attachment.size)
        if id_ in self._under_way:
            return
        stop = self._under_way[id_] = threading.Event()
        bridge, tell = self._context.bridge, self.progressed.emit

        def told(here: int) -> None:
            if stop.is_set() or bridge.is_closed:
                raise Stopped(attachment.name)
            tell(id_, min(99, here * 100 // size))

        def work() -> _Outcome:
            try:
                bridge.desk.save_attachment(order_id, attachment, to, told)
            except (OSError, Stopped, SyncError) as fault:
                return _Outcome(id_, to, viewed, fault)
            return _Outcome(id_, to, viewed)

        self.progressed.emit(id_, 0)
        bridge.run(Line.ASK, work, self._over)

    @Slot(object)
    def _over(self, outcome: _Outcome) -> None:
        self._under_way.pop(outcome.id, None)
        self.progressed.emit(outcome.id, -1)
        file, fault = str(outcome.to), outcome.fault
        if isinstance(fault, Stopped):
            self._giving.tell(Telling(None, None, lambda w: notices.plain(w.text("detail.stopped"), str(fault))))
        elif isinstance(fault, OSError):
            why = fault.strerror or str(fault)
            self._giving.tell(
                Telling(None, None, lambda w: notices.failed(w.text("detail.not_saved"), f"{file}: {why}"))
            )
        elif fault is not None:
            self._giving.fail(fault)
        elif outcome.viewed:
            self.opener(outcome.to)
        else:
            self._giving.tell(Telling(None, None, lambda w: notices.plain(w.text("detail.saved"), file)))


def _named(order: Order, attachment_id: str) -> Attachment | None:
    return next((a for a in order.attachments if a.id == attachment_id), None)


def plain_name(name: str) -> str:
    """The last part of a name that others gave, whatever folders it pretends to be in."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return last if last.strip(". ") else "file"
