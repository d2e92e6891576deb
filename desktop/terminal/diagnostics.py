"""What does support get? A ZIP about the program and the machine, with nothing of customers, orders or people in it.

Left out on purpose: the stores, their key, PINs and tokens, audio, and every log line that is not of a known kind.
"""

import json
import os
import platform
import re
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop import journal
from desktop.journal import BEGIN, END
from desktop.terminal import doctor, texts
from desktop.terminal.site import Site
from sync.version import VERSION

_LONGEST_LOG = 2_000_000
# Time, level, logger and thread stay; of the message what stands in the program's own code, and none of the values.
_LINE = re.compile(r"^(\S+ \S+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ \S+) · (.*)$")
_OLD_LINE = re.compile(r"^(\S+ \S+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ \S+) ")
_VALUE = re.compile(f"{BEGIN}[^{END}]*(?:{END}|$)")
_TRACE = re.compile(r"^(Traceback \(most recent call last\):|  File \"[^\"]*\", line \d+, in \S+)$")


def cleaned(line: str) -> str:
    """A log line without anything that could name a person, an order or an address; empty: nothing can be kept."""
    if found := _LINE.match(line):
        return f"{found[1]} · {_VALUE.sub('…', found[2])}"
    if found := _OLD_LINE.match(line):  # of a version that did not mark its values
        return f"{found[1]} · …"
    if _TRACE.match(line):
        return re.sub(r"\"[^\"]*[/\\]((?:desktop|voice|sync)[/\\][^\"]*)\"", r'"\1"', line)
    named = re.match(r"^((?:\w+\.)*\w*(?:Error|Exception|Failed|Refused|Unreachable|Damaged|Full|New))\b", line)
    return named[1] if named else ""


def write(out: Path, site: Site, speech: Callable[[], dict[str, int]], now: Callable[[], float] = time.time) -> Path:
    """Write the ZIP; raises OSError when it cannot be written."""
    findings = [doctor.as_json(found, texts.load("en")) for found in doctor.examine(site, speech, lambda _found: None)]
    about = {
        "program": VERSION,
        "frozen": bool(getattr(sys, "frozen", False)),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "desktop": {name: os.environ.get(name, "") for name in ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "LANG")},
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now())),
        "files": {path.name: path.stat().st_size for path in sorted(site.folder.glob("*")) if path.is_file()},
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("about.json", json.dumps(about, indent=1))
        packed.writestr("doctor.json", json.dumps([_without_people(found) for found in findings], indent=1))
        for path in sorted(journal.folder().glob("*.log*")):
            packed.writestr(f"log/{path.name}.txt", "\n".join(_log(path)))
    return out


def _log(path: Path) -> Sequence[str]:
    text = path.read_bytes()[-_LONGEST_LOG:].decode(errors="replace")
    return [line for line in map(cleaned, text.splitlines()) if line]


def _without_people(finding: dict[str, str]) -> dict[str, str]:
    """A home folder names its person."""
    home = str(Path.home())
    return {name: text.replace(home, "~") for name, text in finding.items()}
