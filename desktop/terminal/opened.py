"""How is the window opened from a prompt? With a screen, a journal, and what the command line says."""

import os
import sys

from desktop.terminal import texts
from desktop.terminal.exits import Exit
from desktop.terminal.site import Site
from desktop.translator import Language


def window(here: Site, language: Language | None, *, floor: bool) -> int:
    """Run the window until it is closed; an ``Exit``. ``language`` is what the command line says, if anything."""
    if sys.platform.startswith("linux") and not {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & set(os.environ):
        print(texts.load(here.language).text("error.no_screen"), file=sys.stderr)
        return Exit.USAGE
    from desktop.app import Manner, run  # noqa: PLC0415  Qt is not needed by the other verbs

    return run(
        server=here.server,
        folder=here.folder,
        models=here.models,
        use_keyring=here.use_keyring,
        proxy=here.proxy,
        language=language,
        manner=Manner(floor=floor, journal=_write_journal),
    )


def _write_journal() -> None:
    from desktop.journal import write_journal  # noqa: PLC0415  behind the first page

    write_journal()
