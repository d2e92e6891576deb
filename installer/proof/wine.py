"""Do Setup.exe and MSI do what IT needs? Really installed, upgraded, refused and removed, under Wine, with a stand-in.

A real Windows was never used here; what Wine cannot show (UAC, SmartScreen, Group Policy) is named in the guide.
"""

import argparse
import dataclasses
import os
import shlex
import shutil
from pathlib import Path

from installer import windows, windows_launcher, windows_msi
from installer.asking import PROGRAM
from installer.environment import builder_python
from installer.errors import ProofFailed
from installer.proof.windows_machine import HOME, Wine
from installer.release import Release, stage_sources
from installer.steps import ask, do, say, tool

STAND_IN = argparse.Namespace(stub_payload=True, payload=None, python_embed=None)
OK, BAD_ARGUMENT, FAILED, RUNNING, OTHER_VERSION = 0, 87, 1603, 1618, 1638
BUILT_IN = "https://built-in.example.com"
"""The address that the proof's installers are built with."""
URL = "https://orders.example.com/desk"
FAILED_UNDER_WINE = 1627
"""What Wine's msiexec says of a custom action that ends with 1; Windows says 1603."""


def _expect(so: bool, otherwise: str) -> None:
    if not so:
        raise ProofFailed(otherwise)


def prove(release: Release, asked: argparse.Namespace) -> None:
    """Both installers of two versions, signed by a certificate made here; raises ProofFailed."""
    work = release.fresh("wine")
    certificate = work / "sign"
    _certificate(certificate)
    osslsigncode = tool("osslsigncode", "osslsigncode")
    command = f"{osslsigncode} sign -certs {certificate}.pem -key {certificate}.key -in {{in}} -out {{out}}"
    made: dict[str, tuple[Path, Path]] = {}
    major, minor, patch = release.version.split(".")
    for version in (release.version, f"{major}.{minor}.{int(patch) + 1}"):
        here = work / version
        one = dataclasses.replace(
            release,
            version=version,
            out=here,
            work=here / "work",
            fast=True,
            sign_command=command,
            bundle_models=True,
            server_url=BUILT_IN,
        )
        here.mkdir()
        documents = one.fresh("documents")
        (documents / "NOTICE").write_text("proof\n", encoding="ascii")
        stub = windows.payload_of(STAND_IN, one)
        made[version] = (windows.setup_exe(one, stub, documents), windows_msi.package_msi(one, stub, documents))
    (old_exe, old_msi), (new_exe, new_msi) = made.values()
    for path in (old_exe, old_msi):
        _signature(path, Path(f"{certificate}.pem"))
    for name, proof in {"Setup.exe": (_nsis, old_exe, new_exe), "MSI": (_msi, old_msi, new_msi)}.items():
        machine = Wine(work / f"prefix-{name.lower()}")
        try:
            proof[0](machine, proof[1], proof[2], Path(f"{certificate}.pem"))
        finally:
            machine.close()
        say(f"    {name}: installed, upgraded, refused and removed as it must")
    machine = Wine(work / "prefix-both")
    try:
        _each_other(machine, new_exe, new_msi)
    finally:
        machine.close()
    say("    each of the two refuses where the other is installed")
    machine = Wine(work / "prefix-launcher")
    try:
        _launcher(machine, release, builder_python(asked.work / "python"))
    finally:
        machine.close()
    say("    the launcher of an embeddable Python finds it, from a folder with a blank and Chinese letters")


def _certificate(at: Path) -> None:
    subject = "/CN=Exception Desk proof (trusted by nobody)"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -addext extendedKeyUsage=codeSigning"
    do(
        [
            tool("openssl", "openssl"),
            *shlex.split(request),
            "-subj",
            subject,
            "-keyout",
            f"{at}.key",
            "-out",
            f"{at}.pem",
        ]
    )


def _verified(path: Path, certificate: Path) -> None:
    good = ask([*_verify(certificate), path])
    _expect(good.code == 0, f"the signature of {path.name} is not verified: {good.output[-800:]}")


def _verify(certificate: Path) -> list[str]:
    return [tool("osslsigncode", "osslsigncode"), "verify", "-CAfile", str(certificate), "-in"]


