"""Do the Debian packages do what IT needs? Looked at by lintian and others, then lived with on a clean system."""

import json
import time
from pathlib import Path

from installer import deb
from installer.errors import ProofFailed
from installer.freeze import DESK, freeze
from installer.proof.authority import Authority
from installer.proof.booted_system import BootedSystem
from installer.proof.clean_system import CleanSystem
from installer.proof.pilot import DATABASE, PORT, POSTGRESQL, SERVER, SERVICE, SPOKEN_TAIL, Central, Workstation
from installer.proof.wire import CENTRAL_ADDRESS, Wire, connected
from installer.release import Release, stage_sources
from installer.steps import ask, do, say, tool

PERSON = "worker"
TAILS = tuple(str(5101 + n) for n in range(8))
"""Orders that commands wait for while the wire is pulled."""
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
    """Install, use, upgrade, downgrade, purge on two clean machines; raises ProofFailed at the first wrong thing."""
    began = time.monotonic()
    upgrade = newer(release, python)
    say(f"    next version frozen and packed for the proof ({time.monotonic() - began:.0f} s)")
    machine = CleanSystem(work / "clean-central", work / "debian-base")
    system = CleanSystem(work / "clean-system", work / "debian-base")
    before = system.files(), machine.files()
    _install_central(machine, packages["exception-desk-central"])
    _install(system, [packages["exception-desk"], packages["exception-desk-models"]])
    _self_tests(system, release.version)
    _models(system)
    with connected() as wire, BootedSystem(machine, wire.central) as booted:
        central = Central(booted, Authority(release.fresh("authority")))
        desk = Workstation(system, wire.desk, PERSON)
        _begin_pilot(central, desk)
        _upgrade_with_full_outbox(central, desk, wire, packages["exception-desk"], upgrade)
        _move_to_postgresql(central, desk)
        _remove_central(booted)
    _remove(system)
    _nothing_left(system, before[0])
    _nothing_left(machine, before[1])
    say("    purged: nothing left but people's stores, the central's database and IT's policy")
    say(f"    Debian packages proven in {time.monotonic() - began:.0f} s")


def _install_central(machine: CleanSystem, package: Path) -> None:
    answers = f"exception-desk-central exception-desk-central/listen string {CENTRAL_ADDRESS}:{PORT}\n"
    machine.write("opt/answers", answers)
    machine.do("apt-get", "-q", "update")
    machine.do("apt-get", "install", "-qy", "--no-install-recommends", "systemd-sysv", "postgresql", "debconf-utils")
    machine.do("debconf-set-selections", "/opt/answers")
    began = time.monotonic()
    machine.do("apt-get", "install", "-qy", "--no-install-recommends", machine.put(package))
    say(f"    central installed in {time.monotonic() - began:.0f} s")
    said = (machine.root / "etc/exception-desk-central/central.env").read_text(encoding="utf-8")
    for value in (f'DATABASE="{DATABASE}"', f'HOST="{CENTRAL_ADDRESS}"', f'PORT="{PORT}"'):
        if value not in said:
            raise ProofFailed(f"the preseeded answers did not arrive in central.env: {said}")


