"""Where does a person read one order and act on it? The sheet at the right, from its number to its history."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.context import Context
from desktop.detail.change_row import ChangeRow
from desktop.detail.notes import Notes
from desktop.detail.presenter import Fact, Moment, Sheet
from desktop.detail.rows import ArticleRow, FactRow, FileRow, MomentRow, PairRow, Rows, Section
from desktop.detail.verb_bar import VerbBar
from desktop.notices.presenter import Notice
from desktop.parts import BadgeLabel, Banner, Elided, Emptiness, Wrap, label, reading, rule
from desktop.signs import Badge
from sync.events import ANSWERING, Connection

_ORDER = (
    "pending",
    "exceptions",
    "changes",
    "holds",
    "notes",
    "customer",
    "facts",
    "articles",
    "attachments",
    "previous",
    "history",
)
"""The sections from top to bottom."""
_TINY = 24


class DetailView(QFrame):
    """Shows a Sheet; tells what the person wants. It decides nothing."""

    verb_wanted = Signal(str)
    offer_taken = Signal(object, str)
    """A Notice and the offer's value."""
    decision_wanted = Signal()
    history_wanted = Signal()
    note_written = Signal(str)
    file_wanted = Signal(str)
    """An attachment's id; as with the next two."""
    look_wanted = Signal(str)
    stop_wanted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._context = context
        self._sheet: Sheet | None = None
        self._files: list[FileRow] = []
        self._reached = True
        self.verbs = VerbBar(context)
        filled = QWidget(self)
        self._head, self._scroll = QWidget(filled), QScrollArea(filled)
        self._build_head()
        self._build_sections()
        self._blank = Emptiness(context)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(rule())
        column.addWidget(self._scroll, 1)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 1, 1, 1)
        self._stack.addWidget(self._blank)
        self._stack.addWidget(filled)
        self.verbs.wanted.connect(self.verb_wanted)
        context.follow(self)

    def _build_head(self) -> None:
        context = self._context
        self._number = label(role="title")
        self._number.setProperty("foreign", True)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QToolButton()
        self._copy.setProperty("kind", "flat")
        self._copy.setProperty("extent", "tiny")
        self._copy.clicked.connect(self.copy_number)
        self._copy_waybill = QToolButton()
        self._copy_waybill.setProperty("kind", "flat")
        self._copy_waybill.setProperty("extent", "tiny")
        self._copy_waybill.clicked.connect(self.copy_waybill)
        for button in (self._copy, self._copy_waybill):
            button.setFixedSize(context.look.theme.px(_TINY), context.look.theme.px(_TINY))
        self._status, self._due = BadgeLabel(context), BadgeLabel(context)
        self._customer = Elided(role="heading")
        self._customer.setProperty("foreign", True)
        self._outcome = Banner(context, buttons=2)
        self._outcome.pressed.connect(self._take_offer)
        self._decide = Banner(context)
        self._decide.pressed.connect(self._want_decision)
        self._outcome.hide()
        self._decide.hide()
        first = QWidget()
        row = Wrap(first, gap=6)
        for pair in ((self._number, self._copy, self._copy_waybill), (self._status, self._due)):
            together = QWidget()
            both = QHBoxLayout(together)
            both.setContentsMargins(0, 0, 0, 0)
            both.setSpacing(4)
            for part in pair:
                both.addWidget(part)
            row.addWidget(together)
        column = QVBoxLayout(self._head)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(first)
        column.addWidget(self._customer)
        column.addWidget(self.verbs)

    def _build_sections(self) -> None:
        context = self._context
        self._contact, self._address = label(), reading()
        self._contact.setProperty("foreign", True)
        self._contact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts: Rows[tuple[str, str]] = Rows(PairRow, gap=4)
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._contact)
        column.addWidget(self._address)
        self._history_word = label(role="small")
        self._history_word.setWordWrap(True)
        self._history_again = QPushButton()
        self._history_again.setProperty("kind", "link")
        self._history_again.clicked.connect(self.history_wanted)
        self._moments: Rows[Moment] = Rows(lambda: MomentRow(context), gap=12)
        history = QWidget()
        told = QVBoxLayout(history)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self._history_word)
        told.addWidget(self._history_again, 0, Qt.AlignmentFlag.AlignLeft)
        told.addWidget(self._moments)
        self.notes = Notes(context)
        self.notes.written.connect(self.note_written)
        self._sections = {
            "exceptions": Section(Rows(lambda: FactRow(context), gap=10)),
            "changes": Section(Rows(lambda: ChangeRow(context), gap=12)),
            "notes": Section(self.notes),
            "attachments": Section(Rows(self._file_row, gap=8)),
            "previous": Section(Rows(lambda: FactRow(context), gap=8)),
            "holds": Section(Rows(lambda: FactRow(context), gap=10)),
            "pending": Section(Rows(lambda: FactRow(context), gap=10)),
            "customer": Section(place),
            "facts": Section(self._facts),
            "articles": Section(Rows(ArticleRow)),
            "history": Section(history),
        }
        inner = QWidget(self._scroll.viewport())
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(20)
        column.addWidget(self._outcome)
        column.addWidget(self._decide)
        for name in _ORDER:
            column.addWidget(self._sections[name])
        column.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self._scroll.setMinimumHeight(context.look.theme.px(_TINY))  # number and verbs stay in view in a low window

    def _file_row(self) -> FileRow:
        row = FileRow(self._context)
        row.wanted.connect(self.file_wanted)
        row.look_wanted.connect(self.look_wanted)
        row.stop_wanted.connect(self.stop_wanted)
        row.show_reach(reached=self._reached)
        self._files.append(row)
        return row

    def _order_files(self) -> None:
        """Tab comes to the files where one reads them: after the notes."""
        stops = [self.notes.line, *(button for row in self._files for button in row.tabs)]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    # -- what is shown

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show an order, or that none is chosen. Another order starts at its top."""
        if sheet is not None and (self._sheet is None or self._sheet.number != sheet.number):
            self._scroll.verticalScrollBar().setValue(0)
            self.show_previous(())
        self._sheet = sheet
        self.redraw()

    def write_note(self) -> None:
        """The keyboard goes to the line of the notes, which is brought into view."""
        self._scroll.ensureWidgetVisible(self.notes.line)
        self.notes.write_in_passing()

    @Slot(str, int)
    def show_progress(self, attachment_id: str, percent: int) -> None:
        """So much of that file has come; -1: it is not on its way."""
        for row in self._files:
            row.show_progress(attachment_id, percent)

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        """Files are with the central: without it there is nothing to save."""
        self._reached = connection.link in ANSWERING
        for row in self._files:
            row.show_reach(reached=self._reached)

    def show_history(self, moments: tuple[Moment, ...], word: str, *, again: bool) -> None:
        """The history, or a word instead of it (loading, offline), perhaps with a button to try again."""
        self._moments.show_values(moments)
        self._history_word.setText(word)
        self._history_word.setVisible(bool(word))
        self._history_again.setVisible(again)

    def show_previous(self, orders: tuple[Fact, ...]) -> None:
        """Other orders of the customer, and what is not known of them."""
        self._section("previous", orders)

    @Slot()
    def redraw(self) -> None:
        text = self._context.text
        self.setAccessibleName(text("detail.name"))
        self._blank.show_blank("list-bullets", text("detail.none_title"), text("detail.none_body"))
        self._copy.setIcon(self._context.look.icon("copy"))
        self._copy.setToolTip(text("detail.copy"))
        self._copy.setAccessibleName(text("detail.copy"))
        self._copy_waybill.setIcon(self._context.look.icon("barcode"))
        self._copy_waybill.setToolTip(text("detail.copy_waybill"))
        self._copy_waybill.setAccessibleName(text("detail.copy_waybill"))
        self._history_again.setText(text("history.retry"))
        self._stack.setCurrentIndex(0 if self._sheet is None else 1)
        if self._sheet is not None:
            self._show_head(self._sheet)
            self._show_sections(self._sheet)

    def _show_head(self, sheet: Sheet) -> None:
        self._number.setText(sheet.number)
        self._copy_waybill.setVisible(bool(sheet.waybill))
        self._customer.setText(sheet.customer)
        self._status.show_badge(sheet.status)
        self._due.show_badge(Badge(sheet.due.icon, sheet.due.text, sheet.due.tone, sheet.due.title))
        self.verbs.show_verbs(sheet.verbs)
        self._outcome.setVisible(sheet.notice is not None)
        if sheet.notice is not None:
            self._show_notice(sheet.notice)
        self._decide.setVisible(sheet.attention and sheet.notice is None)
        text = self._context.text
        self._decide.show_banner("scales", "danger", text("detail.decide"), "", text("detail.decide_open"))

    def _show_notice(self, notice: Notice) -> None:
        labels = [self._context.text(f"notice.offer.{offer.value}") for offer in notice.offers]
        self._outcome.show_banner(notice.icon, notice.tone, notice.title, notice.body, *labels)

    def _show_sections(self, sheet: Sheet) -> None:
        text = self._context.text
        for name, facts in (("exceptions", sheet.exceptions), ("holds", sheet.holds), ("pending", sheet.pending)):
            self._section(name, facts)
        self._sections["customer"].entitle(text("detail.section.customer"))
        self._contact.setText(sheet.contact)
        self._address.setText(sheet.address)
        self._sections["facts"].entitle(text("detail.section.order"))
        self._facts.show_values(sheet.facts)
        self._section("changes", sheet.changes)
        known = len(self._files)
        self._section("attachments", sheet.attachments)
        if len(self._files) > known:
            self._order_files()
        self._sections["notes"].entitle(text("detail.section.notes"))
        self.notes.show_notes(sheet.notes)
        self._section("articles", sheet.articles, aside=sheet.total)
        self._sections["history"].entitle(text("detail.section.history"))

    def _section(self, name: str, values: tuple[object, ...], aside: str = "") -> None:
        section = self._sections[name]
        section.entitle(self._context.text(f"detail.section.{name}"), aside)
        section.setVisible(bool(values))
        if isinstance(section.body, Rows):
            section.body.show_values(values)

    # -- what is wanted

    @Slot()
    def copy_number(self) -> None:
        if self._sheet is not None:
            QGuiApplication.clipboard().setText(self._sheet.number)

    @Slot()
    def copy_waybill(self) -> None:
        if self._sheet is not None and self._sheet.waybill:
            QGuiApplication.clipboard().setText(self._sheet.waybill)

    @Slot(int)
    def _take_offer(self, number: int) -> None:
        notice = self._sheet.notice if self._sheet else None
        if notice is not None and number < len(notice.offers):
            self.offer_taken.emit(notice, notice.offers[number].value)

    @Slot(int)
    def _want_decision(self, _number: int) -> None:
        self.decision_wanted.emit()
