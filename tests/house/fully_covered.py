"""Is every line and branch of the pure parts tested? A pytest plugin: `-p tests.house.fully_covered` with `--cov`."""

import io
import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import coverage
import pytest

MISSED = pytest.StashKey[str]()


def fully_covered_parts(root: Path) -> list[str]:
    """The patterns that `pyproject.toml` names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(root / pattern) for pattern in project["tool"]["exception-desk"]["fully_covered"]]


def what_is_missed(measured: coverage.Coverage, patterns: Sequence[str]) -> str:
    """A table of the lines and branches that no test reached; empty when there is none."""
    table = io.StringIO()
    try:
        total = measured.report(include=list(patterns), file=table, skip_covered=True, show_missing=True)
    except coverage.exceptions.NoDataError:
        return f"nothing was measured of {', '.join(patterns)}"
    return "" if total >= 100 else table.getvalue()


def drop_torn_measurements(data_file: Path) -> None:
    """Delete what processes that were killed while they wrote it have left of their measurement."""
    for path in data_file.parent.glob(f"{data_file.name}.*"):
        with closing(sqlite3.connect(path)) as measurement:
            try:
                is_whole = measurement.execute("SELECT version FROM coverage_schema").fetchone() is not None
            except sqlite3.Error:
                is_whole = False
        if not is_whole:
            path.unlink()


class _BeforeCombining:
    """Inside of pytest-cov, which combines when all tests are over."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        outcome = yield
        config = session.config
        if not hasattr(config, "workerinput"):
            measured = coverage.Coverage(config_file=str(config.rootpath / "pyproject.toml"))
            drop_torn_measurements(config.rootpath / str(measured.get_option("run:data_file")))
        return outcome


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_BeforeCombining())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Fail the run when a pure part is not fully covered; pytest-cov, inside of this, has written its data by then."""
    outcome = yield
    config = session.config
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not session.testsfailed and config.pluginmanager.hasplugin("_cov"):
        measured = coverage.Coverage(config_file=str(config.rootpath / "pyproject.toml"))
        measured.load()
        config.stash[MISSED] = what_is_missed(measured, fully_covered_parts(config.rootpath))
        session.testsfailed += bool(config.stash[MISSED])
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what is missed, before pytest's own last line."""
    missed = config.stash.get(MISSED, "")
    if missed:
        terminalreporter.section("pure parts that are not fully covered", red=True)
        terminalreporter.write_line(missed)
