"""Is the bill of materials one? Read by a tool that holds the published schema, in an environment of its own."""

import json
from pathlib import Path

from installer.environment import reader_python
from installer.errors import ProofFailed
from installer.release import TEMPLATES
from installer.steps import ask, say


def prove(bill: Path, work: Path) -> None:
    """Raise ProofFailed unless the file is CycloneDX 1.6, format of names included."""
    answer = ask([reader_python(work / "bill-reader"), TEMPLATES / "read_bill.py", bill])
    if answer.code:
        raise ProofFailed(f"{bill.name} is no CycloneDX 1.6: {answer.output[-2000:]}")
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    say(f"    {bill.name}: CycloneDX 1.6 by its schema, {len(components)} components")
