"""What pops up over other programs: once, not in quiet hours, and not while somebody looks."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge import Bridge
from desktop.context import Context, Look, Voicing
from desktop.notices import presenter as notices
from desktop.notices.announcing import Announcer
from desktop.notices.book import Telling
from desktop.settings import Settings
from sync.domain.order import CommandKey, OrderId
from tests.gui.fakes import NOW

pytestmark = pytest.mark.gui


class Corner:
    """The system's corner, remembered."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.number = 0

    def pop_up(self, title: str, body: str) -> None:
        self.shown.append(f"{title}: {body}")

    def badge(self, number: int) -> None:
        self.number = number


class Desk:
    """An announcer over a window that nobody looks at."""

    def __init__(self) -> None:
        self.corner, self.quiet = Corner(), False
        self.window = QWidget()
        context = Context(Bridge(), Voicing("en"), Look(Settings()), lambda: NOW)
        self.announcer = Announcer(context, self.window, self.corner, lambda: self.quiet)


def telling(key: str | None, title: str) -> Telling:
    return Telling(
        None if key is None else CommandKey(key), OrderId("o-1"), lambda _words: notices.plain(title, "4712")
    )


@pytest.fixture
def away(qapp: QApplication) -> Desk:
    return Desk()


def test_what_came_of_a_command_pops_up_once(away: Desk) -> None:
    away.announcer.tell(telling("k1", "Stopped"))
    away.announcer.tell(telling("k1", "Stopped"))
    away.announcer.tell(telling("k2", "Stopped"))
    assert away.corner.shown == ["Stopped: 4712", "Stopped: 4712"]


def test_nothing_pops_up_in_quiet_hours_and_nothing_that_is_no_command(away: Desk) -> None:
    away.announcer.tell(telling(None, "Choose an order first"))
    away.quiet = True
    away.announcer.tell(telling("k1", "Stopped"))
    assert away.corner.shown == []


def test_the_icon_shows_how_many_cases_wait(away: Desk) -> None:
    away.announcer.count(3)
    assert away.corner.number == 3
