"""Make or mend .venv, whatever stopped it before. Standard library only; Python 3.7 can read it."""

import errno
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts import interpreters

ROOT = Path(__file__).resolve().parent.parent
FOLDER, PINNED = "SPACEKIT_VENV", "SPACEKIT_PINS"
"""Variables with which run.py starts itself for an environment beside .venv: its folder, the file of its pins."""
VENV = ROOT / os.environ.get(FOLDER, ".venv")
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PINS = ROOT / "requirements" / os.environ.get(PINNED, "all.txt")
MARKER = VENV / "spacekit-setup"
LOG = VENV / "setup.log"
UNFINISHED = "unfinished"
AGAIN = "Then run the same command again."
FULL = "The packages and their downloads take about 2 GB while they are installed."
ROOM_MB = 500
"""With less, a failure that names no cause is put down to the disk: `venv` keeps to itself what went wrong."""

# What pip's pages of output come down to; the first that is found is said. A warning of a lost connection may stand
# above another error, and 'no matching distribution' below any.
CAUSES = (
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "the package index's certificate is not trusted here. Where a proxy has its own, set PIP_CERT to its file.",
    ),
    (
        r"No space left on device|Errno 28\b|WinError 112|Disk quota exceeded",
        f"the disk is full. {FULL}",
    ),
    (
        r"Windows Long Path|WinError 206|File name too long",
        "the path of this folder is too long. Move the project to a shorter one.",
    ),
    (r"Read-only file system", "it is read-only. Copy the project to a folder where you may write."),
    (
        r"Permission denied: '|WinError (?:5|32)\b|Access is denied",
        "no permission. Close what uses .venv, or copy the project to a folder of your own.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "a package is not the one that was pinned. A mirror or proxy changed it, or the download broke.",
    ),
    (
        r"\b40[137] (?:Client )?Error|Unauthorized|Forbidden",
        "the package index refused the request. Check its address and your login there (PIP_INDEX_URL).",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded"
        r"|[Cc]onnection (?:refused|reset|broken|timed out)|[Nn]etwork is unreachable|[Nn]ame resolution"
        r"|IncompleteRead|RemoteDisconnected",
        "no connection to the package index. Check the network, the proxy, or pip's own settings (PIP_INDEX_URL).",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)",
        "the package index has no {what} for this Python and system.",
    ),
)
UNREACHABLE = CAUSES[-2][1]
INSTALL = ("install", "--progress-bar", "off")  # an option of `install`: before that word, pip refuses it
EVERY_S = 20  # seconds between two lines about what pip is at
STEP = r"(?m)^ *(Installing collected packages|(?:Collecting|Downloading|Building|Preparing|Getting)\b[^\r\n(;]{0,90})"


class SetupError(Exception):
    """The project's environment cannot be made; the message says what to do."""


def say(text: str) -> None:
    """Print one line of our own, apart from the output of what runs."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)


# --- what there is ---


def fingerprint(version: str) -> str:
    """Return what .venv was made from: the pins, the project's metadata, its Python and its folder."""
    digest = hashlib.sha256()
    for path in (PINS, ROOT / "pyproject.toml"):
        # Without carriage returns, so that a checkout with other line ends is the same project.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"Python {version} in {VENV}\n{digest.hexdigest()}\n"


