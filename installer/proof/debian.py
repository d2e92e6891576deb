"""Do the Debian packages do what IT needs? Looked at by lintian and others, then lived with on a clean system."""

import json
import time
from pathlib import Path

from installer import deb
from installer.errors import ProofFailed
from installer.freeze import DESK, freeze
from installer.proof.clean_system import CleanSystem
from installer.proof.pilot import BADGE, PIN, Pilot
from installer.release import Release, stage_sources
from installer.steps import ask, do, say, tool

SERVER = "https://orders.example.com"
PERSON = "worker"
QUEUED = 8
_FURTHER_STEP = """
_proof = ("9999_proof", lambda db: db.execute("ALTER TABLE commands ADD COLUMN proof TEXT"))
outbox = Ladder(outbox.name, (*outbox.steps, _proof))
"""


def inspect(release: Release, packages: list[Path]) -> None:
    """No errors for lintian; desktop entry, AppStream metadata and the systemd unit are valid. Raises ProofFailed."""
    began = time.monotonic()
    answer = ask([tool("lintian", "lintian"), "--fail-on", "error", "--tag-display-limit", "0", *packages])
    if answer.code:
        raise ProofFailed(f"lintian has found errors:\n{answer.output[-4000:]}")
    warnings = [line for line in answer.output.splitlines() if line.startswith("W:")]
    say(f"    lintian: no errors, {len(warnings)} warnings in {len(packages)} packages")
    for line in warnings:
        say(f"      {line[:150]}")
    tree = release.work / "deb" / "exception-desk"
    if tree.exists():
        entry = tree / "usr/share/applications/exception-desk.desktop"
        do([tool("desktop-file-validate", "desktop-file-utils"), entry])
        metainfo = next((tree / "usr/share/metainfo").iterdir())
        do([tool("appstreamcli", "appstream"), "validate", "--no-net", metainfo])
        say("    desktop entry and AppStream metadata are valid")
    unit = release.work / "deb/exception-desk-central/lib/systemd/system/exception-desk-central.service"
    if unit.exists():
        exposure = do([tool("systemd-analyze", "systemd"), "security", "--offline=true", "--no-pager", unit])
        said = [line for line in exposure.output.splitlines() if "Overall exposure" in line]
        say(f"    systemd unit: {said[0].strip('→ ') if said else 'no figure'}")
    say(f"    inspected in {time.monotonic() - began:.0f} s")


def a_step_further(migrations: str) -> str:
    """The source of ``sync/store/migrations.py`` with one more form of the outbox after today's."""
    return migrations + _FURTHER_STEP


def newer(release: Release, python: Path) -> Path:
    """A package of the next version whose store has a further form, for the proof only."""
    major, minor, patch = release.version.split(".")
    version = f"{major}.{minor}.{int(patch) + 1}"
    work = release.work.parent / f"{version}-proof"
    later = Release(version, work / "out", work, release.epoch, server_url=release.server_url, fast=True)
    stage = stage_sources(later)
    ladder = stage / "sync" / "store" / "migrations.py"
    ladder.write_text(a_step_further(ladder.read_text(encoding="utf-8")), encoding="utf-8")
    documents = later.fresh("documents")
    return deb.desk(later, freeze(later, DESK, python), documents)


def prove(release: Release, packages: dict[str, Path], python: Path, work: Path) -> None:
    """Install, use, upgrade, downgrade, purge on a clean Debian; raises ProofFailed at the first wrong thing."""
    began = time.monotonic()
    upgrade = newer(release, python)
    say(f"    next version frozen and packed for the proof ({time.monotonic() - began:.0f} s)")
    system = CleanSystem(work / "clean-system", work / "debian-base")
    before = system.files()
    _install(system, packages)
    _self_tests(system, release.version)
    with Pilot(system, PERSON) as pilot:
        _speak(pilot)
        _upgrade_with_full_outbox(system, pilot, packages["exception-desk"], upgrade)
    _remove(system, before)
    say(f"    Debian packages proven in {time.monotonic() - began:.0f} s")


def _install(system: CleanSystem, packages: dict[str, Path]) -> None:
    answers = (
        f"exception-desk exception-desk/server-url string {SERVER}\n"
        "exception-desk exception-desk/language select en\n"
        "exception-desk-central exception-desk-central/listen string 127.0.0.1:18642\n"
    )
    (system.root / "opt/answers").write_text(answers, encoding="ascii")
    system.do("apt-get", "-q", "update")
    system.do("debconf-set-selections", "/opt/answers")
    began = time.monotonic()
    system.do("apt-get", "install", "-qy", "--no-install-recommends", *(system.put(path) for path in packages.values()))
    say(f"    installed {len(packages)} packages in {time.monotonic() - began:.0f} s")
    kept = json.loads((system.root / "etc/exception-desk/config.json").read_text(encoding="utf-8"))
    if kept != {"server": SERVER, "language": "en"}:
        raise ProofFailed(f"the preseeded answers did not arrive in config.json: {kept}")
    system.do("useradd", "--create-home", PERSON)
    wrong = system.do("dpkg", "--verify", *packages)
    if wrong.strip():
        raise ProofFailed(f"dpkg --verify: {wrong}")
    said = _doctor(system)
    _expect_value(said, "server", SERVER, "machine")
    _expect_value(said, "language", "en", "machine")
    (system.root / "etc/exception-desk/policy.json").write_text('{"language": "zh"}\n', encoding="utf-8")
    said = _doctor(system)
    _expect_value(said, "language", "zh", "machine-policy")
    (system.root / "etc/exception-desk/policy.json").unlink()
    say("    preseeded server and language are in force; a policy overrules them")