def _install(system: CleanSystem, packages: list[Path]) -> None:
    answers = (
        f"exception-desk exception-desk/server-url string {SERVER}\nexception-desk exception-desk/language select en\n"
    )
    system.write("opt/answers", answers)
    system.do("apt-get", "-q", "update")
    system.do("debconf-set-selections", "/opt/answers")
    began = time.monotonic()
    system.do("apt-get", "install", "-qy", "--no-install-recommends", *(system.put(path) for path in packages))
    say(f"    desk and models installed in {time.monotonic() - began:.0f} s")
    kept = json.loads((system.root / "etc/exception-desk/config.json").read_text(encoding="utf-8"))
    if kept != {"server": SERVER, "language": "en"}:
        raise ProofFailed(f"the preseeded answers did not arrive in config.json: {kept}")
    system.do("useradd", "--create-home", PERSON)
    wrong = system.do("dpkg", "--verify", *(path.name.split("_")[0] for path in packages))
    if wrong.strip():
        raise ProofFailed(f"dpkg --verify: {wrong}")
    said = _doctor(system)
    _expect_value(said, "server", SERVER, "machine")
    _expect_value(said, "language", "en", "machine")
    policy = system.write("etc/exception-desk/policy.json", '{"language": "zh"}\n')
    said = _doctor(system)
    _expect_value(said, "language", "zh", "machine-policy")
    policy.unlink()
    say("    preseeded server and language are in force; a policy overrules them")
    config = system.root / "etc/exception-desk/config.json"
    kept_text = config.read_text(encoding="utf-8")
    config.unlink()
    system.write("opt/answers", "exception-desk exception-desk/server-url string ftp://orders\n")
    system.do("debconf-set-selections", "/opt/answers")
    system.do("dpkg-reconfigure", "--frontend=noninteractive", "exception-desk")
    if "ftp" in config.read_text(encoding="utf-8"):
        raise ProofFailed("an answer that is no address was written into config.json")
    config.write_text(kept_text, encoding="utf-8")


def _models(system: CleanSystem) -> None:
    """IT's own model for everybody goes before the package's, and away again; tried by the frozen program itself."""
    source = "/usr/lib/exception-desk/_internal/resources/models/en-embedded"
    for words, home in (
        (("install", "en", "--machine", "--from", source), "/usr/local/share/exception-desk/models"),
        (("remove", "en", "--machine"), "/usr/share/exception-desk/models"),
    ):
        system.do("exception-desk", "models", *words)
        said = system.do("exception-desk", "models", "list", "--json", user=PERSON)
        used = {each["language"]: each["folder"] for each in json.loads(said[said.index("[{") :])}
        if used["en"] != home:
            raise ProofFailed(f"after models {words[0]} the model in {used['en']} is used instead of that in {home}")
    say("    a model for the whole machine: installed, tried and preferred; removed, and the package's serves again")


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


def _begin_pilot(central: Central, desk: Workstation) -> None:
    """What the guide's chapter on a pilot says, step by step; then a recorded command against it."""
    began = time.monotonic()
    central.set_up(DATABASE)
    central.wait_until_it_listens()
    say(f"    the central runs under systemd; {central.exposure()}")
    for tail in (SPOKEN_TAIL, *TAILS):
        central.take_order(tail)
    found = desk.finding("certificate")
    if found != ("failed", "refused"):
        raise ProofFailed(f"a certificate of an unknown root is {found}")
    central.authority.be_trusted(desk.system)
    trusted = {desk.finding(check) for check in ("certificate", "server")}
    if trusted != {("ok", "ok")}:
        raise ProofFailed(f"with the company's root in the system's store the doctor says {trusted}")
    said = desk.desk("hear", "/usr/lib/exception-desk/_internal/resources/recordings/intercept_en.ogg")
    result = json.loads(said[said.index("{") :])
    if result["status"] != "applied" or result["outcome"] != "stopped":
        raise ProofFailed(f"the spoken command was not applied: {said[-2000:]}")
    say("    refused before the company's root was in the system's store, taken afterwards")
    say(f"    a spoken command went from one machine to the other: stopped ({time.monotonic() - began:.0f} s)")


