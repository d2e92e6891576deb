"""Do lists show at once what waits for the central, and no longer than it waits?"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from sync.domain.order import OrderId
from sync.store.listing import ListQuery
from sync.store.orders import OrderCache
from tests.patience import PATIENCE_S
from tests.sync.store.cached import A, B, at, fill, nobody, numbers, put, remove, waiting


class TestPendingMarks:
    def test_a_pending_order_is_listed_although_nothing_stops_it(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        assert numbers(cache, ListQuery()) == []
        cache.mark_pending([A.id], waiting(A.id, n=2))
        assert numbers(cache, ListQuery()) == [A.number]
        assert cache.rows(cache.ids(ListQuery()), frozenset())[0].pending == 2
        cache.mark_pending([A.id], nobody)
        assert numbers(cache, ListQuery()) == []

    def test_what_was_noted_is_marked_once_with_what_waits_then(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        cache.note_pending([A.id], waiting(A.id))
        cache.note_pending([B.id], waiting(A.id, B.id, n=3))
        assert numbers(cache, ListQuery()) == []
        cache.mark_noted()
        assert [row.pending for row in cache.rows(cache.ids(ListQuery()), frozenset())] == [3, 3]
        cache.mark_pending([A.id, B.id], nobody)
        cache.mark_noted()
        assert numbers(cache, ListQuery()) == []

    def test_who_looks_while_another_thread_marks_waits_until_it_is_done(self, cache: OrderCache) -> None:
        fill(cache, A)
        asked, go_on = threading.Event(), threading.Event()

        def slowly(ids: Sequence[OrderId] | None) -> dict[OrderId, int]:
            asked.set()
            assert go_on.wait(PATIENCE_S)
            return dict.fromkeys(ids or (), 1)

        cache.note_pending([A.id], slowly)
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(cache.mark_noted)
            assert asked.wait(PATIENCE_S)
            second = threads.submit(cache.mark_noted)
            assert wait([second], timeout=0.05).not_done
            go_on.set()
            first.result(PATIENCE_S)
            second.result(PATIENCE_S)
        assert numbers(cache, ListQuery()) == [A.number]

    def test_the_mark_stays_when_the_order_changes(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.mark_pending([A.id], waiting(A.id))
        cache.put_known([at(A, 2)])
        assert numbers(cache, ListQuery()) == [A.number]

    def test_an_order_that_comes_back_gets_its_mark_back(self, cache: OrderCache) -> None:
        fill(cache, A)
        cache.put_changes([remove(A, 2), put(at(A, 3))], {}, waiting(A.id))
        assert numbers(cache, ListQuery()) == [A.number]

    def test_a_reset_marks_what_waits_and_nothing_else(self, cache: OrderCache) -> None:
        fill(cache, A, B)
        cache.mark_pending([A.id], waiting(A.id))
        cache.reset_pending(waiting(B.id))
        assert numbers(cache, ListQuery()) == [B.number]
