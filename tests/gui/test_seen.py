"""The test that looks at every screen can fail: each thing that it looks for is found where it is."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.seen import cut_off, overlapping, tab_order, unnamed

pytestmark = pytest.mark.gui


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    return made


def test_a_text_wider_than_its_label_is_cut_off(page: QWidget) -> None:
    label = QLabel("A long sentence for a narrow place", page)
    label.setFixedSize(40, 20)
    page.show()
    assert len(cut_off(page)) == 1
    label.setFixedSize(290, 20)
    assert cut_off(page) == []


def test_a_label_that_reaches_out_of_its_page_is_cut_off(page: QWidget) -> None:
    label = QLabel("Out", page)
    label.setGeometry(290, 10, 60, 20)
    page.show()
    assert len(cut_off(page)) == 1


def test_two_texts_in_one_place_overlap(page: QWidget) -> None:
    one, other = QLabel("one thing", page), QLabel("another thing", page)
    for label in (one, other):
        label.setGeometry(10, 10, 120, 20)
    page.show()
    assert len(overlapping(page)) == 1
    other.move(10, 40)
    assert overlapping(page) == []


def test_a_button_without_words_has_no_name(page: QWidget) -> None:
    button = QPushButton(page)
    page.show()
    assert unnamed(page) == ["QPushButton has no name"]
    button.setAccessibleName("Close")
    assert unnamed(page) == []


def test_the_order_of_tab_is_the_order_in_which_it_leads(page: QWidget) -> None:
    column = QVBoxLayout(page)
    buttons = [QPushButton(str(number)) for number in range(3)]
    for button in buttons:
        column.addWidget(button)
    page.show()
    assert tab_order(page) == buttons
