"""What the list itself writes has room in its columns: every time, kind, status and number, in both languages."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop import translator
from desktop.context import NOWHERE, Look
from desktop.ink import Ink
from desktop.orders.painting import BADGE_SIGN, GAP, SIDE, SIGN
from desktop.orders.presenter import COLUMNS, ColumnId, visible_columns
from desktop.settings import Settings
from desktop.translator import LANGUAGES, Language
from desktop.words import DAY, HOUR, MINUTE, Words
from sync.domain.exceptions import Reason
from sync.domain.order import Status

pytestmark = pytest.mark.gui

LATEST = 99 * DAY + 23 * HOUR
AT_1280 = 648
"""What the list has in a window of 1280 pixels, at normal text size."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_that_the_program_writes_into_a_cell_is_cut_off(
    qapp: QApplication, language: Language, scale: float
) -> None:
    look = Look(Settings(language=language, text_scale=scale))
    words, ink = Words(translator.load(language), NOWHERE), Ink(look)
    room = {plan.id: ink.px(plan.width) - 2 * ink.px(SIDE) for plan in COLUMNS}
    sign = ink.px(SIGN) + GAP
    times = [29 * MINUTE, 59 * MINUTE, 23 * HOUR + 59 * MINUTE, LATEST]
    late = max(ink.width(words.due(-span, 0).text, "bold") for span in times)
    left = max(ink.width(words.due(span, 0).text, "body") for span in times)
    badges = max(ink.width(words.kind(kind).label, "badge") for kind in Reason)
    badge = ink.px(BADGE_SIGN) + 4 + badges + 12 + GAP + ink.width(words.text("list.more", n=1), "badge")
    needed: dict[ColumnId, int] = {
        "due": sign + max(late, left),
        "number": ink.width("2026112600", "body") + ink.width("8888", "bold") + 8 + ink.px(SIGN) - ink.px(SIDE),
        "kinds": badge,
        "status": sign + max(ink.width(words.status(status).label, "body") for status in Status),
        "total": ink.width(words.money(123_456_789), "body"),
        "raised": ink.width(words.span(LATEST), "body"),
    }
    assert {column: (need, room[column]) for column, need in needed.items() if need > room[column]} == {}


def test_a_window_of_1280_pixels_shows_what_triage_needs() -> None:
    assert visible_columns(AT_1280) == ("due", "number", "kinds", "customer", "status")
