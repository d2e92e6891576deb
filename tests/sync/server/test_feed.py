"""Is nobody forgotten and nobody woken for nothing?"""

import asyncio
import threading

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.order import UserId, WarehouseId
from sync.domain.permissions import Role, User
from sync.server.feed import Cursor, InProcessNotifier, Wake, parse_cursor, view_of

EAST, WEST = WarehouseId("E"), WarehouseId("W")
USER = User(id=UserId("u"), name="u", role=Role.OPERATOR, warehouses=(EAST, WEST))


@given(st.integers(0, 10**18 - 1))
def test_a_cursor_comes_back_from_its_text(seq: int) -> None:
    cursor = Cursor("e", seq, "v")
    assert parse_cursor(str(cursor)) == cursor


@given(st.text())
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    found = parse_cursor(text)
    assert found is None or parse_cursor(str(found)) == found


def test_a_view_depends_on_role_and_scope_but_not_on_their_order() -> None:
    boss = msgspec.structs.replace(USER, role=Role.SUPERVISOR)
    assert view_of(USER, (EAST, WEST)) == view_of(USER, (WEST, EAST))
    assert len({view_of(USER, (EAST, WEST)), view_of(USER, (EAST,)), view_of(boss, (EAST, WEST))}) == 3


def test_a_reader_hears_of_its_own_warehouses_from_any_thread() -> None:
    async def listen() -> tuple[int | None, int | None]:
        hub = InProcessNotifier()
        with hub.subscribe((EAST,)) as east, hub.subscribe((WEST,)) as west:
            publisher = threading.Thread(target=hub.publish, args=(Wake(7, frozenset({EAST})),))
            publisher.start()
            heard = await east.grew(5)
            publisher.join()
            return heard, await west.grew(0.05)

    assert asyncio.run(listen()) == (7, None)


def test_wakes_melt_into_the_newest_and_none_is_lost_before_the_waiting_begins() -> None:
    async def listen() -> list[int | None]:
        hub = InProcessNotifier()
        with hub.subscribe((EAST,)) as reader:
            for seq in (3, 5, 4):
                hub.publish(Wake(seq, frozenset({EAST})))
            await asyncio.sleep(0)
            return [await reader.grew(5), await reader.grew(0.01)]

    assert asyncio.run(listen()) == [5, None]


def test_who_left_is_not_woken() -> None:
    async def listen() -> int | None:
        hub = InProcessNotifier()
        with hub.subscribe((EAST,)) as reader:
            pass
        hub.publish(Wake(1, frozenset({EAST})))
        return await reader.grew(0.01)

    assert asyncio.run(listen()) is None


def test_a_closing_central_lets_all_go_also_those_who_come_later() -> None:
    async def listen() -> tuple[bool, bool]:
        hub = InProcessNotifier()
        with hub.subscribe((EAST,)) as early:
            threading.Thread(target=hub.close).start()
            assert await early.grew(5) is None
            with hub.subscribe((WEST,)) as late:
                assert await late.grew(5) is None
                return early.closed, late.closed

    assert asyncio.run(listen()) == (True, True)


def test_a_wake_after_the_loop_has_gone_harms_nobody() -> None:
    hub = InProcessNotifier()

    async def subscribe() -> None:
        hub.subscribe((EAST,))

    asyncio.run(subscribe())
    hub.publish(Wake(1, frozenset({EAST})))
    hub.close()
