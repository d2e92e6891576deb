"""Does the cache show what the central said, in the order asked for, and never something older than it knew?"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from sync.domain.exceptions import Reason
from sync.domain.order import OrderId, Status
from sync.errors import StoreClosed, StoreDamaged, StoreTooNew
from sync.store.database import DatabaseKey, connect
from sync.store.listing import Column, ListQuery
from sync.store.orders import OrderCache
from sync.wire.codec import encode, scope_hash
from tests.sync.samples import BETA, EAST, NOW, SOUTH, customer, exception, hold, order, stopped
from tests.sync.store.cached import A, B, C, at, fill, nobody, numbers, put, remove

ALL = ListQuery(view="all")
PAGE = 4096


class TestFeed:
    def test_a_change_and_its_cursor_come_together(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.put_changes([put(at(A, 2, status=Status.PICKING)), put(B)], {"cursor": "e.9"}, nobody)
        assert cache.order(A.id) == at(A, 2, status=Status.PICKING)
        assert cache.order(B.id) == B
        assert cache.fact("cursor") == "e.9"

    def test_an_error_on_the_way_leaves_orders_and_cursor_as_they_were(self, cache: OrderCache) -> None:
        fill(cache, A)

        def broken(of: Sequence[OrderId] | None) -> dict[OrderId, int]:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            cache.put_changes([put(at(A, 2)), remove(A, 3)], {"cursor": "e.9"}, broken)
        assert cache.order(A.id) == A
        assert cache.fact("cursor") == "e.1"

    def test_an_order_is_kept_in_the_bytes_that_came(self, cache: OrderCache) -> None:
        """A newer central's field that is no text is neither lost nor in the way."""
        newer = encode(A).replace(b'{"id"', b'{"newer":"\xff","id"', 1)
        cache.put_page([at(A, 9)], [newer], 1, {}, nobody)
        assert cache._read("SELECT body FROM orders JOIN bodies USING (rowid) WHERE id = ?", (A.id,)) == [(newer,)]
        assert cache.order(A.id) == A
        assert cache.index_some(10) > 0

    def test_a_version_never_falls(self, cache: OrderCache) -> None:
        newer = at(A, 5, status=Status.PACKED)
        fill(cache, newer)
        cache.put_changes([put(at(A, 4))], {"cursor": "e.9"}, nobody)
        cache.put_known([at(A, 3)])
        cache.put_page([at(A, 2)], [encode(at(A, 2))], 1, {}, nobody)
        assert cache.order(A.id) == newer
        assert cache.rows(cache.ids(ALL), frozenset())[0].version == 5

    def test_a_removed_order_is_gone_from_lists_search_and_tails(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        cache.put_changes([remove(A, A.version)], {}, nobody)
        assert cache.order(A.id) is None
        assert numbers(cache, ALL) == [B.number]
        assert numbers(cache, ListQuery(view="all", text=A.number)) == []
        assert cache.by_tail(A.tail) == ()

    def test_a_removal_older_than_what_is_known_is_passed_over(self, cache: OrderCache) -> None:
        fill(cache, at(A, 5))
        cache.put_changes([remove(A, 4)], {}, nobody)
        assert cache.order(A.id) is not None

    def test_an_order_that_comes_back_is_there_again(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.put_changes([remove(A, 2), put(at(A, 3))], {}, nobody)
        assert cache.order(A.id) == at(A, 3)

    def test_a_result_changes_only_orders_that_are_known(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.put_known([at(A, 2), B])
        assert cache.order(A.id) == at(A, 2)
        assert cache.order(B.id) is None


class TestSnapshot:
    def test_what_the_new_snapshot_does_not_hold_is_swept_away(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        fill(cache, B, C, generation=2)
        assert cache.order(A.id) is None
        assert numbers(cache, ALL) == [B.number, C.number]
        assert numbers(cache, ListQuery(view="all", text=A.number)) == []

    def test_a_result_does_not_keep_what_has_left_from_being_swept_away(self, cache: OrderCache) -> None:
        """Its removal lies before the snapshot's cursor, so that the feed never tells of it."""
        fill(cache, A, B)
        cache.put_page([B], [encode(B)], 2, {"generation": "2"}, nobody)
        cache.put_known([at(A, 2, status=Status.CLOSED)])
        cache.finish_snapshot(2, {})
        assert numbers(cache, ALL) == [B.number]

    def test_what_a_result_made_newer_than_its_page_is_not_swept_away(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        cache.put_page([B], [encode(B)], 2, {"generation": "2"}, nobody)
        cache.put_known([at(A, 2)])
        cache.put_page([A], [encode(A)], 2, {}, nobody)
        cache.finish_snapshot(2, {})
        assert cache.order(A.id) == at(A, 2)

    def test_a_cut_snapshot_keeps_the_old_orders_until_it_is_whole(self, tmp_path: Path, key: DatabaseKey) -> None:
        cache = OrderCache(tmp_path / "cache.db", key)
        fill(cache, A, B)
        facts = {"generation": "2", "after": B.id, "snapshot_cursor": "e.7"}
        cache.put_page([B], [encode(B)], 2, facts, nobody)
        cache.close()
        cache = OrderCache(tmp_path / "cache.db", key)
        assert numbers(cache, ALL) == [A.number, B.number]
        assert [cache.fact(name) for name in facts] == list(facts.values())
        cache.put_page([C], [encode(C)], 2, {"after": ""}, nobody)
        cache.finish_snapshot(2, {"cursor": "e.7"})
        assert numbers(cache, ALL) == [B.number, C.number]
        cache.close()

    def test_forgetting_everything_leaves_an_empty_working_cache(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.clear()
        assert cache.checksum() == (0, scope_hash([]))
        assert cache.fact("cursor") is None
        assert numbers(cache, ListQuery(view="all", text="家居")) == []
        fill(cache, B)
        assert numbers(cache, ListQuery(view="all", text="家居")) == [B.number]

    def test_the_checksum_is_that_of_ids_and_versions(self, cache: OrderCache) -> None:
        fill(cache, A, at(B, 4))
        assert cache.checksum() == (2, scope_hash([(B.id, 4), (A.id, 1)]))


class TestLists:
    @pytest.fixture
    def shelf(self, cache: OrderCache) -> OrderCache:
        first = stopped(
            Reason.BAD_ADDRESS,
            "SO20261122004712",
            due_at=NOW + 30,
            total=100,
            customer=customer(company="杭州家居", city="杭州市"),
            version=3,
        )
        second = order(
            "SO20261122004713",
            due_at=NOW + 10,
            total=300,
            status=Status.PACKED,
            warehouse=SOUTH,
            carrier=BETA,
            holds=(hold(Reason.DAMAGED, "h2"), hold(Reason.FRAUD, "h3")),
            exceptions=(exception(Reason.STOCK_OUT, resolved_at=NOW),),
            customer=customer(company="Bright Home", city="广州市"),
        )
        third = order("SO20261122004714", due_at=NOW + 20, total=200, carrier=None)
        fill(cache, first, second, third)
        return cache

    def test_the_stopped_view_shows_open_exceptions_and_holds(self, shelf: OrderCache) -> None:
        assert numbers(shelf, ListQuery()) == ["SO20261122004713", "SO20261122004712"]
        assert len(shelf.ids(ALL)) == 3

    @pytest.mark.parametrize(
        ("column", "expected"),
        [
            ("due", "3 4 2"),
            ("number", "2 3 4"),
            ("total", "2 4 3"),
            ("customer", "3 2 4"),
            ("city", "3 2 4"),
            ("warehouse", "2 4 3"),
            ("carrier", "4 2 3"),
            ("status", "3 2 4"),
            ("raised", "3 4 2"),
        ],
    )
    def test_every_column_sorts_both_ways(self, shelf: OrderCache, column: Column, expected: str) -> None:
        up = [n[-1] for n in numbers(shelf, ListQuery(view="all", sort=(column, True)))]
        down = [n[-1] for n in numbers(shelf, ListQuery(view="all", sort=(column, False)))]
        assert " ".join(up) == expected
        assert down == up[::-1]

    def test_filters_narrow_by_reason_and_warehouse(self, shelf: OrderCache) -> None:
        assert numbers(shelf, ListQuery(kinds=frozenset({Reason.FRAUD}))) == ["SO20261122004713"]
        assert numbers(shelf, ListQuery(kinds=frozenset({Reason.FRAUD, Reason.BAD_ADDRESS}))) == [
            "SO20261122004713",
            "SO20261122004712",
        ]
        assert numbers(shelf, ListQuery(kinds=frozenset({Reason.STOCK_OUT}))) == []  # resolved
        assert numbers(shelf, ListQuery(warehouses=frozenset({EAST}))) == ["SO20261122004712"]
        assert len(shelf.ids(ListQuery(view="all", warehouses=frozenset({EAST, SOUTH})))) == 3

    def test_filters_views_and_search_go_together(self, shelf: OrderCache) -> None:
        query = ListQuery(text="家居", warehouses=frozenset({EAST}), kinds=frozenset({Reason.BAD_ADDRESS}))
        assert numbers(shelf, query) == ["SO20261122004712"]
        assert numbers(shelf, msgspec.structs.replace(query, warehouses=frozenset({SOUTH}))) == []

    def test_a_view_of_the_outbox_is_limited_to_its_orders(self, shelf: OrderCache) -> None:
        only = frozenset({OrderId("id-SO20261122004714"), OrderId("unknown")})
        assert numbers(shelf, ListQuery(view="pending"), only) == ["SO20261122004714"]
        assert numbers(shelf, ListQuery(view="pending"), frozenset()) == []
        many = frozenset(OrderId(f"id-{n}") for n in range(40_000))  # more than SQLite takes as parameters
        assert numbers(shelf, ListQuery(view="pending"), many) == []

    def test_a_row_says_what_a_list_shows(self, shelf: OrderCache) -> None:
        (rowid,) = shelf.ids(ListQuery(text="4713"))
        (row,) = shelf.rows([rowid], frozenset({OrderId("id-SO20261122004713")}))
        assert (row.number, row.customer, row.city) == ("SO20261122004713", "Bright Home", "广州市")
        assert (row.warehouse, row.carrier, row.status) == (SOUTH, BETA, Status.PACKED)
        assert (row.total, row.due_at, row.version) == (300, NOW + 10, 1)
        assert set(row.kinds) == {Reason.DAMAGED, Reason.FRAUD}
        assert (row.holds, row.pending, row.raised_at, row.attention) == (2, 0, None, True)

    def test_rows_come_in_the_order_asked_for_without_those_that_are_gone(self, shelf: OrderCache) -> None:
        ids = list(shelf.ids(ALL))
        assert [r.rowid for r in shelf.rows([*ids[::-1], 999_999], frozenset())] == ids[::-1]
        assert shelf.rows([], frozenset()) == []

    def test_the_oldest_open_exception_dates_the_row(self, cache: OrderCache) -> None:
        causes = tuple(
            exception(Reason.DUPLICATE, f"e{n}", raised_at=NOW + n, resolved_at=NOW if n == 1 else None)
            for n in (3, 1, 2)
        )
        fill(cache, order(exceptions=causes))
        assert cache.rows(cache.ids(ListQuery()), frozenset())[0].raised_at == NOW + 2

    def test_counts_are_those_of_the_views_and_reasons(self, shelf: OrderCache) -> None:
        listed, total, kinds = shelf.counts()
        assert (listed, total) == (2, 3)
        assert {k: n for k, n in kinds.items() if n} == {Reason.BAD_ADDRESS: 1, Reason.DAMAGED: 1, Reason.FRAUD: 1}

    def test_orders_are_found_by_their_last_digits_due_first_first(self, cache: OrderCache) -> None:
        early = order("SO20261122014712", due_at=NOW)
        late, closed = order("SO20261122024712", due_at=NOW + 9), order("SO20261122034712", status=Status.CLOSED)
        fill(cache, late, closed, early)
        assert cache.by_tail("4712") == (early, late)
        assert cache.by_tail("24712") == (late,)
        assert cache.by_tail("94712") == ()
        assert cache.by_tail("%%%%") == ()


class TestTheFile:
    @pytest.mark.parametrize("damage", ["deleted", "garbage", "cut"])
    def test_a_lost_cache_is_made_anew_and_can_be_filled(self, tmp_path: Path, key: DatabaseKey, damage: str) -> None:
        path = tmp_path / "cache.db"
        cache = OrderCache(path, key)
        fill(cache, A)
        cache.close()
        if damage == "deleted":
            path.unlink()
        else:
            path.write_bytes(b"garbage" * 2000 if damage == "garbage" else path.read_bytes()[:9000])
            with pytest.raises(StoreDamaged):
                OrderCache(path, key)
            path.unlink()
        cache = OrderCache(path, key)
        fill(cache, A)
        assert cache.order(A.id) == A
        cache.close()

    def test_a_file_of_a_newer_program_is_refused(self, tmp_path: Path, key: DatabaseKey) -> None:
        OrderCache(tmp_path / "cache.db", key).close()
        newer = connect(tmp_path / "cache.db", key, "FULL")
        newer.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at)"
            " VALUES ('exception-desk-cache', '9999_later', '2030')"
        )
        newer.close()
        with pytest.raises(StoreTooNew):
            OrderCache(tmp_path / "cache.db", key)

    def test_a_body_that_no_program_wrote_is_damage_not_a_crash(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache._writer.execute("UPDATE bodies SET body = '{}'")
        with pytest.raises(StoreDamaged) as told:
            cache.order(A.id)
        assert told.value.path == cache.path

    def test_after_closing_every_call_says_so(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.close()
        with pytest.raises(StoreClosed):
            cache.order(A.id)
        with pytest.raises(StoreClosed):
            cache.put_facts({"a": "b"})

    def test_a_thread_that_never_read_before_cannot_open_a_closed_cache(self, cache: OrderCache) -> None:
        cache.close()
        told: list[BaseException] = []

        def read() -> None:
            try:
                cache.order(A.id)
            except StoreClosed as closed:
                told.append(closed)

        other = threading.Thread(target=read)
        other.start()
        other.join()
        assert len(told) == 1

    def test_readers_in_other_threads_see_whole_transactions(self, cache: OrderCache) -> None:
        """A reader beside a writer meets either both new orders or none."""
        fill(cache, A, B)
        stop, torn = threading.Event(), []

        def look() -> None:
            while not stop.is_set():
                versions = {row.version for row in cache.rows(cache.ids(ALL), frozenset())}
                if len(versions) != 1:
                    torn.append(versions)

        readers = [threading.Thread(target=look) for _ in range(3)]
        for reader in readers:
            reader.start()
        for version in range(2, 40):
            cache.put_changes([put(at(A, version)), put(at(B, version))], {}, nobody)
        stop.set()
        for reader in readers:
            reader.join()
        assert torn == []


class TestADamagedFile:
    def test_whichever_page_is_noise_writing_says_damage_and_nothing_else(
        self, tmp_path: Path, key: DatabaseKey
    ) -> None:
        """SQLCipher has many words for it: malformed, no database, read-only, out of memory."""
        path = tmp_path / "cache.db"
        cache = OrderCache(path, key)
        fill(cache, *(order(f"SO{n:014}") for n in range(30)))
        cache.close()
        whole = path.read_bytes()
        met = [self._met(path, key, whole, page) for page in range(len(whole) // PAGE)]
        assert sum(met) > len(met) // 2

    @staticmethod
    def _met(path: Path, key: DatabaseKey, whole: bytes, page: int) -> int:
        """Whether this page was noticed to be bad."""
        for companion in path.parent.glob(f"{path.name}-*"):
            companion.unlink()
        path.write_bytes(whole[: page * PAGE] + bytes(PAGE) + whole[(page + 1) * PAGE :])
        try:
            cache = OrderCache(path, key)
        except StoreDamaged:
            return True
        noticed = False
        changed = [put(order(f"SO{n:014}", version=2)) for n in range(30)]
        writes: tuple[Callable[[], None], ...] = (lambda: cache.put_changes(changed, {}, nobody), cache.clear)
        for write in writes:
            try:
                write()
            except StoreDamaged:
                noticed = True
        cache.close()
        return noticed

    def test_a_file_that_takes_no_more_writes_is_damaged(self, cache: OrderCache) -> None:
        """So SQLCipher treats one in which it has met a bad page."""
        cache._writer.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreDamaged):
            cache.put_facts({"cursor": "e.1"})
