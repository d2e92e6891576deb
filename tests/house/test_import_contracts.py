"""Each import contract is kept by the code as it is, and fails when it is broken on purpose."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desktop", "voice", "sync", "resources")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
# contract, module that gets one import too many, the import
BREAKS = [
    ("one-way", "sync/intruder.py", "import voice"),
    ("one-way", "voice/intruder.py", "import desktop"),
    ("one-way", "resources/intruder.py", "import sync"),
    ("server-sees-domain-and-wire", "sync/server/intruder.py", "import sync.client"),
    ("server-sees-domain-and-wire", "sync/server/intruder.py", "import sync.newcomer"),
    ("layers-of-sync", "sync/client/intruder.py", "import sync.server"),
    ("layers-of-sync", "sync/domain/intruder.py", "import sync.wire"),
    ("layers-of-sync", "sync/wire/intruder.py", "import sync.store"),
    ("only-desktop-has-qt", "voice/intruder.py", "from PySide6.QtCore import QObject"),
    ("only-desktop-has-qt", "sync/intruder.py", "import qtawesome"),
    ("presenters-without-qt", "desktop/orders/presenter.py", "import PySide6.QtCore"),
    ("presenters-without-qt", "desktop/orders/presenter.py", "import desktop.intruder_with_qt"),
    ("http-only-in-client", "desktop/intruder.py", "import httpx"),
    ("http-only-in-client", "sync/server/intruder.py", "from httpx_sse import connect_sse"),
    ("pure-parts", "sync/domain/intruder.py", "import sqlite3"),
    ("pure-parts", "voice/understanding/intruder.py", "import vosk"),
    ("pure-parts", "voice/dialogue.py", "from sounddevice import InputStream"),
    ("pure-parts", "voice/dialogue.py", "import threading"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's modules, free to be broken."""
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "sync" / "newcomer.py").write_text('"""A part of sync that nobody has thought of yet."""\n')
    (tmp_path / "desktop" / "intruder_with_qt.py").write_text("import PySide6.QtWidgets\n")
    return tmp_path


def verdicts(folder: Path) -> tuple[int, dict[str, str], str]:
    """Exit code, KEPT or BROKEN per contract, and all that import-linter said."""
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, env=os.environ | {"COLUMNS": "400"},
    )  # fmt: skip
    said = answer.stdout + answer.stderr
    found = {}
    for line in answer.stdout.splitlines():
        for identifier, name in CONTRACTS.items():
            if line.startswith((f"{name} KEPT", f"{name} BROKEN")):
                found[identifier] = line.removeprefix(name).split()[0]
    return answer.returncode, found, said


def test_every_contract_is_kept(copy: Path) -> None:
    code, found, said = verdicts(copy)
    assert (code, found) == (0, dict.fromkeys(CONTRACTS, "KEPT")), said


@pytest.mark.parametrize(("contract", "module", "statement"), BREAKS, ids=lambda value: str(value).replace(" ", "-"))
def test_a_broken_contract_is_named(copy: Path, contract: str, module: str, statement: str) -> None:
    path = copy / module
    before = path.read_text(encoding="utf-8") if path.exists() else '"""Added by a test."""\n'
    path.write_text(f"{before}\n{statement}\n", encoding="utf-8")
    code, found, said = verdicts(copy)
    assert code == 1, said
    assert found[contract] == "BROKEN", said


def test_no_contract_goes_untried() -> None:
    assert {contract for contract, _module, _statement in BREAKS} == set(CONTRACTS)
