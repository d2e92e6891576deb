"""How does one sign in with the company's account? The system's browser is opened, and waited for or given up."""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from desktop.bridge import Line
from desktop.context import Context
from sync.domain.permissions import User

_OPENS_WITHIN_S = 20.0


class SystemBrowser(QObject):
    """``sync.client.company.Browser``: asked on a worker, opened on the Qt thread."""

    _wanted = Signal(str, object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._wanted.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def open(self, url: str) -> bool:
        opened: Future[bool] = Future()
        self._wanted.emit(url, opened)
        try:
            return opened.result(_OPENS_WITHIN_S)
        except FutureTimeout:
            return False  # the window is being closed

    def words(self, went_well: bool) -> tuple[str, str]:
        what = "done" if went_well else "failed"
        return self._context.text(f"company.{what}.title"), self._context.text(f"company.{what}.text")

    @Slot(str, object)
    def _open(self, url: str, opened: "Future[bool]") -> None:
        opened.set_result(QDesktopServices.openUrl(QUrl(url)))


class CompanySignIn(QObject):
    """``changed`` tells that ``offered`` or ``waiting`` did; ``failed`` carries why a person was not signed in."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._browser = SystemBrowser(context)
        self.offered = False
        self.waiting = False

    @Slot()
    def look(self) -> None:
        """Ask whether the central offers it; nothing is said when it cannot be asked."""
        bridge = self._context.bridge
        if bridge.is_open:
            bridge.run(Line.ASK, bridge.desk.offers_company_accounts, self._heard)

    @Slot()
    def begin(self) -> None:
        """Open the browser and wait for the person there; the desk's event shows the next page."""
        desk, browser, language = self._context.bridge.desk, self._browser, self._context.voicing.language
        self._set_waiting(True)
        self._context.bridge.run(
            Line.ASK, lambda: desk.sign_in_by_company_account(browser, language), self._done, self._fail
        )

    @Slot()
    def cancel(self) -> None:
        """Wait no more; what comes from the browser later is not heeded."""
        if self.waiting:
            self._context.bridge.desk.cancel_sign_in()

    @Slot(object)
    def _heard(self, offered: bool) -> None:
        self.offered = offered
        self.changed.emit()

    @Slot(object)
    def _done(self, _user: User) -> None:
        self._set_waiting(False)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._set_waiting(False)
        self.failed.emit(error)

    def _set_waiting(self, waiting: bool) -> None:
        self.waiting = waiting
        self.changed.emit()
