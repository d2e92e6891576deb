"""What time is it? The one real clock of the central; everything else is given one."""

import time


def wall_clock() -> int:
    """Unix ms, UTC."""
    return time.time_ns() // 1_000_000
