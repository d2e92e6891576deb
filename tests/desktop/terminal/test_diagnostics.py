"""What support gets: nothing that names a customer, an order, a person or an address."""

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import journal
from desktop.terminal import diagnostics
from desktop.terminal.diagnostics import cleaned
from desktop.terminal.site import Site
from sync.workstation import Workstation
from tests.sync.samples import NOW, ZHANG, command, customer, order

HEAD = "2026-11-22 15:00:00,123 WARNING sync.engine desk-engine "
PLANTED = customer(company="Suzhou Home", contact="王小明", phone="13800001234", street="Tingfeng Street 8")
SECRETS = ("Suzhou Home", "王小明", "13800001234", "Tingfeng", "004712", "张敏", "u-zhang", "2468", "hunter2")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A journal in a home of its own; the root logger is as before afterwards."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield journal.write_journal()
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_what_happened_can_still_be_read(log: Path) -> None:
    logging.getLogger("sync.engine").info("%d files that nobody used for %s days are gone: %5.1f %%", 3, "thirty", 2.5)
    line = log.read_text(encoding="utf-8").splitlines()[0]
    assert line.endswith("· ‹3› files that nobody used for ‹thirty› days are gone: ‹  2.5› %")
    assert cleaned(line).endswith("sync.engine MainThread · … files that nobody used for … days are gone: … %")
    assert cleaned("ValueError: Suzhou Home has no phone") == "ValueError"
    assert (
        cleaned('  File "/home/chen/desk/sync/engine.py", line 12, in push')
        == '  File "sync/engine.py", line 12, in push'
    )


@pytest.mark.parametrize(
    "line",
    [
        HEAD + "· order ‹SO-20261122-4712› of ‹苏州家居› refused",
        HEAD + "· order ‹4712 of Suzhou Home, whose line was cut",
        HEAD + "order of Suzhou Home refused, said a version that marked nothing",
    ],
)
def test_nothing_that_was_no_word_of_the_program_stays(line: str) -> None:
    kept = cleaned(line)
    assert kept.startswith(HEAD.strip())
    assert not any(secret in kept for secret in ("4712", "苏州", "Suzhou"))


def test_a_line_of_no_known_kind_is_left_out() -> None:
    assert cleaned("    raise Refused(order.customer)") == ""
    assert cleaned("Suzhou Home, 138…") == ""


def test_marks_in_a_value_end_nothing() -> None:
    record = logging.LogRecord("sync.x", logging.INFO, "", 1, "refused: %s", ("a › Suzhou Home ‹ b",), None)
    assert cleaned(HEAD + "· " + journal.marked(record)) == HEAD + "· refused: …"
    mapped = logging.LogRecord("sync.x", logging.INFO, "", 1, "%(who)s", ({"who": "Suzhou Home"},), None)
    assert cleaned(HEAD + "· " + journal.marked(mapped)) == HEAD + "· …"


def stumble() -> None:
    raise ValueError(f"{PLANTED.company}\n{PLANTED.phone} {PLANTED.contact}")


def test_a_bundle_of_a_workstation_with_customers_holds_none_of_them(log: Path, tmp_path: Path) -> None:
    """Customers in the store, in values, in other libraries' messages and in the texts of errors."""
    folder = tmp_path / "store"
    asked = order("SO20261122004712", customer=PLANTED)
    with Workstation(folder, lambda: NOW, use_keyring=False) as workstation:
        workstation.outbox.add(lambda n: command(asked, n=n), None)
        workstation.outbox.put_fact("planted", f"{PLANTED} {ZHANG}")
    logging.getLogger("sync.engine").warning("order %s of %s refused: %r", asked.number, PLANTED.company, PLANTED)
    logging.getLogger("somebody.elses").warning("PUT /orders/004712 for Suzhou Home")
    logging.getLogger("desktop").error("signed in as %s", ZHANG)
    with pytest.raises(ValueError, match="Suzhou") as met:
        stumble()
    logging.getLogger("voice.session").error("unforeseen: %s", met.value, exc_info=met.value)
    written = log.read_text(encoding="utf-8")
    assert all(secret in written for secret in SECRETS[:4])
    here = Site(
        server="http://127.0.0.1:9",
        folder=folder,
        language="en",
        use_keyring=False,
        proxy="http://u:hunter2@127.0.0.1:9",
    )
    bundle = diagnostics.write(tmp_path / "out.zip", here, lambda: {"en": 1}, now=lambda: 0.0)
    with zipfile.ZipFile(bundle) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert set(texts) == {"about.json", "doctor.json", "log/exception-desk.log.txt"}
    assert {name: secret for name, text in texts.items() for secret in SECRETS if secret in text} == {}
    kept = texts["log/exception-desk.log.txt"].splitlines()
    assert [line.partition(" · ")[2] for line in kept if " · " in line] == [
        "order … of … refused: …", "…", "signed in as …", "unforeseen: …",
    ]  # fmt: skip
    assert kept[-1] == "ValueError"