def _upgrade_with_full_outbox(central: Central, desk: Workstation, wire: Wire, current: Path, later: Path) -> None:
    system = desk.system
    wire.pull()
    keys = [desk.queue(f"intercept order {tail} wrong address") for tail in TAILS]
    kept = f'{{"server": "{SERVER}", "language": "en", "theme": "dark"}}\n'
    edited = system.write("etc/exception-desk/config.json", kept)
    began = time.monotonic()
    system.do("apt-get", "install", "-qy", "--no-install-recommends", system.put(later))
    say(f"    upgraded with {len(keys)} unsent commands in {time.monotonic() - began:.0f} s")
    if edited.read_text(encoding="utf-8") != kept:
        raise ProofFailed("the upgrade has changed what IT wrote into config.json")
    if desk.unsent() != len(keys):
        raise ProofFailed(f"{desk.unsent()} of {len(keys)} commands are in the outbox after the upgrade")
    backups = [path.name for path in desk.store().rglob("copies/before-*.db")]
    if not backups:
        raise ProofFailed("the outbox was migrated without a copy of what it was")
    say(f"    migrated; the outbox as it was: {', '.join(backups)}")
    system.do("apt-get", "install", "-qy", "--allow-downgrades", system.put(current))
    desk.expect_too_new()
    say("    after a downgrade the older program refuses the newer store and leaves it alone")
    system.do("apt-get", "install", "-qy", system.put(later))
    wire.plug()
    desk.send_all()
    counts = central.applied(keys)
    if set(counts.values()) != {1} or len(counts) != len(keys):
        raise ProofFailed(f"commands at the central after the upgrade: {counts}")
    say(f"    each of the {len(keys)} commands reached the central exactly once")


def _move_to_postgresql(central: Central, desk: Workstation) -> None:
    """The same package with the other database and two worker processes, for a workstation that begins afresh."""
    began = time.monotonic()
    machine = central.machine
    machine.do("systemctl", "start", "postgresql")
    machine.do("runuser", "-u", "postgres", "--", "createuser", SERVICE)
    machine.do("runuser", "-u", "postgres", "--", "createdb", "--owner", SERVICE, "central")
    central.set_up(POSTGRESQL, workers=2)
    central.wait_until_it_listens()
    central.take_order(SPOKEN_TAIL)
    afresh = ("--data", f"/home/{PERSON}/afresh")
    said = desk.desk("say", f"intercept order {SPOKEN_TAIL} wrong address", "confirm", *afresh)
    if json.loads(said[said.index("{") :])["status"] != "applied":
        raise ProofFailed(f"on PostgreSQL the command was not applied: {said[-2000:]}")
    say(f"    the same on PostgreSQL with two worker processes ({time.monotonic() - began:.0f} s)")


def _remove_central(machine: BootedSystem) -> None:
    machine.do("apt-get", "purge", "-qy", SERVICE)
    running = machine.ask("systemctl", "is-active", SERVICE).output.strip()
    if running not in {"inactive", "unknown"}:
        raise ProofFailed(f"after the purge the service is {running}")
    if not (machine.system.root / DATABASE.removeprefix("/")).exists():
        raise ProofFailed("purge has deleted the central's orders")


def _remove(system: CleanSystem) -> None:
    policy = system.write("etc/exception-desk/policy.json", "{}\n")
    system.do("apt-get", "purge", "-qy", "exception-desk", "exception-desk-models")
    store = list((system.root / "home" / PERSON / ".local/share/exception-desk").glob("outbox.db"))
    if not store or not policy.exists():
        raise ProofFailed("purge has deleted people's commands or IT's policy")


def _nothing_left(system: CleanSystem, before: set[str]) -> None:
    left = sorted(path for path in system.files() - before if "exception-desk" in path)
    allowed = ("etc/exception-desk", "etc/exception-desk/policy.json", "var/lib/exception-desk-central")
    given = ("etc/exception-desk-central", "etc/exception-desk-central/chain.pem", "etc/exception-desk-central/key.pem")
    # What the central keeps, and where IT's own models are: no package may touch what is local.
    below = ("var/lib/exception-desk-central/", "usr/local/share/exception-desk")
    stray = [path for path in left if path not in allowed + given and not path.startswith(below)]
    if stray:
        raise ProofFailed(f"purge leaves files behind: {stray[:10]}")
