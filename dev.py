#!/usr/bin/env python3
"""How do I set up, try, test and build this project? One entry point, standard library only."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in words to whoever starts it with an older Python
    sys.exit(
        "dev.py needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031 - must parse everywhere
        "What to do: install python3.11 or newer and start it as `python3.11 dev.py ...`."
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import argparse
import os
import shutil
import signal
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from devtools.environment import Clone
from devtools.processes import ROOT, Command, RefusalError, polite, run, say
from devtools.screens import has_screen, run_module
from devtools.system_packages import ensure_system_packages

HERE = Clone(ROOT)
PACKAGES = ("desktop", "voice", "sync", "resources")
CHECKED = (*PACKAGES, "tests", "devtools", "installer", "dev.py", "build_installer.py")
RUBBISH = (
    ".cache", ".coverage", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    "bench-output", "build", "coverage.xml", "demo-output", "dist", "htmlcov",
)  # fmt: skip


def present(paths: Iterable[str]) -> list[str]:
    """Those of the project's paths that exist."""
    return [path for path in paths if (ROOT / path).exists()]


def check() -> int:
    """Format, lint, types and import contracts; all are run, the first failure's exit code is returned."""
    checks: dict[str, Command] = {
        "format": [HERE.python, "-m", "ruff", "format", "--check", "."],
        "lint": [HERE.python, "-m", "ruff", "check", "--no-fix", "."],
        "types": [HERE.python, "-m", "mypy", *present(CHECKED)],
        "import contracts": [HERE.script("lint-imports")],
    }
    codes: dict[str, int] = {}
    for title, command in checks.items():
        began = time.monotonic()
        say(f"== {title}")
        codes[title] = run(command)
        say(f"== {title}: {'ok' if codes[title] == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)")
    failed = [title for title, code in codes.items() if code]
    if failed:
        say(f"== FAILED before the tests: {', '.join(failed)}")
    return next((code for code in codes.values() if code), 0)


