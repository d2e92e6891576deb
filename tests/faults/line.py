"""A network between workstation and central that misbehaves as told: mitmproxy, between real sockets."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ADD_ON = Path(__file__).with_name("rough_line.py")


class Line:
    """``url`` stands for the central; ``order`` says how the way there behaves from now on."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{self._told().removeprefix('port ')}"

    def order(self, what: str) -> None:
        """As ``rough_line`` says, e.g. ``cut 5000``; in force when this returns."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        assert self._told() == "ok"

    def _told(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "mitmdump has ended"
        return line.strip()


@contextmanager
def rough_line(url: str, folder: Path) -> Iterator[Line]:
    """A line to the central at ``url``; mitmproxy keeps its files in ``folder``."""
    program = shutil.which("mitmdump")
    assert program is not None, "apt-get install mitmproxy"
    options = ["--set", "tcp_hosts=.*", "--set", f"confdir={folder}", "--set", "connection_strategy=lazy"]
    command = [program, "-q", "--mode", f"reverse:{url}", "--listen-host", "127.0.0.1", "-p", "0", *options]
    with subprocess.Popen(
        [*command, "-s", str(_ADD_ON)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        try:
            yield Line(process)
        finally:
            process.kill()
