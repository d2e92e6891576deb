"""When `.venv` is set up anew, and how pip's settings reach uv."""

import shutil
import subprocess
from pathlib import Path

import pytest

from devtools.environment import Clone, uv_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone whose path has a space and Chinese characters, with a real virtual environment."""
    root = tmp_path / "仓库 异常台"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "dev.txt").write_text("")
    (root / "requirements" / "uv.txt").write_text("")
    shutil.copy(ROOT / "pyproject.toml", root)
    made = Clone(root)
    made.make_venv()
    return made


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_environment_works_where_the_path_has_spaces_and_chinese_characters(clone: Clone) -> None:
    answer = subprocess.run([clone.python, "-c", "import sys; print(sys.prefix)"], capture_output=True, check=True)
    assert answer.stdout.decode().strip() == str(clone.venv)


def test_nothing_is_set_up_before_the_stamp_is_written(clone: Clone) -> None:
    assert not clone.is_set_up()
    clone.write_stamp()
    assert clone.is_set_up()


def test_a_new_lock_means_a_new_setup(clone: Clone) -> None:
    clone.write_stamp()
    clone.lock.write_text("httpx==0.28.1\n")
    assert not clone.is_set_up()


def test_a_new_entry_point_means_a_new_setup(clone: Clone) -> None:
    clone.write_stamp()
    edit(clone.root / "pyproject.toml", "desktop.cli:main", "desktop.cli:other")
    assert not clone.is_set_up()


def test_a_new_rule_for_the_linter_means_no_new_setup(clone: Clone) -> None:
    clone.write_stamp()
    edit(clone.root / "pyproject.toml", "line-length = 120", "line-length = 119")
    assert clone.is_set_up()


def test_a_half_written_stamp_means_a_new_setup(clone: Clone) -> None:
    clone.write_stamp()
    clone.stamp.write_text('{"fingerprint": "a')
    assert not clone.is_set_up()


def test_a_clone_that_moved_gets_a_new_environment(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    clone.write_stamp()
    moved = Clone(clone.root.rename(clone.root.with_name("moved here")))
    assert not moved.is_set_up()
    moved.make_venv()
    assert "made in another place" in capsys.readouterr().out
    assert str(moved.root) in (moved.venv / "bin" / "activate").read_text(encoding="utf-8")


def test_an_environment_whose_python_is_gone_is_made_anew(clone: Clone) -> None:
    clone.write_stamp()
    clone.python.unlink()
    assert not clone.is_set_up()
    clone.make_venv()
    subprocess.run([clone.python, "-c", ""], check=True)


def test_a_working_environment_is_kept(clone: Clone) -> None:
    (clone.venv / "mine").touch()
    clone.make_venv()
    assert (clone.venv / "mine").exists()


def test_pip_for_the_environment_is_found_though_it_has_none_of_its_own(clone: Clone) -> None:
    command = [str(part) for part in (*clone.pip(), "--version")]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert answer.stdout.startswith("pip ")


PIP_CONFIGURATION = """
:env:.default-timeout='180'
global.cert='/etc/ssl/company ca.pem'
global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'
global.find-links='/srv/wheels'
global.index-url='https://mirror.example/simple'
install.trusted-host='mirror.example'
global.disable-pip-version-check='true'
"""


def test_uv_is_told_what_pip_was_told() -> None:
    settings = uv_settings(PIP_CONFIGURATION)
    assert settings == {
        "SSL_CERT_FILE": "/etc/ssl/company ca.pem",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/srv/wheels",
        "UV_HTTP_TIMEOUT": "180",
        "UV_INDEX": "https://a.example/simple https://b.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "mirror.example",
    }


def test_a_pip_without_settings_leaves_uv_with_its_own() -> None:
    assert uv_settings("") == {"UV_INDEX_STRATEGY": "unsafe-best-match"}
