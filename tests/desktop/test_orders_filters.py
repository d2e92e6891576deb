"""Can the list be narrowed to anything that a supervisor asks for, and back again?"""

from array import array

import msgspec
import pytest

from desktop.orders.arranging import Arrangement, group_of, lines_of, sorted_by
from desktop.orders.filters import AGES, FIELDS, VALUES, choices, chosen, toggled, whole
from desktop.orders.views import BUILT_IN, OwnView, chips, named, queries, same_list
from desktop.words import HOUR, Words
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, Status, UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.store.listing import ME, Group, Listing, ListQuery
from sync.wire.messages import Person

USER = User(id=UserId("u-me"), name="Me", role=Role.SUPERVISOR, warehouses=(WarehouseId("W-SUZ"), WarehouseId("W-X")))
OWN = OwnView(id="v1", name="Payment", query=ListQuery(nodes=frozenset({Node("payment")})))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("claimed", ME),
        ("due", "overdue"),
        ("statuses", Status.PICKING),
        ("carriers", CarrierId("C-DEB")),
        ("warehouses", WarehouseId("W-SUZ")),
        ("nodes", Node("payment")),
        *(("value", value) for value in VALUES),
        ("age", AGES[0]),
        ("snoozed", "only"),
    ],
)
def test_every_filter_is_taken_shown_and_dropped_by_the_same_choice(en: Words, field: str, value: object) -> None:
    taken = toggled(ListQuery(), field, value)
    (shown,) = chosen(taken, en)
    assert (shown.field, shown.value, shown.chosen) == (field, value, True)
    assert shown.label
    assert toggled(taken, field, value) == ListQuery()
    assert whole(taken) == ListQuery()


def test_filters_add_up_and_keep_the_order(en: Words) -> None:
    query = ListQuery(view="all", sort=("total", False), then=(("due", True),), group="node", text="x")
    both = toggled(toggled(query, "statuses", Status.PICKING), "statuses", Status.PACKED)
    assert both.statuses == {Status.PICKING, Status.PACKED}
    assert [c.label for c in chosen(both, en)] == ["Packed", "Picking"]
    assert whole(both) == msgspec.structs.replace(query, text="")


def test_the_menu_offers_what_there_is(en: Words) -> None:
    person = Person(id=UserId("u-li"), name="李伟", role=Role.OPERATOR, warehouses=())
    me = Person(id=USER.id, name=USER.name, role=USER.role, warehouses=())
    known = msgspec.structs.replace(en.directory, people=(me, person))
    words = Words(en.translator, known, en.zone)
    offered = choices(ListQuery(nodes=frozenset({Node("pricing")})), words, USER, (Node("payment"),))
    assert list(offered) == list(FIELDS)
    assert [c.label for c in offered["claimed"]] == ["Me", "Nobody", "Anybody", "李伟"]
    assert [(c.label, c.chosen) for c in offered["nodes"]] == [("payment check", False), ("price check", True)]
    assert [c.label for c in offered["value"]] == [
        "up to ¥1,000.00", "¥1,000.00 to ¥5,000.00", "¥5,000.00 to ¥20,000.00", "from ¥20,000.00",
    ]  # fmt: skip
    assert offered["age"][0].label == "longer than 1 h 00"
    assert Status.CLOSED not in [c.value for c in offered["statuses"]]
    assert [c.value for c in offered["warehouses"]] == ["W-SUZ"]


def test_who_has_one_warehouse_or_is_not_there_is_not_offered_any(en: Words) -> None:
    alone = msgspec.structs.replace(USER, warehouses=(WarehouseId("W-SUZ"),))
    assert "warehouses" not in choices(ListQuery(), en, alone, ())
    assert "nodes" not in choices(ListQuery(), en, None, ())


class TestSorting:
    def test_a_column_sorts_up_then_down(self) -> None:
        once = sorted_by(ListQuery(), "total", more=False)
        assert (once.sort, once.then) == (("total", True), ())
        assert sorted_by(once, "total", more=False).sort == ("total", False)

    def test_further_columns_sort_within_and_turn_round(self) -> None:
        query = sorted_by(sorted_by(ListQuery(), "total", more=True), "carrier", more=True)
        assert query.sorts == (("due", True), ("total", True), ("carrier", True))
        assert sorted_by(query, "total", more=True).sorts[1] == ("total", False)
        assert sorted_by(query, "number", more=False).sorts == (("number", True),)

    def test_no_more_than_four_columns_sort(self) -> None:
        query = ListQuery()
        for column in ("total", "carrier", "status", "city"):
            query = sorted_by(query, column, more=True)
        assert len(query.sorts) == 4


class TestColumns:
    def test_a_column_is_hidden_and_shown_again_at_the_end(self) -> None:
        less = Arrangement().toggled("number")
        assert "number" not in less.shown
        assert less.toggled("number").shown[-1] == "number"

    def test_the_last_column_stays(self) -> None:
        assert Arrangement(columns=("due",)).toggled("due").shown == ("due",)

    def test_names_that_are_gone_are_dropped_and_something_is_always_shown(self) -> None:
        assert Arrangement(columns=("gone", "total", "due", "total")).shown == ("total", "due")
        assert Arrangement(columns=("gone",)).shown == ("due",)


class TestGroups:
    LISTING = Listing(array("q", [7, 8, 9]), (Group("a", 2), Group("b", 1)))

    def test_headings_stand_before_their_orders(self) -> None:
        assert list(lines_of(self.LISTING, ())) == [-1, 7, 8, -2, 9]
        assert list(lines_of(self.LISTING, {"a"})) == [-1, -2, 9]
        assert list(lines_of(Listing(array("q", [7])), ())) == [7]

    def test_a_heading_is_told_from_an_order(self) -> None:
        assert group_of(-2, self.LISTING.groups) == Group("b", 1)
        assert group_of(7, self.LISTING.groups) is None
        assert group_of(-3, self.LISTING.groups) is None


class TestViews:
    def test_built_in_shared_and_own_views_stand_in_one_row_with_their_numbers(self, en: Words) -> None:
        shared = OwnView(id="s1", name="Fraud", query=ListQuery(kinds=frozenset({Reason.FRAUD})))
        found = chips((OWN,), (shared,), (1, 2, 3, 4, 5), shared.query, en)
        assert [(c.name, c.count, c.kind, c.chosen) for c in found] == [
            ("Mine", 1, "built_in", False),
            ("Unclaimed", 2, "built_in", False),
            ("Overdue", 3, "built_in", False),
            ("Snoozed", 4, "built_in", False),
            ("Fraud", 5, "shared", True),
            ("Payment", -1, "own", False),
        ]
        assert queries((OWN,), (shared,)) == tuple(c.query for c in found)
        assert len(BUILT_IN) == 4

    def test_a_list_is_the_same_however_it_is_sorted(self) -> None:
        assert same_list(ListQuery(sort=("total", False), group="node"), ListQuery())
        assert not same_list(ListQuery(text="x"), ListQuery())

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  My  view ", "My view"),
            ("", None),
            (" ", None),
            ("x" * 41, None),
            ("payment", None),
            ("x" * 40, "x" * 40),
        ],
    )
    def test_a_name_is_neither_empty_nor_long_nor_taken(self, typed: str, kept: str | None) -> None:
        assert named(typed, (OWN,)) == kept


def test_an_hour_is_the_youngest_age() -> None:
    assert AGES[0] == HOUR
