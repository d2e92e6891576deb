"""Does what a screen or a voice asks for say on which state? The fakes of both ends ask of every wish."""

from sync.domain.commands import ORGANISING, Op
from sync.wishes import Wish


def assert_names_what_was_seen(wish: Wish) -> None:
    """Else a version of before a restored backup would be taken for the present one."""
    if wish.base is None or wish.op in ORGANISING or wish.op is Op.UNDO:
        return
    assert wish.seen is not None, f"{wish.op} on {wish.order_id} does not say what was seen"
    seen = wish.seen.order.version
    assert seen == wish.base, f"version {wish.base} is named, {seen} was seen"
