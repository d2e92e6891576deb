"""The table in the documents is the machine's own; ``python -m tests.voice.dialogue.test_table`` renews it."""

import re
from pathlib import Path

import pytest

from sync.domain.commands import Op
from sync.domain.order import Status
from tests.voice.dialogue.talk import INTERCEPT, RELEASE, confirming
from tests.voice.dialogue.test_conflict_answers import conflicting
from tests.voice.fakes import order
from voice.dialogue import Mode, Proposal, State
from voice.dialogue.table import as_markdown, rows
from voice.understanding.meaning import Intent

ROOT = Path(__file__).resolve().parents[3]
PAGES = {"docs/voice.md": ("mode", "heard", "leads to"), "docs/voice.zh-CN.md": ("状态", "听到", "结果")}
BEGIN, END = "<!-- dialogue table: begin -->\n", "\n<!-- dialogue table: end -->"


def proposals() -> dict[str, Proposal]:
    two, three = confirming(INTERCEPT, order()).state.proposal, confirming(RELEASE, order()).state.proposal
    assert two is not None
    assert three is not None
    assert (two.op, three.op) == (Op.INTERCEPT, Op.RELEASE)
    conflict = conflicting(Status.PACKED).state.proposal
    assert conflict is not None
    return {"tier 2": two, "tier 3": three, "conflict": conflict}


def table(page: str) -> str:
    return BEGIN + as_markdown(rows(proposals()), PAGES[page]) + END


def with_table(text: str, page: str) -> str:
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: table(page), text, flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_table_in_the_documents_is_current(page: str) -> None:
    assert table(page) in (ROOT / page).read_text(encoding="utf-8")


def test_every_mode_is_in_the_table_and_only_a_confirmation_submits() -> None:
    found = rows(proposals())
    assert {mode.split()[0] for mode, _, _ in found} == set(Mode)
    submitting = {(mode, heard) for mode, heard, leads in found if "submit" in leads}
    assert submitting == {(f"confirm ({tier})", Intent.CONFIRM) for tier in proposals()}
    assert State().mode is Mode.ASLEEP


if __name__ == "__main__":
    for name in PAGES:
        path = ROOT / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), name), encoding="utf-8")
