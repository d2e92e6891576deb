"""What happens when a person wants something done? The right question first, then the ask goes on its way."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge import Line
from desktop.context import Context
from desktop.detail.saving import Saving
from desktop.detail.view import DetailView
from desktop.giving import Giving, gone, plain, refusal
from desktop.notices.presenter import Given, Notice, Offer
from desktop.verbs.presenter import Ask
from desktop.verbs.view import AskDialog, HoldsDialog, ReasonDialog, TargetDialog
from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from sync.domain.order import CommandKey, OrderId
from sync.domain.organise import note_args
from sync.domain.permissions import Action
from sync.errors import Refused
from sync.store.projection import Seen


class Actions(QObject):
    """The verbs on the order that the person looks at. ``decide_wanted`` carries an order id."""

    decide_wanted = Signal(str)

    def __init__(self, context: Context, giving: Giving, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._giving = giving
        self._window = window
        self._seen: Seen | None = None
        self._actions: tuple[Action, ...] = ()
        self._asked_on: Seen | None = None
        self.saving = Saving(context, giving, window)
        self.dialog: AskDialog | None = None
        """The question that is open now."""

    def serve(self, sheet: DetailView) -> None:
        """Do what is wanted on the sheet of the order."""
        sheet.verb_wanted.connect(self.want)
        sheet.offer_taken.connect(self.take_offer)
        sheet.note_written.connect(self.note)
        sheet.file_wanted.connect(self.save_file)
        sheet.look_wanted.connect(self.look_at_file)
        sheet.stop_wanted.connect(self.saving.stop)
        self.saving.progressed.connect(sheet.show_progress)
        self._context.bridge.connection_changed.connect(sheet.show_connection)

    @Slot(str)
    def save_file(self, attachment_id: str) -> None:
        if self._seen is not None:
            self.saving.ask(self._seen.truth, attachment_id)

    @Slot(str)
    def look_at_file(self, attachment_id: str) -> None:
        if self._seen is not None:
            self.saving.look(self._seen.truth, attachment_id)

    def look_at(self, seen: Seen | None, actions: tuple[Action, ...]) -> None:
        self._seen, self._actions = seen, actions

    @Slot(str)
    def want(self, op_value: str) -> None:
        """Ask what must be known before this verb, or say why it cannot be."""
        op, seen = Op(op_value), self._seen
        if seen is None:
            self._giving.tell(plain("select_first"))
            return
        action = next((a for a in self._actions if a.op is op), None)
        if action is None or action.refusal is None:
            self._ask(seen, op)
            return
        order = seen.order
        self._giving.tell(refusal(Given(CommandKey(""), order.id, order.tail), op, Refused(action.refusal)))

    @Slot(str)
    def note(self, text: str) -> None:
        """Write this down for the order that the person looks at."""
        if self._seen is not None:
            self._giving.submit(self._seen, Ask(Op.NOTE, args=note_args(text)))

    # -- questions

    def _ask(self, seen: Seen, op: Op, reason: Reason | None = None) -> None:
        user = self._context.bridge.desk.user
        if user is None or self.dialog is not None:
            return
        self._asked_on = seen
        if op is Op.RELEASE:
            self.dialog = HoldsDialog(self._context, seen.order, user, self._window)
        elif op is Op.REASSIGN:
            self.dialog = self._target_dialog(seen)
        else:
            self.dialog = ReasonDialog(self._context, seen.order, op, self._window, reason)
        self.dialog.given.connect(self._give)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _target_dialog(self, seen: Seen) -> TargetDialog:
        dialog = TargetDialog(self._context, seen.order, self._window)
        dialog.options_wanted.connect(self._fetch_options)
        self._fetch_for(dialog, seen.order.id)
        return dialog

    @Slot()
    def _fetch_options(self) -> None:
        if isinstance(self.dialog, TargetDialog) and self._asked_on is not None:
            self._fetch_for(self.dialog, self._asked_on.order.id)

    def _fetch_for(self, dialog: TargetDialog, order_id: OrderId) -> None:
        desk = self._context.bridge.desk
        self._context.bridge.run(
            Line.ASK, lambda: desk.reassign_options(order_id), dialog.show_options, dialog.show_error
        )

    @Slot()
    def _closed(self) -> None:
        self.dialog = None

    @Slot(object)
    def _give(self, ask: Ask) -> None:
        if self._asked_on is not None:
            self._giving.submit(self._asked_on, ask)

    # -- offers of notices

    @Slot(object, str)
    def take_offer(self, notice: Notice, offer: str) -> None:
        """Undo, ask the carrier, or go and decide."""
        if notice.order_id is None or notice.key is None:
            return
        given = self._giving.book.given(notice.key) or Given(notice.key, notice.order_id, notice.order_id)
        if offer == Offer.DECIDE.value:
            self.decide_wanted.emit(notice.order_id)
        elif offer == Offer.UNDO.value:
            self._giving.undo(given)
        else:
            self._ask_carrier(given)

    def _ask_carrier(self, given: Given) -> None:
        """The same reason, on the order as it is by now."""
        desk = self._context.bridge.desk
        self._context.bridge.run(
            Line.LOOK, lambda: (desk.order(given.order_id), given.reason), self._take_carrier, self._giving.fail
        )

    @Slot(object)
    def _take_carrier(self, answer: tuple[Seen | None, Reason | None]) -> None:
        seen, reason = answer
        if seen is None:
            self._giving.tell(gone())
        else:
            self._ask(seen, Op.CARRIER_INTERCEPT, reason)
