"""Quiet hours, also over midnight."""

from datetime import time

import pytest

from desktop.preferences.quiet import is_quiet, parsed


@pytest.mark.parametrize(
    ("begins", "ends", "now", "quiet"),
    [
        ("22:00", "06:00", time(23, 0), True),
        ("22:00", "06:00", time(5, 59), True),
        ("22:00", "06:00", time(6, 0), False),
        ("12:00", "13:00", time(12, 30), True),
        ("12:00", "13:00", time(13, 0), False),
        ("", "", time(3, 0), False),
        ("22:00", "", time(23, 0), False),
        ("22:00", "22:00", time(22, 0), False),
        ("25:00", "06:00", time(3, 0), False),
    ],
)
def test_quiet_is_from_the_first_to_before_the_last_minute(begins: str, ends: str, now: time, quiet: bool) -> None:
    assert is_quiet(begins, ends, now) is quiet


@pytest.mark.parametrize("text", ["", ":", "7:00", "24:00", "07.30", "07:00:00"])
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert parsed(text) is None
