"""What is shown of the order in question? Its sheet and history, and the verbs act on it."""

from PySide6.QtCore import QObject, Signal, Slot

from desktop.actions import Actions
from desktop.context import Context
from desktop.detail.presenter import previous, sheet, timeline
from desktop.detail.view import DetailView
from desktop.giving import Giving
from desktop.notices.presenter import Notice
from desktop.reading import Look, Reading
from sync.domain.order import Order
from sync.errors import CentralUnreachable, SyncError


class InQuestion(QObject):
    """The chosen order on the sheet. ``show`` writes everything anew; ``aim`` says whether the sheet can be seen."""

    looked = Signal(object, object)
    """The order in question and what was last told of it, each or None."""

    def __init__(
        self, context: Context, reading: Reading, detail: DetailView, actions: Actions, giving: Giving, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._reading = reading
        self._detail = detail
        self._actions = actions
        self._giving = giving
        self._seen = True
        actions.serve(detail)
        detail.history_wanted.connect(reading.fetch_history)
        reading.looked.connect(self._look)
        reading.history_changed.connect(self._show_history)

    def aim(self, *, seen: bool) -> None:
        """The verbs act on the order that is on the sheet, and on none while the sheet cannot be seen."""
        self._seen = seen
        look = self._reading.look if seen else None
        self._actions.look_at(look.seen if look else None, look.actions if look else ())

    @property
    def now(self) -> tuple[Order | None, Notice | None]:
        """The order on the sheet, and what was last told of it."""
        look = self._reading.look
        if look is None:
            return None, None
        telling = self._giving.book.last(look.seen.order.id)
        return look.seen.order, telling.say(self._context.words) if telling else None

    @Slot(object)
    def _look(self, _look: Look | None) -> None:
        self.aim(seen=self._seen)
        self.show_sheet()

    def show(self) -> None:
        """Everything of it, in the words and the look of now."""
        self.show_sheet()
        self._show_history()

    def show_sheet(self) -> None:
        """The order as it stands, with what was last told of it."""
        look, words = self._reading.look, self._context.words
        order, notice = self.now
        self.looked.emit(order, notice)
        if look is None:
            self._detail.show_sheet(None)
            return
        shown = sheet(look.seen, look.actions, words, self._context.now(), notice=notice, attention=look.attention)
        self._detail.show_sheet(shown)

    @Slot()
    def _show_history(self) -> None:
        history, trouble, words = self._reading.history, self._reading.trouble, self._context.words
        if (before := self._reading.before) is not None:
            self._detail.show_previous(previous(before.orders, words, self._context.now(), whole=before.whole))
        if history is not None:
            moments = timeline(history, words, self._context.now())
            self._detail.show_history(moments, "" if moments else words.text("history.empty"), again=False)
        elif isinstance(trouble, CentralUnreachable):
            self._detail.show_history((), words.text("history.offline"), again=True)
        elif trouble is not None:
            key = trouble.key if isinstance(trouble, SyncError) else "unknown"
            why = words.text(f"error.{key}.title")
            self._detail.show_history((), words.text("history.failed", why=why), again=True)
        else:
            self._detail.show_history((), words.text("history.loading"), again=False)
