"""A big file over a bad line: cut, stalled, lied about, altered on the way. A real server on loopback does it all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.client.download import TRIES, Download
from sync.errors import DownloadFailed, DownloadRefused, ProxyRefused
from tests.patience import PATIENCE_S
from tests.sync.client.bad_line import BadLine
from tests.sync.client.proxying import ForwardProxy

BODY = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def line() -> Iterator[BadLine]:
    with BadLine(BODY) as server:
        yield server


def fetch(line: BadLine, folder: Path, **changed: object) -> Path:
    given = {"size": len(BODY), "sha256": SHA256, "timeout": httpx.Timeout(PATIENCE_S)} | changed
    return Download(line.url, folder / "model.zip", **given).fetch()  # type: ignore[arg-type] # as the test wants it


def test_a_file_comes_whole_and_nothing_else_stays(line: BadLine, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = fetch(line, tmp_path, tell=lambda here, whole: told.append((here, whole)))
    assert path.read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))
    assert [each.name for each in tmp_path.iterdir()] == ["model.zip"]


@pytest.mark.parametrize("how", ["cuts", "stalls"])
def test_a_line_that_breaks_again_and_again_is_gone_on_with_where_it_broke(
    line: BadLine, tmp_path: Path, how: str
) -> None:
    line.behaviour = [how] * 3
    impatient = httpx.Timeout(0.5 if how == "stalls" else PATIENCE_S)
    assert fetch(line, tmp_path, timeout=impatient).read_bytes() == BODY
    assert line.asked[0] is None
    begins = [int(str(asked).removeprefix("bytes=").removesuffix("-")) for asked in line.asked[1:]]
    assert begins == sorted(begins)
    assert begins[0] > 0


def test_what_came_is_kept_for_the_next_run(line: BadLine, tmp_path: Path) -> None:
    line.behaviour = ["cuts", *["busy"] * TRIES]
    with pytest.raises(DownloadFailed, match="what has come is kept"):
        fetch(line, tmp_path)
    kept = (tmp_path / "model.zip.part").stat().st_size
    assert kept > 0
    assert fetch(line, tmp_path).read_bytes() == BODY
    assert line.asked[-1] == f"bytes={kept}-"


def test_a_server_without_ranges_is_asked_for_all_of_it_again(line: BadLine, tmp_path: Path) -> None:
    line.behaviour = ["cuts", "no ranges"]
    assert fetch(line, tmp_path).read_bytes() == BODY


def test_a_busy_server_is_waited_for_longer_each_time(line: BadLine, tmp_path: Path) -> None:
    line.behaviour = ["busy", "busy", "busy"]
    pauses: list[float] = []
    fetch(line, tmp_path, pause=pauses.append)
    assert pauses == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("how", ["promises more", "endless"])
def test_a_server_that_lies_about_the_length_is_refused(line: BadLine, tmp_path: Path, how: str) -> None:
    line.behaviour = [how]
    with pytest.raises(DownloadRefused):
        fetch(line, tmp_path)
    assert not (tmp_path / "model.zip").exists()
    assert not (tmp_path / "model.zip.part").exists()


def test_a_changed_file_of_the_right_length_is_refused_and_deleted(line: BadLine, tmp_path: Path) -> None:
    line.body = b"x" + BODY[1:]
    with pytest.raises(DownloadRefused, match="SHA-256"):
        fetch(line, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_known_size_the_hash_alone_decides(line: BadLine, tmp_path: Path) -> None:
    line.behaviour = ["no length"]
    assert fetch(line, tmp_path, size=0).read_bytes() == BODY


def test_a_wrong_address_is_told_at_once(line: BadLine, tmp_path: Path) -> None:
    gone = line.url.replace("http://127.0.0.1", "http://127.0.0.1")
    line.server_close()
    with pytest.raises(DownloadFailed):
        Download(gone, tmp_path / "model.zip", size=1, sha256=SHA256, timeout=httpx.Timeout(0.5)).fetch()


class TestOverAProxy:
    def test_the_settings_proxy_is_taken(self, line: BadLine, tmp_path: Path) -> None:
        with ForwardProxy() as proxy:
            assert fetch(line, tmp_path, proxy=f"http://{proxy.place}").read_bytes() == BODY
            assert proxy.asked == [f"GET {line.url}"]

    def test_one_that_is_not_there_is_told(self, line: BadLine, tmp_path: Path) -> None:
        with pytest.raises(DownloadFailed):
            fetch(line, tmp_path, proxy="http://127.0.0.1:1")
        assert line.asked == []

    def test_one_that_makes_no_sense_is_told(self, line: BadLine, tmp_path: Path) -> None:
        with pytest.raises(ProxyRefused):
            fetch(line, tmp_path, proxy="ftp://proxy")

    def test_the_word_for_none_counts_more_than_the_environment(
        self, line: BadLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        assert fetch(line, tmp_path, proxy="direct").read_bytes() == BODY
