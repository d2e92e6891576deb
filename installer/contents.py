"""Is everything in a frozen folder known? Each package locked, each library in the table of what wheels carry.

What is in neither has no line in the notices and none in the bill of materials: it is refused.
"""

import ast
import fnmatch
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.carried import CARRIED
from installer.errors import PayloadRefused
from installer.release import PACKAGES, TEMPLATES
from installer.steps import do

OF_THE_FREEZER = ("_pyi_*", "pyi*", "_sysconfigdata*")
_EXTENSION = re.compile(r"\.(cpython-\d+[\w-]*|abi3)\.so$")


@dataclass(frozen=True, slots=True)
class Environment:
    """What the builder's environment says: whose a module is, licence texts, bills of wheels, versions inside them."""

    owners: Mapping[str, Sequence[str]]
    standard: frozenset[str]
    texts: Mapping[str, Mapping[str, str]]
    bills: Mapping[str, Sequence[Mapping[str, object]]]
    inside: Mapping[str, str]


def environment(python: Path, variables: Mapping[str, str]) -> Environment:
    """Ask the interpreter; raises StepFailed."""
    told = json.loads(do([python, TEMPLATES / "probe_environment.py"], environment=variables).output)
    return Environment(told["owners"], frozenset(told["standard"]), told["texts"], told["bills"], told["inside"])


def normal(name: str) -> str:
    """A package's name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def frozen_modules(table: Path) -> set[str]:
    """The top-level modules of PyInstaller's table ``PYZ-00.toc``."""
    entries = ast.literal_eval(table.read_text(encoding="utf-8"))[1]
    return {str(name).partition(".")[0] for name, _, kind in entries if str(kind).startswith("PYM")}


def frozen_libraries(folder: Path) -> list[str]:
    """The shared libraries and extension modules below a frozen program's folder, links left out."""
    paths = (path for path in folder.rglob("*.so*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def strangers(modules: Iterable[str], libraries: Iterable[str], known: Environment, locked: Iterable[str]) -> list[str]:
    """What neither the lock nor the table of what wheels carry names."""
    named, found = set(map(normal, locked)), []
    for module in sorted(set(modules) - known.standard - {*PACKAGES}):
        owners = [normal(owner) for owner in known.owners.get(module, ())]
        ours = any(fnmatch.fnmatchcase(module, pattern) for pattern in OF_THE_FREEZER)
        if not ours and not set(owners) & named:
            found.append(f"the module {module} of {', '.join(owners) or 'nobody'}")
    patterns = [pattern for work in CARRIED for pattern in work.files]
    for library in libraries:
        top = re.split(r"[/.]", library)[0]
        of_a_package = _EXTENSION.search(library) and set(map(normal, known.owners.get(top, ()))) & named
        if not of_a_package and not any(fnmatch.fnmatchcase(library, pattern) for pattern in patterns):
            found.append(f"the library {library}")
    return found


def check(folder: Path, table: Path, known: Environment, locked: Iterable[str]) -> None:
    """Raise PayloadRefused for a frozen folder that holds something without a licence in our notices."""
    found = strangers(frozen_modules(table), frozen_libraries(folder), known, locked)
    if found:
        raise PayloadRefused(
            "neither requirements/runtime.txt nor installer/carried.py names what was frozen:\n  " + "\n  ".join(found)
        )
