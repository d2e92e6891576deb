"""What starts the program? The window at once; with a verb or ``--help``, the command line of ``desktop.terminal``.

Whoever opens the window waits for it: the verbs, and all that they need, are imported only when one is asked for.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.policy import PolicyUnreadable
from desktop.terminal import opened
from desktop.terminal.site import site
from desktop.translator import LANGUAGES
from sync.errors import SyncError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; returns an ``Exit``."""
    if getattr(sys, "frozen", False):
        import multiprocessing  # noqa: PLC0415  the processes of voice are this program, too, when it is frozen

        multiprocessing.freeze_support()
    wanted = plain_window(arguments)
    if wanted is None:
        return _verb(arguments)
    try:
        here = site(wanted.server, wanted.data, wanted.language)
    except PolicyUnreadable:
        return _verb(arguments)  # which says so
    try:
        return opened.window(here, wanted.language, floor=wanted.floor)
    except SyncError as fault:
        from desktop.terminal import texts, verbs  # noqa: PLC0415  for the words of the failure alone

        return verbs.ended(fault, texts.load(here.language))


def plain_window(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """The options, when nothing but the window is asked for; None leaves every other case to the whole parser."""
    given = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    given.add_argument("--server")
    given.add_argument("--data", type=Path)
    given.add_argument("--language", choices=LANGUAGES)
    given.add_argument("--floor", action="store_true")
    try:
        options, rest = given.parse_known_args(arguments)
    except argparse.ArgumentError:
        return None
    return None if rest else options


def _verb(arguments: Sequence[str] | None) -> int:
    from desktop.terminal import verbs  # noqa: PLC0415  everything that the verbs need: see above

    return verbs.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
