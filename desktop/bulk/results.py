"""What came of each? Progress with a stop, the items by filter, and what can be done about them."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.bulk.model import ItemsModel
from desktop.bulk.presenter import FILTERS, standing
from desktop.bulk.run import Run
from desktop.context import Context
from desktop.parts import label
from sync.domain.commands import Op
from sync.errors import SyncError


class Results(QWidget):
    """The second page: it follows the run until it is closed."""

    closed = Signal()

    def __init__(self, context: Context, run: Run) -> None:
        super().__init__()
        self._context = context
        self._run = run
        self._error: Exception | None = None
        self._stopped = False
        self._told, self._trouble = label(role="strong"), label(role="small")
        self._trouble.setProperty("tone", "danger")
        self._trouble.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.stop, self.retry, self.undo, self.close_ = (QPushButton() for _ in range(4))
        for button in (self.stop, self.retry, self.undo, self.close_):
            button.setAutoDefault(False)
        self.close_.setProperty("kind", "primary")
        self.filters = QButtonGroup(self)
        self.model = ItemsModel(context, run, self)
        self.table = QTableView()
        self._build()
        self.filters.idClicked.connect(self._choose)
        self.stop.clicked.connect(self._stop)
        self.retry.clicked.connect(self._retry)
        self.undo.clicked.connect(self._undo)
        self.close_.clicked.connect(self.closed)
        run.changed.connect(self.redraw)
        run.failed.connect(self._fail)
        context.follow(self)

    def _build(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(6)
        for number in range(len(FILTERS)):
            chip = QPushButton()
            chip.setProperty("kind", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            self.filters.addButton(chip, number)
            chips.addWidget(chip)
        self.filters.button(0).setChecked(True)
        chips.addStretch(1)
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setProperty("part", "results")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        px = self._context.look.theme.px
        self.table.verticalHeader().setDefaultSectionSize(px(32))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setColumnWidth(0, px(150))
        self.table.setColumnWidth(1, px(260))
        header.setStretchLastSection(True)
        top = QHBoxLayout()
        top.addWidget(self._told, 1)
        top.addWidget(self.stop)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.retry)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        foot.addWidget(self.close_)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.progress)
        column.addWidget(self._trouble)
        column.addLayout(chips)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def begin(self) -> None:
        """Something is being given, anew."""
        self._error, self._stopped = None, False
        self.redraw()
        self.stop.setFocus()

    @Slot()
    def redraw(self) -> None:
        text, words = self._context.text, self._context.words
        op = self._run.request.op if self._run.request is not None else Op.NOTE
        now = standing(self._run.items, op, words)
        self._told.setText(
            text("bulk.running", given=f"{now.given:,}", all=f"{now.all:,}") if self._run.busy else now.told
        )
        self.progress.setAccessibleName(self._told.text())
        self.progress.setRange(0, max(1, now.all))
        self.progress.setValue(now.given)
        for name, number in zip(FILTERS, range(len(FILTERS)), strict=True):
            self.filters.button(number).setText(f"{text(f'bulk.filter.{name}')} · {now.counts[name]:,}")
        for button, word in ((self.stop, "stop"), (self.retry, "retry"), (self.undo, "undo"), (self.close_, "close")):
            button.setText(text(f"bulk.{word}"))
        busy = self._run.busy
        self.stop.setVisible(busy)
        self.retry.setVisible(now.failed and not busy)
        self.undo.setVisible(now.undoable and not busy)
        self.close_.setEnabled(not busy)
        self.table.setAccessibleName(text("bulk.results"))
        self._trouble.setText(self._what_stopped())
        self._trouble.setVisible(bool(self._trouble.text()))

    def _what_stopped(self) -> str:
        if self._error is not None:
            key = self._error.key if isinstance(self._error, SyncError) else "unknown"
            return self._context.text("bulk.failed", why=self._context.text(f"error.{key}.title"))
        return self._context.text("bulk.stopped") if self._stopped else ""

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.model.choose(FILTERS[number])

    @Slot()
    def _stop(self) -> None:
        self._stopped = True
        self._run.stop()

    @Slot()
    def _retry(self) -> None:
        self._run.retry()
        self.begin()

    @Slot()
    def _undo(self) -> None:
        self._run.undo()
        self.begin()

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._error = error