def venv_version() -> str:
    """
    Version of the Python in .venv, such as '3.11'; empty where it does not run, has no pip, or is no venv.

    Half a .venv can still hold a link to the system's Python: pip would then install there, outside the project.
    """
    code = (
        "import os, sys, sysconfig\n"
        "venv = sys.argv[1]\n"
        "assert sys.prefix != sys.base_prefix and os.path.samefile(sys.prefix, venv)\n"
        "assert os.path.isdir(os.path.join(sysconfig.get_path('purelib'), 'pip'))\n"
        "print('%d.%d' % sys.version_info[:2])"
    )
    command = [str(VENV_PYTHON), "-I", "-c", code, str(VENV)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def read_marker() -> str:
    """Return the marker's text, '' where there is none."""
    return MARKER.read_text(encoding="utf-8", errors="replace") if MARKER.exists() else ""


def write_marker(text: str) -> None:
    """Write the marker; a folder's name may hold what is no character."""
    MARKER.write_text(text, encoding="utf-8", errors="replace")


def set_up_needed(marker: str, version: str) -> str:
    """Decide what .venv needs: '' (nothing), 'update' (pins on top of it) or 'make' (from nothing)."""
    wanted = fingerprint(version).encode(errors="replace").decode()
    if marker == wanted:
        return ""
    return "update" if marker.splitlines()[:1] == wanted.splitlines()[:1] else "make"


# --- making it ---


def ensure_environment() -> None:
    """Make or mend .venv; return at once where it is as the pins say."""
    if not set_up_needed(read_marker(), venv_version()):
        return
    try:
        make_environment()
    except OSError as error:
        raise SetupError(f"cannot write {error.filename or VENV}: {reason(str(error))} {AGAIN}") from error


def make_environment() -> None:
    """Do what .venv needs, while no other run.py does."""
    with setup_lock():
        # Another run.py may have done the work while this one waited.
        version = venv_version()
        todo = set_up_needed(read_marker(), version)
        if todo:
            started = time.monotonic()
            install(todo, version)
            say(f"ready after {time.monotonic() - started:.0f} s")


def install(todo: str, version: str) -> None:
    """Install the pins, then the project; the marker says 'unfinished' until all of it is done."""
    before = read_marker()
    if todo == "make":
        make_venv(version)
    else:
        say(f"the pins or the project's metadata changed: bringing {VENV.name} up to date")
        write_marker(UNFINISHED)
    try:
        pip_install("--require-hashes", "-r", str(PINS))
    except SetupError as error:
        if todo == "update" and UNREACHABLE in str(error):
            write_marker(before)  # pip downloads all before it installs any: nothing has changed
        raise
    # pip takes no editable project together with hashes: all it needs is there by now, build tools included.
    pip_install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    add_to_path(venv_version())
    write_marker(fingerprint(venv_version()))


def add_to_path(version: str) -> None:
    """
    Put the project on the path of .venv, too: beside a clone, Python takes a folder `spacekit` for the package else.

    It looks there before it asks what an editable install adds. In ASCII: the locale decides how such a file is read.
    """
    packages = VENV / ("Lib" if os.name == "nt" else f"lib/python{version}") / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    line = f"import sys; sys.path.append({str(ROOT)!a})\n"
    (packages / "spacekit_project.pth").write_text(line, encoding="ascii")


def make_venv(version: str) -> None:
    """Make .venv again. Ours from before is thrown away: a stopped pip can leave half a package behind."""
    ours = MARKER.exists()
    if not ours and VENV.exists() and any(VENV.iterdir()):
        adopt_venv(version)
        return
    python = base_python()
    why = (
        f"{VENV.name} is unfinished, moved or of another Python: making it again"
        if ours
        else f"first start: making {VENV.name}"
    )
    say(f"{why} with {python}")
    say("installing the pinned packages, which takes one to three minutes")
    VENV.mkdir(exist_ok=True)
    write_marker(UNFINISHED)
    empty_venv()
    quietly([python.path, "-m", "venv", str(VENV)], f"cannot make {VENV.name}")


def base_python() -> interpreters.Interpreter:
    """Return the Python that .venv is made with: this one if it suits, else another of this machine."""
    found = interpreters.suitable()
    if found:
        return found
    # A version newer than the pins may do as well: better to try than to refuse.
    here = interpreters.look_at(sys.executable)
    if here and not here.missing:
        say(f"{here} is newer than the versions that the packages are pinned for (3.11 to 3.14)")
        return here
    lacks = f"has no '{here.missing[0]}'" if here else "does not start"
    raise SetupError(
        f"this Python ({sys.executable}) {lacks}, so .venv cannot be made, and no other was found.\n"
        "On Debian or Ubuntu: sudo apt-get install python3-venv\n"
        f"Elsewhere: use a Python from python.org, pyenv, uv or conda. {AGAIN}"
    )


def empty_venv() -> None:
    """Remove all but the mark, so that a .venv half removed is still known as ours."""
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != MARKER:
            path.unlink()


def adopt_venv(version: str) -> None:
    """Use a .venv that somebody else made, if it works; it gets no 'unfinished', so it is not thrown away."""
    if not version or tuple(int(part) for part in version.split(".")) < interpreters.OLDEST:
        raise SetupError(
            f"{VENV} was not made by run.py and has no working Python 3.11 or newer with pip in it.\n"
            f"Delete or rename that folder. {AGAIN}"
        )
    say(f"installing the pinned packages into the {VENV.name} that is here (one to three minutes)")


def pip_install(*arguments: str) -> None:
    """Run `pip install` of .venv without its chatter; the user's own pip configuration holds."""
    if not venv_version():
        raise SetupError(f"{VENV} is no working environment with pip. Delete that folder. {AGAIN}")
    command = [
        str(VENV_PYTHON),
        "-m",
        "pip",
        "--no-input",
        "--disable-pip-version-check",
        *INSTALL,
        *arguments,
    ]
    quietly(command, "pip could not install the packages")


def quietly(command: "list[str]", failure: str) -> None:
    """Run a command and keep its output to itself; if it fails, say why in one line and where the rest is."""
    # A group of its own, so that what it started can be stopped with it: ensurepip, a build.
    with subprocess.Popen(
        command,
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=False,
        start_new_session=True,
    ) as child:
        try:
            output = output_of(child)
        except BaseException:
            end_group(child)
            raise
    if child.returncode:
        raise SetupError(f"{failure}: {reason(os.fsdecode(output))} {AGAIN}{kept(output)}")


def output_of(child: "subprocess.Popen[bytes]") -> bytes:
    """Return all that a command said; while it works, say now and then what it is at."""
    started = time.monotonic()
    while True:
        try:
            return child.communicate(timeout=EVERY_S)[0]
        except subprocess.TimeoutExpired as late:
            steps = re.findall(STEP, os.fsdecode(late.output or b""))
            at = f": {steps[-1].strip()}" if steps else ""
            say(f"still at work after {time.monotonic() - started:.0f} s{at}")


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """End a command and all that it started, so that nothing goes on writing into .venv."""
    if os.name == "nt":
        command = ["taskkill", "/T", "/F", "/PID", str(child.pid)]
        subprocess.run(command, capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def reason(output: str) -> str:
    """Return in one line why a command failed: a known cause and what to do, or its last line that says something."""
    for pattern, words in CAUSES:
        match = re.search(pattern, output)
        if match:
            return words.format(**match.groupdict())
    free = shutil.disk_usage(str(ROOT)).free // 1_000_000
    if free < ROOM_MB:
        return f"the disk has only {free} MB left. {FULL}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match("(?i)error", line)] or lines or ["it said nothing"]
    return errors[-1].rstrip(".") + "."


def kept(output: bytes) -> str:
    """Keep all that a failed command said, and say where; nothing where that cannot be written."""
    try:
        LOG.write_bytes(output)
    except OSError:
        return ""
    return f" All that it said is in {LOG.relative_to(ROOT)}"


# --- one at a time ---


@contextmanager
def setup_lock() -> "Iterator[None]":
    """Let one run.py at a time make .venv; the system drops the lock when its holders end, however they end."""
    with (ROOT / f"{VENV.name}.lock").open("w", encoding="utf-8") as lock:
        # pip holds it too: one that outlives a killed run.py must not write into the next one's .venv.
        with suppress(OSError):
            os.set_inheritable(lock.fileno(), True)
        told = False
        while not try_lock(lock.fileno()):
            if not told:
                say(f"another run.py is setting up {VENV.name}: waiting for it")
            told = True
            time.sleep(0.5)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock if nobody has it; a file system that knows no locks has none to wait for."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)
    return True
