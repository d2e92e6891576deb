"""Do several worker processes serve one central, and does it survive the death of any of them?"""

import contextlib
import os
import re
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.databases import cluster, migrated, postgres_url
from tests.patience import PATIENCE_S
from tests.sync.server.test_cli import end, run, serve

__all__ = ["cluster", "migrated", "postgres_url"]
pytestmark = pytest.mark.processes
DEMO = ("--demo", "7", "--orders", "30", "--workers", "2")
SIGN_IN = {"grant": "badge", "badge": "2001", "pin": "2468", "device": "ws"}


def workers(process: subprocess.Popen[str]) -> set[int]:
    """The process ids of the workers; the resource tracker of multiprocessing is none."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@contextlib.contextmanager
def following(url: str, headers: dict[str, str]) -> Iterator[Iterator[str]]:
    with httpx.stream("GET", f"{url}/v1/events", headers=headers, timeout=PATIENCE_S) as response:
        yield (line for line in response.iter_lines() if line.startswith("id: "))


def signed_in(url: str) -> dict[str, str]:
    answer = httpx.post(f"{url}/v1/session", json=SIGN_IN, timeout=PATIENCE_S)
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def test_every_worker_hears_of_every_change_and_the_figures_are_those_of_all(postgres_url: str) -> None:
    with serve("--database", postgres_url, *DEMO, "--pace", "0.1") as (process, url), contextlib.ExitStack() as stack:
        assert len(workers(process)) == 2
        headers = signed_in(url)
        streams = [stack.enter_context(following(url, headers)) for _ in range(12)]
        for stream in streams:
            told = {next(stream)}
            while len(told) < 3:
                told.add(next(stream))
        figures = httpx.get(f"{url}/metrics", timeout=PATIENCE_S).text
        open_streams = re.search(r"^exception_desk_event_streams (\S+)", figures, re.MULTILINE)
        assert open_streams
        assert float(open_streams[1]) == 12
        stack.close()
        end(process)


def test_a_worker_that_is_killed_is_replaced_and_nobody_is_signed_out(postgres_url: str) -> None:
    with serve("--database", postgres_url, *DEMO) as (process, url):
        headers = signed_in(url)
        before = workers(process)
        assert process.stderr is not None
        for victim in sorted(before):
            os.kill(victim, signal.SIGKILL)
            assert "another starts" in process.stderr.readline()
            # The other one answers meanwhile.
            assert httpx.get(f"{url}/v1/orders", headers=headers, timeout=PATIENCE_S).status_code == 200
        assert workers(process).isdisjoint(before)
        end(process)


def test_all_workers_end_with_their_supervisor_even_when_it_is_killed(postgres_url: str) -> None:
    with serve("--database", postgres_url, *DEMO) as (process, _):
        pids = workers(process)
        waits = [os.pidfd_open(pid) for pid in pids]
        process.kill()
        for wait in waits:
            # Readable when the process has ended.
            assert select.select([wait], [], [], 20)[0]
            os.close(wait)


def test_several_workers_on_a_file_are_refused(tmp_path: Path) -> None:
    refused = run("serve", "--database", str(tmp_path / "c.db"), "--port", "0", "--workers", "2")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "PostgreSQL" in refused.stderr


@pytest.mark.parametrize("database", ["postgresql://postgres@/none?host=/nowhere", "mysql://x"])
def test_a_database_out_of_reach_is_told_in_one_line(database: str) -> None:
    failed = run("serve", "--database", database, "--port", "0", "--workers", "2")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.count("\n") == 1
