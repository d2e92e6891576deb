"""How is a package tried on a system that has nothing? A Debian from debootstrap, in namespaces that end with us."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from installer.errors import ProofFailed
from installer.proof.wire import End
from installer.steps import Answer, ask, do, say, tool

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
CLEAN = {
    "HOME": "/root",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


class CleanSystem:
    """A minimal Debian in a folder. Root is needed; nothing outside of the folder is changed."""

    def __init__(self, folder: Path, base: Path) -> None:
        """``base`` is made once by debootstrap and copied."""
        self.root = folder
        if not (base / "usr/bin/dpkg").exists():
            shutil.rmtree(base, ignore_errors=True)
            say(f"    debootstrap {SUITE} ...")
            do([tool("debootstrap", "debootstrap"), "--variant=minbase", SUITE, base, MIRROR])
        shutil.rmtree(folder, ignore_errors=True)
        do(["cp", "-a", "--reflink=auto", base, folder])
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        (folder / "etc/apt/apt.conf.d/99builder").write_text(
            'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n', encoding="ascii"
        )

    def ask(
        self,
        *command: str,
        user: str = "root",
        environment: Mapping[str, str] | None = None,
        seconds: float = 900.0,
        end: End | None = None,
    ) -> Answer:
        """Run inside, without a terminal, in process and mount namespaces of its own; ``end``: at that end of a wire,
        else with the builder's network.
        """
        outside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.root}/proc"]
        outside = [*(end.within() if end else []), *outside]
        words = {**CLEAN, **(environment or {})}
        if user != "root":
            words["HOME"] = f"/home/{user}"
        inside = ["env", "-i", *(f"{name}={value}" for name, value in words.items()), *command]
        asked: list[str | Path] = ["chroot", *([f"--userspec={user}"] if user != "root" else []), self.root, *inside]
        return ask([*outside, *asked], seconds=seconds)

    def do(self, *command: str, expect: Sequence[int] = (0,), **more: object) -> str:
        """Run inside; the output. Raises ProofFailed for an unexpected exit code."""
        answer = self.ask(*command, **more)  # type: ignore[arg-type]  # handed on as it is
        if answer.code not in expect:
            raise ProofFailed(f"exit code {answer.code} of {' '.join(command)[:300]}:\n{answer.output[-3000:]}")
        return answer.output

    def put(self, source: Path) -> str:
        """Copy a file in; its path inside."""
        shutil.copy(source, self.root / "opt" / source.name)
        return f"/opt/{source.name}"

    def write(self, at: str, text: str) -> Path:
        """Write a file; where it is, as the builder sees it."""
        path = self.root / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def files(self) -> set[str]:
        """Every path of the system without what changes by itself."""
        left_out = ("proc", "var/cache", "var/lib/apt", "var/log", "tmp", "opt", "home", "run", "dev")
        paths = (str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        return {path for path in paths if not path.startswith(left_out)}

    def remove(self) -> None:
        """Give the space back."""
        shutil.rmtree(self.root, ignore_errors=True)
