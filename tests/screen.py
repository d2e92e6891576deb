"""On which screen do the tests' windows stand? A virtual one of each worker's own, that ends with it.

Windows that share a screen take the keyboard from each other.
"""

import os
import shutil
import subprocess

SCREENS: list[subprocess.Popen[bytes]] = []
"""One ends when its only client does, however that ends: nobody has to wait for it."""


def on_a_screen_of_ones_own() -> None:
    """What Qt opens from now on stands on a new virtual screen; without Xvfb it is drawn nowhere."""
    if shutil.which("Xvfb") is None:
        return
    reading, writing = os.pipe()
    try:
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-terminate"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        SCREENS.append(screen)
    finally:
        os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    if number:
        os.environ.update({"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"})
