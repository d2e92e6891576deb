"""What is in the repository: sources only, with working links between its pages."""

import re
import struct
from pathlib import Path

import pytest

import dev
from tests.conftest import LONGEST

ROOT = Path(__file__).resolve().parents[2]
GENERATED = re.compile(
    r"(^|/)(__pycache__|\.venv|\.cache|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.hypothesis|htmlcov|dist|build"
    r"|demo-output|bench-output|node_modules|[^/]*\.egg-info)(/|$)"
    r"|\.(pyc|pyo|log|qm|mo|db|db-wal|db-shm|sqlite3?|orig|rej|bak|swp|tmp)$|(^|/)(\.coverage|\.DS_Store|coverage\.xml)"
)
PAGES = [
    page
    for page in sorted(ROOT.rglob("*.md"))
    if not {".venv", ".cache", ".git", "node_modules"} & set(page.relative_to(ROOT).parts)
]


def index_file(root: Path) -> Path:
    """Git's list of tracked files; in a linked worktree `.git` is a file that says where."""
    marker = root / ".git"
    if marker.is_file():
        return (root / marker.read_text(encoding="utf-8").partition(":")[2].strip() / "index").resolve()
    return marker / "index"


def tracked(index: bytes) -> list[str]:
    """The paths in a git index of version 2 or 3 (Documentation/gitformat-index); no git program is needed."""
    signature, version, count = struct.unpack_from(">4sII", index)
    assert (signature, version in (2, 3)) == (b"DIRC", True)
    paths, at = [], 12
    for _entry in range(count):
        (flags,) = struct.unpack_from(">H", index, at + 60)
        begin = at + (64 if flags & 0x4000 else 62)
        end = index.index(b"\0", begin)
        paths.append(index[begin:end].decode())
        at += (end - at + 8) // 8 * 8
    return paths


def an_index(*paths: str) -> bytes:
    """An index of version 2 that tracks these paths."""
    entries = b""
    for path in paths:
        entry = bytes(60) + struct.pack(">H", len(path.encode())) + path.encode()
        entries += entry + bytes(8 - len(entry) % 8)
    return struct.pack(">4sII", b"DIRC", 2, len(paths)) + entries


def test_an_index_is_read_as_git_writes_it() -> None:
    paths = ["README.md", "a", "docs/说明.md", "sync/domain/order.py"]
    assert tracked(an_index(*paths)) == paths


@pytest.mark.parametrize(
    "path", ["sync/__pycache__/a.pyc", "dist/x.whl", "cache.db-wal", "a/.coverage.host", "x.egg-info/PKG"]
)
def test_a_generated_file_is_recognised(path: str) -> None:
    assert GENERATED.search(path)


def test_no_generated_file_is_tracked() -> None:
    index = index_file(ROOT)
    paths = tracked(index.read_bytes()) if index.exists() else []
    assert [path for path in paths if GENERATED.search(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", text)
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_contributors_read_about_every_verb() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [verb for verb in dev.VERBS if f"dev.py {verb}" not in page] == []


def test_ci_runs_what_everybody_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").rstrip().endswith("exec python3 dev.py test")


def test_the_files_that_begin_first_are_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []
