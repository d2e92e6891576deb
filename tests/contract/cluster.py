"""Where does a real PostgreSQL come from in a test? A private cluster in a temporary folder, on a unix socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_USER = "postgres"
_UNPRIVILEGED = ("postgres", "nobody")
_START_SECONDS = 60
_SETTINGS = (
    "listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off",
    "shared_buffers=64MB", "max_connections=200", "log_min_messages=fatal", "max_wal_size=256MB",
)  # fmt: skip
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on", "autovacuum=on")


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs; Debian keeps most of them off the search path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"PostgreSQL's {name} is not installed: apt-get install postgresql")
    return path


class Cluster:
    """A running PostgreSQL; ``create`` makes databases that only this test knows."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._settings = (*_SETTINGS, *settings)
        self._as: list[str] = []
        if os.geteuid() == 0:
            self._as = ["setpriv", f"--reuid={_account()}", f"--regid={_account()}", "--clear-groups"]
            shutil.chown(folder, _account())
        self._count = 0
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [*self._as, program(name), *arguments]
        return subprocess.run(command, capture_output=True, check=False, cwd="/", timeout=_START_SECONDS)

    def initialise(self) -> None:
        made = self._run("initdb", "-D", str(self._data), "-U", _USER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        if made.returncode:
            raise RuntimeError(made.stderr.decode())

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start it and wait until it answers. It ends with this process, however that ends."""
        log = self.folder / "log"
        mortal = [*(self._as or ["setpriv"]), "--pdeathsig", "INT"]
        options = [part for setting in self._settings for part in ("-c", setting)]
        with log.open("ab") as out:
            command = [*mortal, program("postgres"), "-D", str(self._data), "-k", str(self.folder), *options]
            self._process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
        deadline = time.monotonic() + _START_SECONDS
        while self._run("pg_isready", "-q", "-h", str(self.folder)).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")

    def stop(self) -> None:
        """Fast shutdown: connections are cut, nothing that was committed is lost."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(_START_SECONDS)
            self._process = None

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """The URL of a new database, a copy of ``template``."""
        self._count += 1
        name = f"t{self._count}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY = wal_log")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _account() -> str:
    for name in _UNPRIVILEGED:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("PostgreSQL does not run as root, and there is no user nobody")


@contextmanager
def running_cluster(settings: tuple[str, ...] = ()) -> Iterator[Cluster]:
    """A fresh cluster that is gone, with its files, after the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    made = Cluster(folder, settings)
    try:
        made.initialise()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