def _doctor(system: CleanSystem) -> list[dict[str, str]]:
    """The findings; Qt's own remarks before them are left out."""
    output = system.do("exception-desk", "doctor", "--json", user=PERSON, expect=(0, 1))
    found: list[dict[str, str]] = json.loads(output[output.index("[{") :])
    return found


def _expect_value(report: list[dict[str, str]], name: str, value: str, source: str) -> None:
    found = [(f.get("value"), f.get("source")) for f in report if f["check"] == "setting" and f.get("name") == name]
    if found != [(value, source)]:
        raise ProofFailed(f"{name} is {found} instead of {value} from {source}")


def _self_tests(system: CleanSystem, version: str) -> None:
    for where, command in {
        "offscreen": ("exception-desk", "--selftest"),
        # As the first process of its namespace xvfb-run would wait for ever for a signal: a shell stands before it.
        "under Xvfb": ("sh", "-c", "xvfb-run -a exception-desk --selftest; exit $?"),
    }.items():
        if where != "offscreen":
            system.do("apt-get", "install", "-qy", "--no-install-recommends", "xvfb", "xauth")
        output = system.do(*command, user=PERSON)
        report = json.loads(output[output.index("{") :])
        parts = {part["part"]: part for part in report["parts"]}
        platform = parts["window"]["found"]["platform"]
        if not report["ok"] or report["version"] != version or (platform == "xcb") != (where != "offscreen"):
            raise ProofFailed(f"self-test {where} ({platform}): {output[-3000:]}")
        heard = f"{parts['speech-en']['found']['heard']} | {parts['speech-zh']['found']['heard']}"
        say(f"    self-test {where}: ok on {platform}; heard: {heard}")


def _speak(pilot: Pilot) -> None:
    """A recorded command against the packaged central, run as its own user."""
    pilot.start_central()
    said = pilot.desk("hear", "/usr/lib/exception-desk/_internal/resources/recordings/intercept_en.ogg")
    result = json.loads(said[said.index("{") :])
    if result["status"] != "applied" or result["outcome"] != "stopped":
        raise ProofFailed(f"the spoken command was not applied: {said[-2000:]}")
    say("    a spoken command went from the packaged desk to the packaged central: stopped")


def _upgrade_with_full_outbox(system: CleanSystem, pilot: Pilot, current: Path, later: Path) -> None:
    tails = pilot.free_tails(QUEUED)
    pilot.stop_central()
    keys = [pilot.queue(f"intercept order {tail} wrong address") for tail in tails]
    edited = system.root / "etc/exception-desk/config.json"
    edited.write_text('{"server": "http://127.0.0.1:18642", "language": "en", "theme": "dark"}\n', encoding="utf-8")
    kept = edited.read_bytes()
    began = time.monotonic()
    system.do("apt-get", "install", "-qy", "--no-install-recommends", system.put(later))
    say(f"    upgraded with {len(keys)} unsent commands in {time.monotonic() - began:.0f} s")
    if edited.read_bytes() != kept:
        raise ProofFailed("the upgrade has changed what IT wrote into config.json")
    if pilot.unsent() != len(keys):
        raise ProofFailed(f"{pilot.unsent()} of {len(keys)} commands are in the outbox after the upgrade")
    backups = [path.name for path in (system.root / "home" / PERSON).rglob("copies/before-*.db")]
    if not backups:
        raise ProofFailed("the outbox was migrated without a copy of what it was")
    say(f"    migrated; the outbox as it was: {', '.join(backups)}")
    system.do("apt-get", "install", "-qy", "--allow-downgrades", system.put(current))
    pilot.expect_too_new()
    say("    after a downgrade the older program refuses the newer store and leaves it alone")
    system.do("apt-get", "install", "-qy", system.put(later))
    pilot.start_central()
    pilot.send_all()
    counts = pilot.applied(keys)
    if set(counts.values()) != {1} or len(counts) != len(keys):
        raise ProofFailed(f"commands at the central after the upgrade: {counts}")
    say(f"    each of the {len(keys)} commands reached the central exactly once")


def _remove(system: CleanSystem, before: set[str]) -> None:
    policy = system.root / "etc/exception-desk/policy.json"
    policy.write_text("{}\n", encoding="utf-8")
    system.do("apt-get", "purge", "-qy", "exception-desk", "exception-desk-models", "exception-desk-central")
    store = list((system.root / "home" / PERSON / ".local/share/exception-desk").glob("outbox.db"))
    central = system.root / "var/lib/exception-desk-central/central.db"
    if not store or not central.exists() or not policy.exists():
        raise ProofFailed("purge has deleted people's commands, the central's orders or IT's policy")
    left = sorted(path for path in system.files() - before if "exception-desk" in path)
    allowed = ("etc/exception-desk", "var/lib/exception-desk-central", "etc/exception-desk/policy.json")
    stray = [path for path in left if path not in allowed and not path.startswith("var/lib/exception-desk-central/")]
    if stray:
        raise ProofFailed(f"purge leaves files behind: {stray[:10]}")
    say("    purged: nothing left but people's stores, the central's database and IT's policy")


__all__ = ["BADGE", "PIN", "inspect", "newer", "prove"]
