"""How does a decision get recorded? On the worker, with the command that it leads to; many of them some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge import Line
from desktop.conflicts.presenter import Case, case
from desktop.conflicts.view import ConflictsView
from desktop.context import Context
from desktop.giving import Accepted, Giving, plain, refusal
from desktop.notices import presenter as notices
from desktop.notices.book import Telling
from desktop.notices.presenter import Given
from desktop.ports import DeskPort
from sync.decisions import OpenCase
from sync.errors import Refused
from sync.service import Wish

AT_ONCE = 20
"""So many decisions are one job: in between, other commands have their turn and the person may stop."""

RECORD = 200
"""So many decisions of the past are listed."""


@dataclass(frozen=True, slots=True)
class _Tally:
    """What came of the decisions so far: the answers to tell where it was only one."""

    done: int = 0
    refused: int = 0
    answers: tuple[Accepted | Telling, ...] = ()


def decide(desk: DeskPort, of: Case, decision: str) -> Accepted | Telling | None:
    """Record one decision with its command. Blocking; None when there was no command to give."""
    way = next((c for c in of.choices if c.decision == decision), None)
    if way is None or not way.enabled:
        return plain("decide_otherwise")
    ask, tail = way.ask, of.number[-4:]
    if ask is None:
        return None if desk.decide(of.key, decision).new else plain("decided_already")
    wish = Wish(
        order_id=of.order_id,
        op=ask.op,
        base=of.base,
        after=of.after,
        reason=ask.reason,
        args=ask.args,
        seen=of.seen,
    )
    try:
        recorded = desk.decide(of.key, decision, wish)
    except Refused as error:
        return refusal(Given(of.key, of.order_id, tail, ask.op), ask.op, error)
    if recorded.key is None:
        return plain("decided_already")
    given = Given(recorded.key, of.order_id, tail, ask.op, ask.reason)
    return Accepted(given, desk.order(of.order_id), desk.result(recorded.key))


class Deciding(QObject):
    """What is decided on the screen of the cases. ``over`` says that a run has ended, done or not."""

    over = Signal()

    def __init__(self, context: Context, giving: Giving, view: ConflictsView) -> None:
        super().__init__(view)
        self._context = context
        self._giving = giving
        self._view = view
        view.decided.connect(self.decide)
        view.stopped.connect(self.stop)
        view.record_wanted.connect(self.read_record)
        self._left: tuple[OpenCase, ...] = ()
        self._all = 0
        self._decision = ""
        self._tally = _Tally()

    @Slot(object, str)
    def decide(self, cases: Sequence[OpenCase], decision: str) -> None:
        """Begin; nothing is begun while another run is under way."""
        if not self._left:
            self._left, self._all, self._decision, self._tally = tuple(cases), len(cases), decision, _Tally()
            self._go_on()

    @Slot()
    def stop(self) -> None:
        """What is recorded stays; the rest goes on waiting for a decision."""
        self._left = self._left[:AT_ONCE]

    def _go_on(self) -> None:
        desk, decision, some = self._context.bridge.desk, self._decision, self._left[:AT_ONCE]
        words, now = self._context.words, self._context.now()
        self._context.bridge.run(
            Line.DO, lambda: [decide(desk, case(o, words, now), decision) for o in some], self._take, self._fail
        )

    @Slot(object)
    def _take(self, answers: list[Accepted | Telling | None]) -> None:
        self._left = self._left[AT_ONCE:]
        refused = sum(isinstance(answer, Telling) for answer in answers)
        told = tuple(answer for answer in answers if answer is not None)
        before = self._tally
        self._tally = replace(
            before,
            done=before.done + len(answers) - refused,
            refused=before.refused + refused,
            answers=told if self._all == 1 else (),
        )
        if self._all > 1:
            self._giving.hush(answer.given.key for answer in told if isinstance(answer, Accepted))
            self._view.show_progress(self._all - len(self._left), self._all)
        if self._left:
            self._go_on()
        else:
            self._end()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._left = ()
        self._giving.fail(error)
        self._end()

    def _end(self) -> None:
        tally = self._tally
        if self._all > 1:
            self._giving.tell(_summary(tally.done, tally.refused))
        for answer in tally.answers:
            self._giving.take(answer)
        self._view.settle()
        if self._view.shows_record:
            self.read_record()
        self.over.emit()

    @Slot()
    def read_record(self) -> None:
        """Show what was decided last."""
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.LOOK, lambda: _record(desk), self._view.show_record, self._giving.fail)


def _record(desk: DeskPort) -> tuple[OpenCase, ...]:
    """What was decided, each with the order as the central told it."""
    return tuple(OpenCase(settled=s, now=s.result.order) for s in desk.decided(RECORD))


def _summary(done: int, refused: int) -> Telling:
    body = "decided_some" if refused else "decided_all"
    return Telling(
        None,
        None,
        lambda w: notices.plain(w.translator.count("notice.decided", done), w.text(f"notice.{body}", n=refused)),
    )
