"""The palette finds an action by a few letters, in either language."""

import pytest

from desktop.orders.views import ViewChip
from desktop.palette.presenter import Entry, fitness, offered, spelling
from desktop.shortcuts import ANYWHERE, keymap
from desktop.translator import load
from sync.store.listing import ListQuery
from sync.store.pinyin import initials

EN, ZH = load("en"), load("zh")


def found(typed: str, *, at_work: bool = True) -> list[str]:
    return [entry.what for entry in offered(typed, EN, (ZH,), keymap({}), spelling(ZH, initials), at_work=at_work)]


VIEWS = tuple(
    ViewChip(id_, name, ListQuery(), 0, kind, chosen=False)
    for id_, name, kind in (
        ("overdue", "Overdue", "built_in"),
        ("v-1", "高价值", "shared"),
        *((f"v-{number}", f"Mine {number}", "own") for number in range(2, 10)),
    )
)


def found_views(typed: str) -> list[Entry]:
    spelled = spelling(ZH, initials, VIEWS)
    entries = offered(typed, EN, (ZH,), keymap({}), spelled, at_work=True, views=VIEWS)
    return [entry for entry in entries if entry.group == "Saved views"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("overdue", "saved:overdue"), ("逾期", "saved:overdue"), ("yq", "saved:overdue"), ("高价", "saved:v-1"),
     ("gjz", "saved:v-1"), ("mine 9", "saved:v-9")],
)  # fmt: skip
def test_saved_views_are_found_by_their_names(typed: str, first: str) -> None:
    assert found_views(typed)[0].what == first


def test_views_come_after_the_actions_and_tell_their_keys() -> None:
    entries = found_views("")
    assert [entry.keys for entry in entries] == [*((f"Ctrl+Alt+{place}",) for place in range(1, 10)), ()]
    assert entries[0].title == "Overdue"


def test_with_nothing_typed_everything_is_offered_in_the_order_of_the_table() -> None:
    assert found("")[:3] == ["intercept", "reassign", "release"]
    assert {"palette", "talk", "up_down"}.isdisjoint(found(""))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("inter", "intercept"),
        ("larger", "text_larger"),
        ("拦截", "intercept"),
        ("放行", "release"),
        ("lj", "intercept"),
        ("xx", "messages"),
    ],
)
def test_a_few_letters_in_either_language_find_it(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_what_nobody_can_do_while_signed_out_is_not_offered() -> None:
    assert set(found("", at_work=False)) == ANYWHERE - {"palette"}


def test_letters_that_are_not_there_find_nothing() -> None:
    assert found("zzzz") == []


def test_an_entry_tells_its_keys_and_group() -> None:
    entry = offered("undo", EN, (), keymap({"undo": ("F4",)}), {}, at_work=True)[0]
    assert (entry.title, entry.group, entry.keys) == ("Undo the last command", "Orders", ("F4",))


def test_beginnings_of_words_and_letters_in_a_row_fit_better() -> None:
    assert fitness("rel", "Release the order") > fitness("rel", "Clear a field")
    assert fitness("tl", "Text larger") > fitness("tl", "Little")
    assert fitness("", "anything") == 0
    assert fitness("x", "anything") == -1
