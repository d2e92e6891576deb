"""Does the demo without a person do all of it, also when the central is killed in the middle?"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import hang_up
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


ENVIRONMENT = {"EXCEPTION_DESK_LANGUAGE": "en", "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}


def demo(pictures: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop.demo", "--headless", "--pictures", str(pictures), *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        check=False,
    )


def test_two_spoken_commands_end_as_holds_in_the_central(tmp_path: Path) -> None:
    run = demo(tmp_path, "--orders", "60")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("central HOLDS the order") == 2
    assert "stopped (v" in run.stdout
    assert "someone must pull it (v" in run.stdout
    assert {"2-list-en.png", "2-list-zh.png", "3-voice-bar-en.png", "3-voice-bar-zh.png"} <= {
        picture.name for picture in tmp_path.iterdir()
    }


def test_a_command_confirmed_while_the_central_is_killed_arrives_once(tmp_path: Path) -> None:
    run = demo(tmp_path, "--orders", "60", "--outage")
    assert run.returncode == 0, run.stdout + run.stderr
    told = "central killed|confirmed|central started again|central answered|central HOLDS"
    steps = re.findall(rf"^ .* s  ({told})", run.stdout, re.MULTILINE)
    second = steps[steps.index("central killed") :]
    assert second == ["central killed", "confirmed", "central started again", "central answered", "central HOLDS"]


def until(run: subprocess.Popen[str], line: str) -> str:
    """What the demo tells until there is such a line, which is the last."""
    told = ""
    assert run.stdout is not None
    for told_now in run.stdout:
        told += told_now
        if re.search(line, told_now):
            return told
    raise AssertionError(told)


@pytest.mark.parametrize(
    ("ended_by", "line"),
    [
        (signal.SIGTERM, "^Starting the central"),
        (signal.SIGHUP, "^Sign in by badge"),
        (signal.SIGTERM, "^== English"),
        (signal.SIGKILL, "^Sign in by badge"),
    ],
    ids=["told as the central starts", "terminal closed", "told in the middle", "killed"],
)
def test_no_central_is_left_however_the_demo_ends(tmp_path: Path, ended_by: signal.Signals, line: str) -> None:
    """Its output ends when the last process that could write there has; the central is asked by its port."""
    alone = ["--headless", "--pictures", str(tmp_path / "pictures")] if line.startswith("^==") else []
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with hang_up.heeded():
        demo_alone = subprocess.Popen(
            [sys.executable, "-m", "desktop.demo", "--orders", "30", *alone],
            cwd=ROOT,
            env=os.environ | ENVIRONMENT | {"TMPDIR": str(temporary), "XDG_CONFIG_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    with demo_alone as run:
        url = re.search(r"http://127\.0\.0\.1:(\d+)", until(run, line))
        with contextlib.ExitStack() as stack:
            central = url and stack.enter_context(socket.create_connection(("127.0.0.1", int(url[1])), PATIENCE_S))
            run.send_signal(ended_by)
            told, _ = run.communicate(timeout=PATIENCE_S)
            assert central is None or central.recv(1) == b""
    assert run.returncode == (-ended_by if ended_by is signal.SIGKILL else 128 + ended_by), told
    assert "Traceback" not in told
    if url is not None:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(url[1])), PATIENCE_S)
    if ended_by is not signal.SIGKILL:
        assert not list(temporary.glob("exception-desk-demo-*"))
