"""Which rows is a sheet made of? Facts, labelled values, articles and moments, reused from order to order."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.context import Context, mark
from desktop.detail.presenter import Article, Fact, File, Moment
from desktop.parts import Elided, SignLabel, label, reading

V = TypeVar("V")


class Row(QWidget, Generic[V]):
    """A widget that shows one value, and can be given another."""

    def show_value(self, value: V) -> None:
        raise NotImplementedError


class Rows(QWidget, Generic[V]):
    """As many rows as there are values: rows are made once and then only filled anew."""

    def __init__(self, make: Callable[[], Row[V]], gap: int = 8) -> None:
        super().__init__()
        self._make = make
        self._rows: list[Row[V]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(gap)

    def show_values(self, values: Sequence[V]) -> None:
        while len(self._rows) < len(values):
            row = self._make()
            self._rows.append(row)
            self._column.addWidget(row)
        for number, row in enumerate(self._rows):
            if number < len(values):
                row.show_value(values[number])
            row.setVisible(number < len(values))


class FactRow(Row[Fact]):
    """Sign, title, second line, and a word at the right edge."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign = SignLabel(context, size=16)
        self._title = label(role="strong")
        self._aside = label(role="small")
        self._detail = reading("small")
        self._step = label(role="small")
        self._step.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._aside)
        next_ = QHBoxLayout()
        next_.setSpacing(6)
        self._arrow = SignLabel(context, "arrow-elbow-down-right", "info", 14)
        next_.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignTop)
        next_.addWidget(self._step, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self._detail)
        words.addLayout(next_)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_value(self, fact: Fact) -> None:
        self._sign.show_sign(fact.icon, "muted" if fact.tone == "neutral" else fact.tone)
        self._title.setText(fact.title)
        self._aside.setText(fact.aside)
        mark(self._aside, tone=fact.tone)
        self._detail.setText(fact.detail)
        self._detail.setVisible(bool(fact.detail))
        self._step.setText(fact.step)
        for shown in (self._step, self._arrow):
            shown.setVisible(bool(fact.step))


class ArticleRow(Row[Article]):
    """Quantity, article, what it costs."""

    def __init__(self) -> None:
        super().__init__()
        self._quantity = label(role="strong")
        self._quantity.setMinimumWidth(32)
        self._quantity.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._name = Elided()
        self._amount = label()
        self._sku = label(role="faint")
        self._price = label(role="faint")
        for shown in (self._name, self._sku):
            shown.setProperty("foreign", True)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._quantity, 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._amount, 0, 2, right)
        grid.addWidget(self._sku, 1, 1)
        grid.addWidget(self._price, 1, 2, right)

    def show_value(self, article: Article) -> None:
        self._quantity.setText(f"{article.quantity} ×")
        self._name.setText(article.name)
        self._amount.setText(article.amount)
        self._sku.setText(article.sku)
        self._price.setText(article.price)
        self._price.setVisible(article.price != article.amount)


class FileRow(Row[File]):
    """A file with its size: looked at, saved, on its way, or out of reach. The signals give its id."""

    wanted = Signal(str)
    look_wanted = Signal(str)
    stop_wanted = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._file: File | None = None
        self._name, self._size = reading(), label(role="small")
        self._size.setProperty("foreign", True)  # MB is MB
        self._percent, self._reached = -1, True
        self._open, self._save, self._stop = QPushButton(), QPushButton(), QPushButton()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        ways = QHBoxLayout()
        ways.setSpacing(4)
        for button, slot in ((self._open, self._look), (self._save, self._want), (self._stop, self._halt)):
            button.setProperty("kind", "link")
            button.clicked.connect(slot)
            ways.addWidget(button)
        about = QHBoxLayout()
        about.setSpacing(10)
        about.addWidget(self._size)
        about.addWidget(self._bar, 1)
        about.addStretch(0)
        about.addLayout(ways)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addLayout(about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(SignLabel(context, "paperclip", size=16), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_value(self, file: File) -> None:
        if self._file is not None and self._file.id != file.id:
            self._percent = -1
        self._file = file
        text = self._context.text
        self._name.setText(file.name)
        for button, key in ((self._open, "open_file"), (self._save, "save_file"), (self._stop, "stop_file")):
            button.setText(text(f"detail.{key}"))
            button.setAccessibleName(f"{button.text()} {file.name}")
        self._bar.setAccessibleName(text("detail.file_progress", name=file.name))
        self._stand()

    @property
    def tabs(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in this order."""
        return self._open, self._save, self._stop

    def show_reach(self, *, reached: bool) -> None:
        """Whether the central, which has the file, can be asked."""
        self._reached = reached
        self._stand()

    def show_progress(self, id_: str, percent: int) -> None:
        """So many per cent of that file have come; -1: it is not on its way."""
        if self._file is not None and id_ == self._file.id:
            self._percent = percent
            self._stand()

    def _stand(self) -> None:
        file, coming = self._file, self._percent >= 0
        if file is None:
            return
        self._bar.setVisible(coming)
        self._bar.setValue(max(0, self._percent))
        self._stop.setVisible(coming)
        self._open.setVisible(file.viewed and self._reached and not coming)
        self._save.setVisible(self._reached and not coming)
        away = not self._reached and not coming
        self._size.setText(self._context.text("detail.file_away", size=file.size) if away else file.size)

    @Slot()
    def _want(self) -> None:
        if self._file is not None:
            self.wanted.emit(self._file.id)

    @Slot()
    def _look(self) -> None:
        if self._file is not None:
            self.look_wanted.emit(self._file.id)

    @Slot()
    def _halt(self) -> None:
        if self._file is not None:
            self.stop_wanted.emit(self._file.id)


class PairRow(Row[tuple[str, str]]):
    """A quiet label and its value."""

    def __init__(self) -> None:
        super().__init__()
        self._label = label(role="small")
        self._label.setProperty("pair", True)
        self._value = reading()
        self._value.setProperty("foreign", False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._value, 1)

    def show_value(self, pair: tuple[str, str]) -> None:
        self._label.setText(pair[0])
        self._value.setText(pair[1])


class MomentRow(Row[Moment]):
    """One step of the history, on a line with its time."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._sign = SignLabel(context, size=16)
        self._title = label(role="strong")
        self._title.setWordWrap(True)
        self._at = label(role="faint")
        self._detail = reading("small")
        self._heard = reading("small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._at, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self._detail)
        words.addWidget(self._heard)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_value(self, moment: Moment) -> None:
        self._sign.show_sign(moment.icon, "muted" if moment.tone == "neutral" else moment.tone)
        self._title.setText(moment.title)
        self._at.setText(moment.at)
        for shown, text in ((self._detail, moment.detail), (self._heard, moment.heard)):
            shown.setText(text)
            shown.setVisible(bool(text))


class Section(QWidget):
    """A small heading, perhaps a number at the right edge, and what belongs to it."""

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self._title = label(role="section")
        self._aside = label(role="strong")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(body)

    def entitle(self, title: str, aside: str = "") -> None:
        self._title.setText(title)
        self._aside.setText(aside)
