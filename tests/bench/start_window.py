"""The program from process start to a usable list: store opened, offline sign-in, window painted, rows in view.

``python -m tests.bench.start_window FOLDER BADGE PIN``: the central is away, as on a bad morning.
"""

import random
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QTimer

from desktop import app
from desktop.settings import Settings
from desktop.window import MainWindow
from sync.client.api import CentralApi
from sync.service import Desk
from sync.workstation import Workstation
from tests.bench.central import now
from voice.language import Language
from voice.session import Session


def main(folder: Path, badge: str, pin: str, server: str) -> int:
    with Workstation(folder, now, use_keyring=False) as workstation:
        desk = Desk(workstation, CentralApi(server, language=lambda: "zh"), now=now, chance=random.Random(1))
        session = Session(desk, language=Language.ZH)
        window = app.build(desk, session, Settings(server=server))
        signing = threading.Thread(target=desk.sign_in, args=(badge, pin, "zh"))

        def ready(shown: MainWindow) -> None:
            model = shown.workbench.orders
            model.changed.connect(lambda: model.rowCount() and QTimer.singleShot(0, shown.close))
            signing.start()

        try:
            return app.show(window, ready)
        finally:
            signing.join()
            session.stop()
            desk.stop()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:5]))
