"""Two languages: switched while everything is open, with nothing of the other one left over."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QKeySequenceEdit, QLineEdit, QWidget

from desktop.palette.keys import ShortcutsDialog
from desktop.verbs.view import HoldsDialog, ReasonDialog, TargetDialog
from desktop.window import MainWindow
from sync.domain.order import Status
from tests.gui.fake_voice import FakeVoice
from tests.gui.hands import Hands, _texts
from tests.gui.test_conflicts import cases, conflict

pytestmark = pytest.mark.gui

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
KEYS = re.compile(r"\b(Ctrl|Shift|Alt|Esc|Enter|EN|F\d|https?://\S+|[A-Z]{2}\d+)\b|\w+\.\w+")
"""Names of keys, addresses, numbers of orders and waybills, and user ids are the same in every language."""


def own_texts(root: QWidget) -> list[str]:
    """What the program itself says in this widget: data of orders and names of people left out."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if (widget is root or widget.isVisibleTo(root)) and not widget.property("foreign"):
            found.extend(_texts(widget))
    return [text for text in found if text]


def leftovers(root: QWidget, language: str) -> list[str]:
    """Texts in the other language."""
    if language == "en":
        return [text for text in own_texts(root) if CHINESE.search(text.replace("中文", "").replace("李娜", ""))]
    return [text for text in own_texts(root) if ENGLISH.search(KEYS.sub("", text))]


def switch(hands: Hands, language: str) -> None:
    if hands.window.context.voicing.language != language:
        hands.press(Qt.Key.Key_F2)
    assert hands.window.context.voicing.language == language
    hands.quiet()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sign_in_page_is_all_in_one_language(hands: Hands, language: str) -> None:
    switch(hands, language)
    assert leftovers(hands.window.sign_in, language) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbench_is_all_in_one_language(supervisor: Hands, language: str) -> None:
    supervisor.find_one(Status.PICKING)
    supervisor.desk.go_away()
    switch(supervisor, language)
    supervisor.until(supervisor.window.workbench.advice.isVisible)
    assert leftovers(supervisor.window.workbench, language) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_headings_and_cells_of_the_list_are_in_one_language(supervisor: Hands, language: str) -> None:
    switch(supervisor, language)
    model = supervisor.table.model()
    other = CHINESE if language == "en" else ENGLISH
    headings = [str(model.headerData(n, Qt.Orientation.Horizontal)) for n in range(model.columnCount())]
    assert not [text for text in headings if other.search(text)]
    for column in ("due", "kinds", "warehouse", "status", "raised"):
        assert not [text for text in supervisor.column(column) if other.search(text)], column


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("key", "kind"),
    [(Qt.Key.Key_I, ReasonDialog), (Qt.Key.Key_R, HoldsDialog), (Qt.Key.Key_F1, ShortcutsDialog)],
    ids=["reason", "holds", "shortcuts"],
)
def test_each_dialog_is_all_in_one_language(supervisor: Hands, language: str, key: Qt.Key, kind: type[QDialog]) -> None:
    supervisor.find_one(Status.PICKING, held=True)
    switch(supervisor, language)
    supervisor.press(key)
    dialog = supervisor.dialog(kind)
    assert leftovers(dialog, language) == []
    dialog.reject()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_qt_itself_says_in_its_dialogs_is_in_that_language(supervisor: Hands, language: str) -> None:
    """Labels, buttons and hints; paths and kinds of files are the same in every language."""
    switch(supervisor, language)
    parent = supervisor.window
    files = QFileDialog(parent, "", "")
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    printing = QPrintDialog(QPrinter(), parent)
    keys = QKeySequenceEdit(parent)
    other = CHINESE if language == "en" else ENGLISH
    said = [text for dialog in (files, printing) for each in dialog.findChildren(QWidget) for text in _texts(each)]
    said += [each.placeholderText() for each in keys.findChildren(QLineEdit)]
    assert len([text for text in said if text]) > 10
    assert [text for text in said if other.search(text) and "/" not in text] == []
    for each in (files, printing, keys):
        each.deleteLater()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cases_to_decide_are_all_in_one_language(supervisor: Hands, language: str) -> None:
    conflict(supervisor, Status.HANDED_OVER)
    view = cases(supervisor)
    switch(supervisor, language)
    assert leftovers(view, language) == []
    assert leftovers(supervisor.window.workbench.rail, language) == []


def test_an_open_dialog_follows_the_switch(supervisor: Hands) -> None:
    supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_T)
    dialog = supervisor.dialog(TargetDialog)
    supervisor.window.choose_language("zh")
    assert supervisor.reads("转单", dialog)
    assert leftovers(dialog, "zh") == []
    dialog.reject()


def test_a_toast_that_is_still_there_follows_the_switch(supervisor: Hands) -> None:
    order = supervisor.find_one(Status.WAITING)
    supervisor.press(Qt.Key.Key_I)
    supervisor.dialog(ReasonDialog)
    supervisor.type("0")
    supervisor.press(Qt.Key.Key_Return)
    supervisor.until(lambda: "is stopped" in supervisor.toast())
    supervisor.press(Qt.Key.Key_F2)
    assert f"{order.tail} 已拦停" in supervisor.toast()
    assert supervisor.reads(f"{order.tail} 已拦停", supervisor.window.workbench.detail)


def test_the_switch_keeps_the_chosen_order_and_what_was_typed(supervisor: Hands) -> None:
    supervisor.press(Qt.Key.Key_Down)
    chosen = supervisor.row().id
    supervisor.press(Qt.Key.Key_F2)
    supervisor.quiet()
    assert supervisor.row().id == chosen


def test_the_choice_is_remembered_and_voice_follows(window: MainWindow, supervisor: Hands) -> None:
    supervisor.click(supervisor.button("中文", supervisor.window.workbench.top))
    assert window.settings.language == "zh"
    voice = window.context.bridge.voice
    assert ("switch", "zh") in voice.told  # type: ignore[union-attr]  # the fake remembers


def test_the_language_follows_the_badge(hands: Hands, voice: FakeVoice) -> None:
    """Each person's own choice comes back with the badge; what is picked on the sign-in page is the next one's."""
    window = hands.window
    hands.sign_in("2001")
    window.choose_language("zh")
    leave(hands)
    window.choose_language("en")
    hands.sign_in("1001")
    hands.until(lambda: not window.context.bridge.busy)
    assert window.context.voicing.language == "en"
    leave(hands)
    hands.sign_in("2001")
    hands.until(lambda: window.context.voicing.language == "zh")
    assert voice.told[-1] == ("switch", "zh")
    leave(hands)
    hands.sign_in("1001")
    hands.until(lambda: window.context.voicing.language == "en")


def leave(hands: Hands) -> None:
    hands.until(lambda: not hands.window.context.bridge.busy)
    hands.window.workbench.sign_out()
    hands.until(lambda: not hands.window.at_work)
