"""What stays for as long as the program is left out of the search for garbage."""

import gc

from desktop.calm import set_apart


def test_what_is_there_is_set_apart_and_what_comes_later_is_not() -> None:
    before = gc.get_freeze_count()
    try:
        set_apart()
        assert gc.get_freeze_count() > before + 1000
        later = [object()]
        assert any(later is one for one in gc.get_objects())
    finally:
        gc.unfreeze()
