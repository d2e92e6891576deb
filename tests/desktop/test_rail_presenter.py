"""The views and their numbers."""

from desktop.rail.presenter import entries
from desktop.words import Words
from sync.store.listing import Counts


def test_each_view_has_its_number_and_colour_only_where_something_waits(en: Words) -> None:
    shown = entries(Counts(stopped=2300, all=18600, attention=2, pending=0, kinds={}), en)
    assert [(e.view, e.count, e.tone) for e in shown] == [
        ("stopped", "2,300", "neutral"),
        ("all", "18,600", "neutral"),
        ("attention", "2", "danger"),
        ("pending", "", "neutral"),
    ]
    assert shown[0].spoken == "Stopped, 2300 orders"
