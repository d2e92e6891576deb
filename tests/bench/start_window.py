"""The program itself from process start to a usable list, watched by ``first_paint``.

``python -m tests.bench.start_window FOLDER BADGE PIN URL``. The central is away, as on a bad morning. What is imported
and in which order is the program's own business: this is ``exception-desk`` with somebody watching.
"""

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import desktop.cli  # noqa: F401  what the program imports to find out that it is to open its window
from desktop.terminal.site import site

if TYPE_CHECKING:
    from desktop.window import MainWindow


def _watch(badge: str, pin: str, window: "MainWindow") -> None:
    from tests.bench.first_paint import Watch  # noqa: PLC0415  after the window has been shown

    Watch(window, badge, pin)


def main(folder: Path, badge: str, pin: str, server: str) -> int:
    from desktop.app import Manner, run  # noqa: PLC0415  as the program does

    here = site(server, folder, None)
    return run(
        server=here.server,
        folder=here.folder,
        use_keyring=False,
        manner=Manner(welcome=False, ready=functools.partial(_watch, badge, pin)),
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:5]))
