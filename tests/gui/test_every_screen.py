"""Every screen in both languages and at every size: nothing untranslated, cut off, overlapping or unnamed."""

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.screenshots import SIZES, settle
from desktop.settings import Settings
from desktop.translator import LANGUAGES, Language
from desktop.window import MainWindow
from tests.gui.seen import cut_off, misheard, overlapping, tab_order, unnamed, unreachable
from tests.gui.test_language import leftovers
from tests.scenes import Stage

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def shown(window: MainWindow) -> QWidget:
    """What a person looks at: the open dialog, else the page."""
    dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    page = window.pages.currentWidget()
    assert page is not None
    return dialogs[-1] if dialogs else page


def wrong(screen: QWidget, language: Language) -> list[str]:
    """All that is wrong with one screen."""
    return [
        *(f"cut off: {text}" for text in cut_off(screen)),
        *(f"overlapping: {text}" for text in overlapping(screen)),
        *(f"untranslated: {text}" for text in leftovers(screen, language)),
        *(f"unnamed: {text}" for text in unnamed(screen)),
        *(f"misheard: {text}" for text in misheard(screen)),
        *unreachable(screen),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", sorted({scale for _, _, scale in SIZES}), ids="{:.0%}".format)
def test_nothing_is_wrong_with_any_screen(qapp: QApplication, qtbot: QtBot, language: Language, scale: float) -> None:
    """One window for all sizes at a text size: smallest first, in which every dialog opens."""
    sizes = sorted((width, height) for width, height, its in SIZES if its == scale)
    stage = Stage()
    window = stage.open(Settings(language=language, text_scale=scale))
    window.resize(*sizes[0])
    window.show()
    qtbot.waitExposed(window)
    found: list[str] = []
    window.context.bridge.faulted.connect(found.append)
    for scene in stage.scenes():
        scene.set_up(window)
        for size in sizes:
            window.resize(*size)
            settle(window)
            settle(window)  # what a new width has made visible is laid out, too
            told = wrong(shown(window), language)
            told += ["has to be scrolled"] if window.room.scrolled else []
            told += [] if window.rect().contains(shown(window).rect()) else ["is larger than the window"]
            found += [f"{scene.name} at {size[0]}: {what}" for what in told]
        window.resize(*sizes[0])
    window.close()
    window.deleteLater()
    assert not found, "\n".join(map(str, found))


def test_tab_goes_through_the_sign_in_page_from_top_to_bottom(qapp: QApplication, qtbot: QtBot) -> None:
    stage = Stage()
    window = stage.open(Settings(language="en"))
    window.show()
    qtbot.waitExposed(window)
    page = window.sign_in
    order = tab_order(page)
    assert order.index(page.badge) < order.index(page.pin)
    window.close()
    window.deleteLater()
