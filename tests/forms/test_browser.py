"""The forms in a real browser: in JupyterLab, and as the page that `run.py app` serves. Everything on loopback."""

import contextlib
import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeout

import spacekit as sk
from scripts.make_samples import make_spaces

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
expect.set_options(timeout=30_000)
IDS = [record["id"] for record in sk.sample_records()]
TOKEN = "browser-tests"  # noqa: S105  # of a server that lives as long as a test

# Each notebook has one form; what the page asks of it is in the tests below.
NOTEBOOKS = {
    "fetch": "form = sk.FetchForm(sk.sandbox(latency_s=0.3, workers=1))\nform",
    "own": "form = sk.FetchForm()\nform",
    "refused": "from IPython.display import display\nfrom spacekit.server import Fault\n"
    "from spacekit.server import Server\nserver = Server().start()\n"
    "no_credit = sk.sandbox(faults=lambda _id, nth: Fault(status=402))\n"
    "dead = sk.Client('1|madeupkey', 'http://127.0.0.1:9', attempts=1)\n"
    "for client in (server.client(api_key='2|wrongkey'), no_credit, dead):\n"
    "    display(sk.FetchForm(client))",
    "explore": "explorer = sk.AudienceExplorer(sk.sample_batch())\nexplorer",
    "large": "sys.path.insert(0, ROOT)\nfrom scripts.make_samples import make_spaces\n"
    "records = make_spaces(3_000)\ndel records[7]['total_replay_watched']\n"
    "client = sk.sandbox(records)\nform = sk.FetchForm(client)\n"
    "form.text.value = ' '.join(record['id'] for record in records)\nform",
}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(folder: Path, url: str, *command: str, **variables: str) -> Iterator[None]:
    """Run a server of Jupyter apart from the user's own settings, until the block ends."""
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "RUNTIME", "DATA")}
    own["IPYTHONDIR"] = str(folder / "ipython")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, **own, **variables, "PATH": path, "PYTHONPATH": str(ROOT)}
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(url, server, folder / "server.log")
            yield
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once the server answers."""
    for _ in range(300):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=30):  # noqa: S310  # loopback
                return
        except urllib.error.HTTPError:  # it answers, if not to this
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"no answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may ask this machine alone, and that throws no error."""
    made = browser.new_page(viewport={"width": 1400, "height": 1600})
    made.set_default_timeout(60_000)
    foreign: list[str] = []
    made.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url) else None)
    thrown: list[str] = []
    made.on("pageerror", lambda error: thrown.append(str(error)))
    yield made
    made.close()
    assert foreign == []
    assert [error for error in thrown if "ResizeObserver" not in error] == []


