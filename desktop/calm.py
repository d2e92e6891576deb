"""Why does scrolling not stop for a moment? What stays as long as the program is not searched for garbage again.

Python's full collection looks at every object and stops all threads meanwhile: 50 ms for the 90,000 that are there once
the list is. Those are set apart then; what is made later is looked at as ever, within a few milliseconds.
"""

import gc


def set_apart() -> None:
    """What is there now stays; to be said once everything is made that a person at work needs."""
    gc.freeze()