def setup_verb(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Set up and say where things are."""
    HERE.set_up("setup")
    say(f"Ready. Try: python3 {Path(__file__).name} demo   or: {HERE.script('exception-desk')} --help")
    return 0


def demo_verb(options: argparse.Namespace, rest: list[str]) -> int:
    """Set up, then the central, the simulator and the application on this machine."""
    HERE.set_up("demo")
    headless = options.headless or not has_screen(os.environ)
    return run_module(
        HERE.python,
        ["desktop.demo", *(["--headless"] if headless else []), *rest],
        screen="virtual" if headless else "own",
    )


def test_verb(options: argparse.Namespace, rest: list[str]) -> int:
    """All checks, then pytest; with arguments of pytest's own only those tests."""
    HERE.set_up("test")
    if options.installers:
        return prove_installers()
    chosen = ["-m", "not slow and not e2e and not gui and not processes"] if options.fast else []
    if rest:
        return run_module(HERE.python, ["pytest", *chosen, *rest], screen="offscreen")
    checked = check()
    say("== tests")
    coverage = [] if options.fast else ["--cov", "--cov-report=term", "-p", "tests.house.fully_covered"]
    # One more than there are cores: servers, windows and microphones are waited for.
    # The order is tests/conftest.py's: the longest files begin first.
    workers = ["-n", str(min(5, 1 + (os.cpu_count() or 1))), "--dist", "loadfile", "--no-loadscope-reorder"]
    tested = run_module(HERE.python, ["pytest", *workers, *coverage, *chosen], screen="offscreen")
    return checked or tested


def prove_installers() -> int:
    """Build every installer and live with it: two clean Debians, Wine. Root is needed; half an hour on two cores."""
    ensure_system_packages("installers")
    version = (ROOT / "sync" / "version.py").read_text(encoding="utf-8").split('VERSION = "')[1].split('"')[0]
    asked: Command = [
        "all",
        "--version",
        version,
        "--out",
        ROOT / "dist",
        "--stub-payload",
        "--verify",
        "full",
        "--fast",
    ]
    return run([HERE.python, ROOT / "build_installer.py", *asked])


def lint_verb(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Set up what Python needs, then the checks without the tests."""
    HERE.set_up("lint")
    return check()


def format_verb(_options: argparse.Namespace, rest: list[str]) -> int:
    """Format, and mend what ruff can mend."""
    HERE.set_up("format")
    where = rest or ["."]
    fixed = run([HERE.python, "-m", "ruff", "check", "--fix-only", *where])
    return run([HERE.python, "-m", "ruff", "format", *where]) or fixed


def bench_verb(_options: argparse.Namespace, rest: list[str]) -> int:
    """Measure against the floors."""
    HERE.set_up("bench")
    return run_module(HERE.python, ["tests.bench", *rest], screen="offscreen")


def soak_verb(_options: argparse.Namespace, rest: list[str]) -> int:
    """Walk through random faults, seed after seed; `--seconds N --seed S` go to tests.soak."""
    HERE.set_up("soak")
    return run_module(HERE.python, ["tests.soak", *rest], screen="offscreen")


def screenshots_verb(_options: argparse.Namespace, rest: list[str]) -> int:
    """Draw the pictures of the documentation."""
    HERE.set_up("screenshots")
    return run_module(HERE.python, ["tests.screenshots", *rest], screen="virtual")


def lock_verb(_options: argparse.Namespace, rest: list[str]) -> int:
    """Write requirements/*.txt from pyproject.toml; versions stay unless `--upgrade` follows."""
    HERE.set_up("lock")
    common: Command = [
        HERE.script("uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "python3 dev.py lock", *rest,
    ]  # fmt: skip
    everything: Command = ["pyproject.toml", "--extra", "server", "--group", "dev", "-o", "requirements/dev.txt"]
    product: Command = [
        "pyproject.toml",
        "--extra",
        "server",
        "-c",
        "requirements/dev.txt",
        "-o",
        "requirements/runtime.txt",
    ]
    installer: Command = ["requirements/uv.in", "-o", "requirements/uv.txt"]
    builder: Command = [
        "--group",
        "pyproject.toml:installer",
        "-c",
        "requirements/dev.txt",
        "-o",
        "requirements/installer.txt",
    ]
    reader: Command = [
        "--group",
        "pyproject.toml:bill",
        "-c",
        "requirements/dev.txt",
        "-o",
        "requirements/bill.txt",
    ]
    locks = (everything, product, builder, reader, installer)
    return next(filter(None, (run([*common, *lock]) for lock in locks)), 0)


def clean_verb(options: argparse.Namespace, _rest: list[str]) -> int:
    """Remove what was generated; with --all the virtual environment too."""
    doomed = [ROOT / name for name in RUBBISH]
    doomed += [path for package in (*PACKAGES, "tests", "devtools") for path in (ROOT / package).rglob("__pycache__")]
    for path in [*doomed, HERE.venv] if options.all else doomed:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return 0


VERBS = {
    "setup": (setup_verb, "set everything up: system packages, virtual environment, Python packages"),
    "demo": (demo_verb, "set up, then try the whole product with made-up orders; further arguments go to desktop.demo"),
    "test": (test_verb, "set up, then format, lint, types, import contracts and all tests"),
    "lint": (lint_verb, "the checks of `test` without the tests"),
    "format": (format_verb, "format the code and mend what can be mended"),
    "bench": (bench_verb, "measure against the floors; further arguments name the measurements"),
    "soak": (soak_verb, "simulate faults for so many `--seconds`, from `--seed` on; prints the seeds that fail"),
    "screenshots": (screenshots_verb, "draw the pictures of the documentation"),
    "lock": (lock_verb, "write requirements/*.txt from pyproject.toml; `--upgrade` for newer versions"),
    "clean": (clean_verb, "remove what was generated"),
}


def parser() -> argparse.ArgumentParser:
    """The command line: one verb, and what follows it."""
    top = argparse.ArgumentParser(
        prog="dev.py",
        description="Set up, try, test and build Exception Desk. Every verb does the set-up that it needs.",
        epilog="Newcomers need two: `python3 dev.py demo` and `python3 dev.py test`.",
        allow_abbrev=False,
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    by_name = {
        name: verbs.add_parser(name, help=text, description=f"{action.__doc__}", allow_abbrev=False)
        for name, (action, text) in VERBS.items()
    }
    by_name["demo"].add_argument(
        "--headless",
        action="store_true",
        help="no window: a virtual screen and recorded commands; chosen without a screen",
    )
    depth = by_name["test"].add_mutually_exclusive_group()
    depth.add_argument(
        "--fast",
        action="store_true",
        help="leave out windows, programs of their own, what takes long, and the coverage",
    )
    depth.add_argument(
        "--installers",
        action="store_true",
        help="build all installers and prove them on two clean Debians and Wine (root)",
    )
    depth.add_argument("--full", action="store_true", help="everything (this is the default)")
    by_name["test"].epilog = "Anything else goes to pytest: only those tests are run, without the checks."
    by_name["clean"].add_argument("--all", action="store_true", help="the virtual environment too")
    return top


def end_on_signal(number: int, _frame: object) -> None:
    """Turn a polite signal into an ordinary exit, so that everything that was started is stopped."""
    sys.exit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Run one verb; its exit code. 2 for a wrong command line, 3 when something must be installed first."""
    options, rest = parser().parse_known_args(arguments)
    takes_more = ("demo", "test", "format", "bench", "soak", "screenshots", "lock")
    if rest and options.verb not in takes_more:
        parser().error(f"`{options.verb}` does not know {' '.join(rest)}")
    for number in polite():
        signal.signal(number, end_on_signal)
    try:
        return VERBS[options.verb][0](options, [word for word in rest if word != "--"])
    except RefusalError as refusal:
        print(f"dev.py: {refusal}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a path may not fit the terminal's encoding
    sys.exit(main(sys.argv[1:]))