def is_foreign(url: str) -> bool:
    """Whether an address is another machine's."""
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[str]:
    """Address of a JupyterLab with the notebooks above."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    for name, code in NOTEBOOKS.items():
        first = f"import sys\nimport spacekit as sk\nROOT = {str(ROOT)!r}"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"{first}\n{code}")])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.token={TOKEN}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder / 'notebooks'}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    url = f"http://127.0.0.1:{port}"
    with served(folder, f"{url}/api/status?token={TOKEN}", "jupyterlab", *options):
        yield url


def opened(page: Page, lab: str, name: str) -> Page:
    """Open a notebook in a workspace of its own, and run its cells once the kernel is connected."""
    page.goto(f"{lab}/doc/workspaces/{name}/tree/{name}.ipynb?token={TOKEN}")
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('notebook:run-all-cells')")
    kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.connectionStatus == 'connected' && {kernel}.status == 'idle'")
    for timeout_ms in (20_000, 40_000):  # JupyterLab may lose what is asked of a kernel while it connects
        # The command's promise is not waited for: playwright would do so without an end.
        page.evaluate("{ window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        with contextlib.suppress(PageTimeout):
            page.locator(".jp-OutputArea-output [role=status]").first.wait_for(timeout=timeout_ms)
            break
    return page


def status(page: Page) -> Any:
    """The line that says how things stand."""
    return page.locator("[role=status]:not(.dt-info)")


def test_fetch_in_lab(page: Page, lab: str) -> None:
    """Paste, see what was recognised and the plan, fetch, see the bar, the card, the table and the chart, save."""
    opened(page, lab, "fetch")
    page.get_by_label("Space ids or links").fill(f"{' '.join(IDS[:3])} {IDS[0]}\nhttps://example.org/x")
    expect(page.get_by_text("3 ids, 1 repeated, 1 not recognised")).to_be_visible()
    expect(page.get_by_text("3 to fetch")).to_be_visible()
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_role("button", name="Fetch")).to_be_disabled()
    expect(status(page)).to_contain_text(re.compile(r"\d of 3 Spaces"))
    expect(status(page)).to_contain_text("Done: 3 Spaces of 5 inputs.")
    assert "width: 100%" in (page.locator(".progress-bar").get_attribute("style") or "")
    expect(page.locator("img[alt*='3 Spaces']")).to_be_visible()
    expect(page.locator("table.dataTable tbody tr")).to_have_count(3)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save spaces.jsonl").click()
    assert len(sk.read_jsonl(renamed(saved.value, "spaces.jsonl")).records) == 3
    cancel_keeps_what_arrived(page)


def cancel_keeps_what_arrived(page: Page) -> None:
    """Cancel in the middle of a longer run."""
    page.get_by_label("Space ids or links").fill("\n".join(IDS))
    page.get_by_role("button", name="Fetch").click()
    expect(status(page)).to_contain_text(re.compile(r"^[1-9]\d* of "))
    page.get_by_role("button", name="Cancel").click()
    expect(status(page)).to_contain_text("Cancelled with")
    assert page.locator("table.dataTable tbody tr").count() >= 2
    expect(page.get_by_role("button", name="Fetch")).to_be_enabled()


def renamed(download: Any, name: str) -> Path:
    """A saved file under its own name."""
    path = Path(download.path()).with_name(name)
    download.save_as(path)
    return path


def test_key_and_sandbox_in_lab(page: Page, lab: str) -> None:
    """The field of the key is cleared as soon as it is read; made-up data is marked when it is chosen."""
    opened(page, lab, "own")
    field = page.get_by_label("API key")
    field.fill("7|secretsecret")
    field.press("Enter")
    expect(status(page)).to_contain_text("Key read")
    expect(field).to_have_value("")
    assert "secretsecret" not in page.content()
    page.get_by_label("Made-up data").check()
    expect(page.get_by_role("note")).to_contain_text("Made-up data")
    page.get_by_label("Space ids or links").fill(IDS[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "password"
    page.get_by_role("button", name="Fetch").press("Enter")
    expect(status(page)).to_contain_text("Done: 1 Space of 1 input.")


def test_failures_in_lab(page: Page, lab: str) -> None:
    """A wrong key, no credit and a dead server are reported in the form."""
    opened(page, lab, "refused")
    for place, words in enumerate(["not accepted", "credits", "connection"]):
        page.get_by_label("Space ids or links").nth(place).fill(IDS[0])
        page.get_by_role("button", name="Fetch").nth(place).click()
        expect(status(page).nth(place)).to_contain_text(words)


def test_explore_in_lab(page: Page, lab: str) -> None:
    """Filter, see how many are in view and another picture, save the picture; narrow and dark, nothing overflows."""
    opened(page, lab, "explore")
    page.locator("img[alt]").wait_for()
    page.get_by_label("Live listeners, at least").fill("1000")
    page.get_by_label("Live listeners, at least").press("Enter")
    expect(status(page)).to_contain_text("fewer than 1,000 live listeners")
    page.get_by_label("Chart").select_option("Weekday and hour")
    expect(page.locator("img[alt^='Median audience by weekday']")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save calendar.png").click()
    assert renamed(saved.value, "calendar.png").read_bytes()[:4] == b"\x89PNG"
    page.evaluate(
        "{ window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}); }"
    )
    page.set_viewport_size({"width": 600, "height": 1600})
    picture = page.locator("img[alt]").bounding_box()
    assert picture
    assert picture["x"] + picture["width"] <= 600


@pytest.mark.slow
def test_thousands_of_rows_in_lab(page: Page, lab: str) -> None:
    """The table of 3,000 Spaces is sorted in the page, ten rows at a time."""
    opened(page, lab, "large")
    page.get_by_role("button", name="Fetch").click()
    expect(status(page)).to_contain_text("Done: 3,000 Spaces")
    expect(page.get_by_text("of 3,000 entries")).to_be_visible()
    page.get_by_role("columnheader", name="total_replay_watched").first.click()
    expect(page.locator("table.dataTable tbody tr")).to_have_count(10)
    page.get_by_role("columnheader", name="total_replay_watched").first.click()
    most = pd.Series([record["total_replay_watched"] for record in make_spaces(3_000)]).max()
    expect(page.locator("table.dataTable tbody tr").first).to_contain_text(str(most))
    page.get_by_role("button", name="Make spaces.jsonl.gz").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save spaces.jsonl.gz").click()
    assert len(sk.read_jsonl(renamed(saved.value, "spaces.jsonl.gz")).records) == 3_000


def test_page_of_its_own(page: Page, tmp_path: Path) -> None:
    """`run.py app FILE` serves the explorer without code: explore, filter, save."""
    data = sk.sample_batch().to_jsonl(tmp_path / "colleagues.jsonl")
    port = free_port()
    command, variables = app_command(str(data), "--no-browser", f"--port={port}")
    with served(tmp_path, f"http://127.0.0.1:{port}/static/", *command, **variables):
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("img[alt]").wait_for()
        assert page.locator(".jp-InputArea").count() == 0
        page.get_by_label("Only Spaces with a replay").check()
        expect(status(page)).to_contain_text("no recording")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save view.csv").click()
        assert renamed(saved.value, "view.csv").read_text(encoding="utf-8").startswith("space_id,title")


def app_command(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """What `run.py app` would run: the arguments of Python, and its variables."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    noted: list[Any] = []
    run.python = lambda *command, **variables: noted.extend([command, variables])  # type: ignore[attr-defined]  # noted
    run.app(list(arguments))
    command, variables = noted
    return list(command[1:]), variables
