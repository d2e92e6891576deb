"""Where is a Windows installer tried? In a Windows of its own, made by Wine in a folder."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

from installer.asking import PROGRAM
from installer.errors import ProofFailed
from installer.steps import Answer, ask, tool

HOME = r"HKLM\Software\ExceptionDesk"


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._prefix = folder
        self._environment = {"WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all", "DISPLAY": ""}
        self.run("wineboot", "-i")
        self.run("winecfg", "-v", "win10")
        self.drive = folder / "drive_c"
        self.home = self.drive / "Program Files" / "ExceptionDesk"

    def run(self, *words: str | Path) -> Answer:
        """Run a Windows program to its end; exit codes above 255 come back whole through a batch file's echo."""
        return ask([tool("wine", "wine"), *words], environment=self._environment, seconds=120)

    def code(self, *words: str) -> int:
        """The whole exit code of a Windows program: Linux keeps only eight bits of it."""
        batch = self._prefix / "drive_c" / "run.bat"
        line = " ".join(words)
        batch.write_text(f'@echo off\r\nstart /wait "" {line}\r\necho CODE=%ERRORLEVEL%\r\n', encoding="ascii")
        output = self.run("cmd", "/c", r"C:\run.bat").output
        found = output.split("CODE=")[1:]
        if not found:
            raise ProofFailed(f"{line} gave no exit code: {output[-500:]}")
        return int(found[-1].split()[0])

    def value(self, name: str, key: str = HOME) -> str:
        """A registry value of the 64-bit view; empty without one."""
        output = self.run("reg", "query", key, "/v", name, "/reg:64").output
        lines = [line.split(None, 2) for line in output.splitlines() if line.strip().lower().startswith(name.lower())]
        return lines[0][2].strip() if lines and len(lines[0]) > 2 else ""

    def hold_open(self) -> subprocess.Popen[bytes]:
        """The installed program, running until ``stop`` is on drive C."""
        (self.drive / "stop").unlink(missing_ok=True)
        started = self.drive / "stop.started"
        started.unlink(missing_ok=True)
        command = [tool("wine", "wine"), str(self.home / PROGRAM), r"/WAIT=C:\stop"]
        environment = {**os.environ, **self._environment}
        running = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        pause = threading.Event()
        for _ in range(300):
            if started.exists():
                return running
            pause.wait(0.1)
        running.kill()
        raise ProofFailed("the stand-in does not start under Wine")

    def close(self) -> None:
        """End this Windows."""
        ask(["wineserver", "-k"], environment=self._environment, seconds=30)
