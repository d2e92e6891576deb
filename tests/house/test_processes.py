"""Whatever dev.py starts is seen, and ends with it."""

import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.processes import RefusalError, long_step, run, works
from devtools.screens import has_screen, private_runtime_folder, virtual_screen, with_bytecode
from tests import hang_up
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def test_the_exit_code_of_a_command_is_handed_on() -> None:
    assert run([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def starting_a_child(told: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A process that is ended as dev.py is, and the child that it runs; both hold the other end of its stdout."""
    os.mkfifo(told)
    child = f"import os, signal; open({str(told)!r}, 'w').write(str(os.getpid())); signal.pause()"
    parent = (
        "import signal, sys, dev; from devtools.processes import polite, run; "
        "[signal.signal(number, dev.end_on_signal) for number in polite()]; "
        f"run([sys.executable, '-c', {child!r}])"
    )
    with hang_up.heeded():
        process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE)
    return process, int(told.read_text())


@pytest.mark.parametrize("polite", [signal.SIGTERM, signal.SIGHUP])
def test_a_child_ends_when_dev_py_is_told_to_stop(tmp_path: Path, polite: signal.Signals) -> None:
    process, pid = starting_a_child(tmp_path / "child")
    process.send_signal(polite)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 128 + polite
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_ends_when_dev_py_is_killed(tmp_path: Path) -> None:
    process, _ = starting_a_child(tmp_path / "child")
    process.kill()
    process.communicate(timeout=PATIENCE_S)  # its output ends when the last that could write there has ended
    assert process.returncode == -signal.SIGKILL


def test_a_long_step_keeps_its_chatter_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    assert long_step("counting", [sys.executable, "-c", "print('one, two')"], log="tests-house")
    shown = capfd.readouterr().out
    assert "counting ..." in shown
    assert "counting: done in" in shown
    assert "one, two" not in shown


def test_a_long_step_that_fails_shows_why(capfd: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no more disk')"]
    assert not long_step("writing", command, log="tests-house", must_succeed=False)
    assert "no more disk" in capfd.readouterr().out


def test_a_long_step_that_must_not_fail_says_what_to_read() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no more disk')"]
    with pytest.raises(RefusalError, match=r"(?s)no more disk.*What to do: read .*tests-house\.log"):
        long_step("writing", command, log="tests-house")


def test_a_command_that_is_not_there_does_not_work(tmp_path: Path) -> None:
    assert not works([tmp_path / "nothing"])
    assert not works([sys.executable, "-c", "raise SystemExit(1)"])
    assert works([sys.executable, "-c", ""])


def owner_of_screen(display: str) -> int:
    """The process that listens where windows would be drawn."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[0])


def test_a_virtual_screen_is_there_inside_and_gone_afterwards() -> None:
    with virtual_screen({"HOME": "kept"}) as environment:
        process = owner_of_screen(environment["DISPLAY"])
        os.kill(process, 0)
    assert environment["HOME"] == "kept"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_without_xvfb_the_missing_screen_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusalError, match=r"Xvfb.*not installed"), virtual_screen({}):
        pass


def test_an_xvfb_that_cannot_start_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "Xvfb"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(RefusalError, match="did not start"), virtual_screen({}):
        pass


def test_a_missing_runtime_folder_is_lent_and_removed() -> None:
    with private_runtime_folder({}) as environment:
        folder = Path(environment["XDG_RUNTIME_DIR"])
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_runtime_folder_of_the_system_is_kept() -> None:
    with private_runtime_folder({"XDG_RUNTIME_DIR": "/run/user/1000"}) as environment:
        assert environment == {"XDG_RUNTIME_DIR": "/run/user/1000"}


def test_bytecode_is_kept_in_the_cache_where_it_is_not_wanted_beside_the_sources() -> None:
    kept = with_bytecode({"HOME": "kept", "PYTHONDONTWRITEBYTECODE": "1"})
    assert kept == {"HOME": "kept", "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode")}
    assert with_bytecode({"HOME": "kept"}) == {"HOME": "kept"}


@pytest.mark.parametrize(
    ("environment", "expected"), [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)]
)
def test_a_screen_is_known_by_its_environment(environment: dict[str, str], expected: bool) -> None:
    assert has_screen(environment) is expected
