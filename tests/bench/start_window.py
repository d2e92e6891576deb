"""The program from process start to a usable list: store opened, offline sign-in, window painted, rows in view.

``python -m tests.bench.start_window FOLDER BADGE PIN URL`` prints ``usable`` when the rows have been painted, and ends
then. The central is away, as on a bad morning. As in the program itself the core is imported before Qt: shiboken reads
the source of every module that is imported after it.
"""

import random
import sys
import threading
from pathlib import Path

import desktop.cli  # noqa: F401  what the program has imported before it needs Qt
from desktop.settings import Settings
from sync.client.api import CentralApi
from sync.service import Desk
from sync.workstation import Workstation
from tests.bench.central import now
from voice.language import Language
from voice.session import Session

USABLE = "usable"


def main(folder: Path, badge: str, pin: str, server: str) -> int:
    from desktop import app  # noqa: PLC0415  after the core
    from tests.bench.first_paint import close_when_usable  # noqa: PLC0415  after the core

    with Workstation(folder, now, use_keyring=False) as workstation:
        desk = Desk(workstation, CentralApi(server, language=lambda: "zh"), now=now, chance=random.Random(1))
        session = Session(desk, language=Language.ZH)
        window = app.build(desk, session, Settings(server=server))
        signing = threading.Thread(target=desk.sign_in, args=(badge, pin, "zh"))
        close_when_usable(window, USABLE)
        try:
            return app.show(window, lambda _: signing.start())
        finally:
            signing.join()
            session.stop()
            desk.stop()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:5]))
