"""The program's own window over a full cache, used as hands do; prints what its thread did as JSON.

``python -m tests.bench.frames_window FOLDER BADGE PIN URL``.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider

from desktop.app import Clock, application, build
from desktop.calm import set_apart
from desktop.orders.presenter import COLUMNS
from desktop.settings import Settings
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.service import Desk
from sync.workstation import Workstation
from tests.bench.acts import PLACES, SORTS, letters
from tests.bench.beats import Act, Beats, resident
from tests.bench.central import now


class Person:
    """At the list of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._bench = window.workbench
        self._model, self._table = self._bench.orders, self._bench.list.table
        self._beats = Beats(self._table.viewport())
        self._answered = self._settling = False
        self._model.changed.connect(self._answer)
        self._model.dataChanged.connect(self._answer)

    def _answer(self) -> None:
        self._answered = True

    def _is_quiet(self) -> bool:
        return self._model.loaded and not self._window.context.bridge.busy and not self._bench.refreshing

    def begin(self) -> Act:
        """Wait for the list, and until nothing else is under way."""
        self._settling = True
        done = self._beats.act(self._settle, lambda: self._model.rowCount() > 0 and self._is_quiet())
        self._settling = False
        return done

    def _settle(self) -> None:
        if self._settling:
            self._table.viewport().update()
            QTimer.singleShot(5, self._settle)

    def _asked(self, act: Callable[[], object]) -> Act:
        """One act that has another list read; then quiet, so that nothing of it is counted with the next one."""
        self._answered = False
        done = self._beats.act(act, lambda: self._answered and self._is_here())
        self.begin()
        return done

    def _is_here(self) -> bool:
        """Whether every visible line has its row."""
        first, last = self._table.window_lines()
        shown = range(first, min(last + 1, self._model.rowCount()))
        return all(self._model.group_at(line) or self._model.row_at(line) for line in shown)

    def keystroke(self) -> list[Act]:
        field, done = self._bench.top.search, []
        for text in letters():
            if len(text) == 1 and field.text():
                self._asked(field.clear)
            done.append(self._asked(partial(field.insert, text[-1])))
        self._asked(field.clear)
        return done

    def sort(self) -> list[Act]:
        return [self._asked(self._click(column)) for column in SORTS]

    def _click(self, column: str) -> Callable[[], object]:
        header = self._table.horizontalHeader()
        at = next(n for n, plan in enumerate(COLUMNS) if plan.sort == column)
        if header.isSectionHidden(at):
            return lambda: self._model.sort(at)
        middle = QPoint(header.sectionViewportPosition(at) + header.sectionSize(at) // 2, header.height() // 2)
        return lambda: QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    def scroll(self) -> list[Act]:
        bar, done = self._table.verticalScrollBar(), []
        for place in range(1, PLACES + 1):
            value = bar.maximum() * (place * 7 % (PLACES + 1)) // (PLACES + 1)
            done.append(self._beats.act(partial(bar.setValue, value), self._is_here))
        page_up = partial(bar.triggerAction, QAbstractSlider.SliderAction.SliderPageStepSub)
        done += [self._beats.act(page_up, self._is_here) for _ in range(PLACES)]
        self.begin()
        return done

    def group(self) -> list[Act]:
        return [
            self._asked(lambda: self._model.group_by("customer")),
            self._asked(lambda: self._model.group_by("node")),
            self._asked(lambda: self._model.group_by("")),
        ]


def main(folder: Path, badge: str, pin: str, url: str) -> int:
    application()
    before = resident()
    with Workstation(folder, now, use_keyring=False) as workstation:
        desk = Desk(workstation, CentralApi(url, language=lambda: "en"), now=now)
        try:
            desk.sign_in(badge, pin, "en")
            window = build(desk, None, Settings(language="en"), clock=Clock())
            window.warmed.connect(set_apart)  # as the program does
            window.resize(1440, 860)
            window.show()
            person = Person(window)
            person.begin()
            done = {
                "keystroke": person.keystroke(),
                "sort": person.sort(),
                "scroll": person.scroll(),
                "group": person.group(),
            }
            print(msgspec.json.encode({"acts": done, "memory": resident() - before}).decode())
            window.close()
        finally:
            desk.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:5]))