def _signature(path: Path, certificate: Path) -> None:
    _verified(path, certificate)
    tampered = path.with_name(f"tampered-{path.name}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    tampered.write_bytes(content)
    _expect(ask([*_verify(certificate), tampered]).code != 0, f"a changed copy of {path.name} is taken for genuine")
    tampered.unlink()
    say(f"    {path.name}: signature verified, a changed copy refused")


def _nsis(machine: Wine, old: Path, new: Path, certificate: Path) -> None:
    def setup(path: Path, *words: str) -> int:
        shutil.copy(path, machine.drive / "setup.exe")
        return machine.code(r"C:\setup.exe", "/S", *words)

    _expect(setup(old, "/SERVER=ftp://x") == BAD_ARGUMENT, "a wrong /SERVER= was taken")
    _expect(setup(old, "/LANG=fr") == BAD_ARGUMENT, "a wrong /LANG= was taken")
    words = (f"/SERVER={URL}", '"/LANG=en"', r'/MODELS="C:\Speech Models"', r"/LOG=C:\setup.log")
    code = setup(old, *words)
    _expect(code == OK, f"silent installation ended with {code}")
    _expect(machine.value("Server") == URL, f"/SERVER= arrived as {machine.value('Server')!r}")
    _expect(machine.value("Language") == "en", "/LANG= in quotes did not arrive")
    _expect(machine.value("Models") == r"C:\Speech Models", "/MODELS= with a blank did not arrive")
    models = _models(machine)
    _signed_uninstaller(machine, certificate)
    _expect("installed in" in (machine.drive / "setup.log").read_text(encoding="utf-8", errors="replace"), "no log")
    store = _a_store(machine)
    running = machine.hold_open()
    try:
        code = setup(new)
        _expect(code == RUNNING, f"with the program running the upgrade ended with {code}")
    finally:
        (machine.drive / "stop").write_text("")
        running.wait(60)
    _expect(setup(new) == OK, "the upgrade failed")
    _expect(machine.value("Server") == URL, "the upgrade lost the server's address")
    _only_the_new_files(machine)
    (machine.home / PROGRAM).unlink()
    _expect(setup(new) == OK and (machine.home / PROGRAM).exists(), "the repair (the same version again) failed")
    _expect(setup(old) == OTHER_VERSION, "a downgrade was not refused")
    (machine.home / "note-of-it.txt").write_text("kept")
    uninstall = r'"C:\Program Files\ExceptionDesk\uninstall.exe"'
    code = machine.code(uninstall, "/S", r"_?=C:\Program Files\ExceptionDesk")
    _expect(code == OK and not (machine.home / PROGRAM).exists(), f"uninstalling ended with {code}")
    _expect(store.exists(), "uninstalling deleted unsent commands")
    _expect(not models.exists(), "uninstalling left the bundled speech models")
    _expect((machine.home / "note-of-it.txt").exists(), "uninstalling deleted a file that it had not brought")
    _expect(not machine.value("Version"), "the registry still says that it is installed")
    _expect(setup(new, "/NOSHORTCUTS=1", "/MODELS=none") == OK, "installing again failed")
    _expect(machine.value("Server") == BUILT_IN, f"the built-in address arrived as {machine.value('Server')!r}")
    _expect(not models.exists() and not machine.value("Models"), "/MODELS=none was not obeyed")
    _expect(not list(machine.drive.rglob("Exception Desk.lnk")), "/NOSHORTCUTS=1 was not obeyed")
    code = machine.code(uninstall, "/S", "/REMOVEDATA=1", r"_?=C:\Program Files\ExceptionDesk")
    _expect(code == OK and not store.exists(), "/REMOVEDATA=1 kept the data")


def _msi(machine: Wine, old: Path, new: Path, _certificate: Path) -> None:
    def msiexec(verb: str, path: Path, *words: str) -> int:
        shutil.copy(path, machine.drive / path.name)
        return machine.code("msiexec", verb, rf"C:\{path.name}", "/qn", *words)

    _expect(msiexec("/i", old, "SERVER=ftp://x") != OK, "a wrong SERVER was taken")
    _expect(msiexec("/i", old, "LANG=fr") != OK, "a wrong LANG was taken")
    _expect(not (machine.home / PROGRAM).exists(), "a refused installation left the program")
    words = (f"SERVER={URL}", "LANG=en", r"MODELS=C:\Models", "NOSHORTCUTS=1")
    code = msiexec("/i", old, *words, r"/l*v C:\msi.log")
    _expect(code == OK, f"silent installation ended with {code}")
    _expect((machine.home / PROGRAM).exists(), "the program is not there")
    _expect(machine.value("Server") == URL, f"SERVER arrived as {machine.value('Server')!r}")
    _expect(machine.value("Language") == "en", "LANG did not arrive")
    _expect(machine.value("Models") == r"C:\Models", "MODELS did not arrive")
    _expect(not list(machine.drive.rglob("Exception Desk.lnk")), "NOSHORTCUTS=1 was not obeyed")
    _expect((machine.drive / "msi.log").is_file(), "/l*v wrote no log")
    models = _models(machine)
    running = machine.hold_open()
    try:
        code = msiexec("/i", new)
        _expect(code in {FAILED, FAILED_UNDER_WINE}, f"with the program running the upgrade ended with {code}")
        _expect(machine.value("Version") == old.name.split("-")[2], "a refused upgrade changed the version")
        _expect((machine.home / PROGRAM).exists(), "a refused upgrade took the program away")
    finally:
        (machine.drive / "stop").write_text("")
        running.wait(60)
    _expect(msiexec("/i", new) == OK, "the upgrade failed")
    _expect(machine.value("Server") == URL, "the upgrade lost the server's address")
    _expect((machine.home / PROGRAM).exists(), "after the upgrade the program is gone")
    _only_the_new_files(machine)
    (machine.home / PROGRAM).unlink()
    # What `/fa` means; Wine's own `/fa` takes a file's path for a product code.
    code = msiexec("/i", new, "REINSTALL=ALL", "REINSTALLMODE=amus")
    _expect(code == OK and (machine.home / PROGRAM).exists(), f"the repair ended with {code}")
    code = msiexec("/i", old)
    _expect(code in {OTHER_VERSION, 1603}, f"a downgrade ended with {code}")
    _expect(machine.value("Version") == new.name.split("-")[2], "a refused downgrade changed the version")
    store = _a_store(machine)
    _expect(msiexec("/x", new) == OK, "uninstalling failed")
    _expect(not (machine.home / PROGRAM).exists(), "uninstalling left the program")
    _expect(store.exists(), "uninstalling deleted unsent commands")
    _expect(msiexec("/i", new, "MODELS=none") == OK, "installing again failed")
    _expect(not models.exists(), "MODELS=none was not obeyed")
    _expect(machine.value("Server") == URL, "installing again lost what IT had set")
    _expect(msiexec("/x", new, "REMOVEDATA=1") == OK, "uninstalling with the data failed")
    _expect(not store.exists(), "REMOVEDATA=1 kept the data")
    machine.run("reg", "delete", HOME, "/f", "/reg:64")
    _expect(msiexec("/i", new) == OK, "installing afresh failed")
    _expect(machine.value("Server") == BUILT_IN, f"the built-in address arrived as {machine.value('Server')!r}")


def _only_the_new_files(machine: Wine) -> None:
    """What only the older version had must not stay: neither of a frozen program nor of an embeddable Python's."""
    left = [path.relative_to(machine.home) for path in machine.home.rglob("only-in-*")]
    _expect(len(left) == 2, f"the upgrade left the old version's files: {left}")


def _models(machine: Wine) -> Path:
    """The manifest of the bundled speech models, which must be there."""
    manifest = machine.drive / "ProgramData" / "ExceptionDesk" / "models" / "manifest.toml"
    _expect(manifest.is_file(), "the bundled speech models are not where the program looks for them")
    return manifest


def _a_store(machine: Wine) -> Path:
    """The queue of the person who uninstalls."""
    store = machine.drive / "users" / os.environ.get("USER", "root") / "AppData/Local/exception-desk" / "outbox.db"
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(b"unsent")
    return store


def _signed_uninstaller(machine: Wine, certificate: Path) -> None:
    """What is installed is signed, too: the programs that are ours, and the uninstaller that makensis makes."""
    for name in (PROGRAM, "uninstall.exe"):
        _verified(machine.home / name, certificate)


def _each_other(machine: Wine, exe: Path, msi: Path) -> None:
    shutil.copy(exe, machine.drive / "setup.exe")
    shutil.copy(msi, machine.drive / "desk.msi")
    _expect(machine.code("msiexec", "/i", r"C:\desk.msi", "/qn") == OK, "the MSI is not installed")
    code = machine.code(r"C:\setup.exe", "/S")
    _expect(code == OTHER_VERSION, f"Setup.exe over the MSI ended with {code}")
    _expect(machine.code("msiexec", "/x", r"C:\desk.msi", "/qn") == OK, "the MSI is not removed")
    _expect(machine.code(r"C:\setup.exe", "/S") == OK, "Setup.exe after the MSI is not installed")
    code = machine.code("msiexec", "/i", r"C:\desk.msi", "/qn")
    _expect(code != OK and machine.value("InstalledBy") == "nsis", f"the MSI over Setup.exe ended with {code}")


def _launcher(machine: Wine, release: Release, python: Path) -> None:
    stub = windows.payload_of(STAND_IN, release).folder / PROGRAM
    place = machine.drive / "Program Files" / "异常 台"
    (place / "python").mkdir(parents=True)
    for name in ("python.exe", "pythonw.exe"):
        shutil.copy(stub, place / "python" / name)
    (place / "python" / "python311._pth").write_text("python311.zip\n.\n", encoding="ascii")
    stage_sources(release)
    windows_launcher.write(place, release, python)
    said = place / "python" / "said.txt"
    for name in (windows_launcher.WINDOWED, windows_launcher.CONSOLE):
        said.unlink(missing_ok=True)
        answer = machine.run(place / name, "doctor", "--json")
        _expect(said.is_file(), f"{name} does not start Python: {answer.code} {answer.output[-500:]}")
        words = said.read_bytes().decode("utf-8", errors="replace")
        _expect(name in words and words.rstrip().endswith("doctor --json"), f"{name} started Python with {words!r}")
    _expect("packages" in (place / "python" / "python311._pth").read_text(encoding="ascii"), "Python is not told")
