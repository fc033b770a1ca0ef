"""Makes or completes the environment that melisma runs in.  Only the standard library; started by environment.sh.

usage: bootstrap.py ROOT VENV [EXTRA ...]

One bootstrap works at a time (a lock beside the environment).  An interrupted one leaves a mark, and the next
removes what pip had only half unpacked before it goes on.  A stamp per part, written last, says it is done.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

STAMPED = ("pyproject.toml", "constraints.txt")
SHOWN = ("Downloading ", "Using cached ", "Building wheel", "Installing collected packages")


class Trouble(Exception):  # noqa: N818 - a sentence for the user, never a traceback
    """One sentence for the user."""


def main() -> int:
    root, venv, extras = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    try:
        check_system(extras)
        with only_one(venv):
            if not all(is_stamped(root, venv, part) for part in ("runtime", *extras)):
                prepare(root, venv, extras)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next call goes on from here.", file=sys.stderr)
        return 130
    return 0


def check_system(extras: list[str]) -> None:
    """Say what is missing before anything is downloaded."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Trouble(
            f"Python {version} cannot make environments here; install its venv module "
            f"(Debian, Ubuntu: sudo apt install python{version}-venv)."
        )
    if "train" in extras and not can_compile():
        raise Trouble(
            "The train extra builds pyworld and pocketsphinx, which needs a C++ compiler and Python's headers "
            "(Debian, Ubuntu: sudo apt install g++ python3-dev)."
        )


def can_compile() -> bool:
    return bool(shutil.which("c++") or shutil.which("g++")) and Path(sysconfig.get_path("include"), "Python.h").exists()


@contextlib.contextmanager
def only_one(venv: Path) -> Iterator[None]:
    """Wait for another bootstrap of the same environment; the system frees the lock of one that died."""
    venv.parent.mkdir(parents=True, exist_ok=True)
    with venv.with_name(f"{venv.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another call is preparing the environment; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(root: Path, venv: Path, extras: list[str]) -> None:
    python = venv / "bin" / "python"
    unfinished = venv / ".melisma" / "unfinished"
    if not is_usable(python):
        say(f"Making an environment in {venv} with Python {sys.version.split()[0]} (once, some minutes).")
        make_environment(venv)
    site = site_packages(python)
    if unfinished.exists():
        drop_half_installed(site)
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.touch()
    install(root, venv, python, extras)
    # In place of an editable install: quicker, and there is nothing to build.
    (site / "melisma.pth").write_text(f"{root}\n", encoding="utf-8")
    for part in ("runtime", *extras):
        write_stamp(root, venv, part)
    unfinished.unlink()
    say("Ready.")


def is_usable(python: Path) -> bool:
    if not python.exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def make_environment(venv: Path) -> None:
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        raise Trouble(f"{venv} exists and is no Python environment; move it away, or name another in MELISMA_VENV.")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"Python could not make an environment in {venv}: {last_line(done.stderr or done.stdout)}")


def site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())


def drop_half_installed(site: Path) -> None:
    """Forget packages whose files are not all there, so that pip unpacks them again."""
    for distribution in importlib.metadata.distributions(path=[str(site)]):
        folder = getattr(distribution, "_path", None)
        if folder is not None and not is_whole(distribution):
            say(f"Installing {Path(folder).name.split('-')[0]} again: it was interrupted.")
            shutil.rmtree(folder, ignore_errors=True)


def is_whole(distribution: importlib.metadata.Distribution) -> bool:
    """pip writes INSTALLER near the end, and every file of a package stands in its RECORD with its size."""
    if distribution.read_text("INSTALLER") is None or distribution.files is None:
        return False
    for file in distribution.files:
        path = Path(str(file.locate()))
        # Compiled files come and go.
        if path.suffix != ".pyc" and (not path.exists() or file.size not in (None, path.stat().st_size)):
            return False
    return True


def install(root: Path, venv: Path, python: Path, extras: list[str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
        requirements.write("\n".join(wanted))
        requirements.flush()
        options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
        files = ["-r", requirements.name, "-c", str(root / "constraints.txt")]
        run_pip([str(python), "-m", "pip", "install", *options, *files], venv / ".melisma" / "install.log")


def run_pip(command: list[str], log: Path) -> None:
    """Run pip: everything into `log`, what tells of progress to the user."""
    complaint = text = ""
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            file.write(line)
            text = line.strip()
            if text.startswith(SHOWN) and ".metadata" not in text:
                say(text if len(text) < 100 else f"{text[:97]}...")
            if text.startswith("ERROR:") and not text.endswith(":"):
                complaint = text.removeprefix("ERROR:").strip()
    if pip.returncode:
        raise Trouble(f"The dependencies could not be installed: {complaint or text or 'pip failed'} (details: {log}).")


def is_stamped(root: Path, venv: Path, part: str) -> bool:
    stamp = venv / ".melisma" / part
    try:
        same = all((stamp / name).read_bytes() == (root / name).read_bytes() for name in STAMPED)
        return same and (stamp / "root").read_text(encoding="utf-8") == f"{root}\n" and (venv / "bin/python").exists()
    except OSError:
        return False


def write_stamp(root: Path, venv: Path, part: str) -> None:
    stamp = venv / ".melisma" / part
    stamp.mkdir(parents=True, exist_ok=True)
    for name in STAMPED:
        shutil.copyfile(root / name, stamp / name)
    (stamp / "root").write_text(f"{root}\n", encoding="utf-8")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
