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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright
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
VIEWPORT: ViewportSize = {"width": 1400, "height": 1600}
IDS = [record["id"] for record in sk.sample_records()]
TOKEN = "browser-tests"  # noqa: S105  # of a server that lives as long as a test

# What the first notebook shows, one below the other; a test uses its own and leaves the others alone.
FORMS = {
    "fetch": "sk.FetchForm(sk.sandbox(latency_s=0.3, workers=1))",
    "own": "sk.FetchForm()",
    "wrong key": "sk.FetchForm(server.client(api_key='2|wrongkey'))",
    "no credit": "sk.FetchForm(sk.sandbox(faults=lambda _id, nth: Fault(status=402)))",
    "dead": "sk.FetchForm(sk.Client('1|madeupkey', 'http://127.0.0.1:9', attempts=1))",
    "explore": "sk.AudienceExplorer(sk.sample_batch())",
}
NOTEBOOKS = {
    "forms": "from IPython.display import display\nfrom spacekit.server import Fault, Server\n"
    "server = Server().start()\n" + "".join(f"display({form})\n" for form in FORMS.values()),
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
            [sys.executable, "-m", "tests.lean", *command],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
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


@contextmanager
def watched(browser: Browser) -> Iterator[Page]:
    """A page that may ask this machine alone, and that throws no error."""
    made = browser.new_page(viewport=VIEWPORT)
    made.set_default_timeout(60_000)
    foreign: list[str] = []
    made.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url) else None)
    thrown: list[str] = []
    made.on("pageerror", lambda error: thrown.append(str(error)))
    yield made
    made.close()
    assert foreign == []
    assert [error for error in thrown if "ResizeObserver" not in error] == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of one test."""
    with watched(browser) as made:
        yield made


@pytest.fixture(scope="module")
def forms(browser: Browser, lab: str) -> Iterator[Page]:
    """The notebook with all forms, run; its page is for all tests, because JupyterLab takes long to load."""
    with watched(browser) as made:
        yield opened(made, lab, "forms")


@pytest.fixture
def shown(forms: Page) -> Callable[[str], Locator]:
    """Find a form of the notebook."""
    forms.set_viewport_size(VIEWPORT)
    return lambda name: forms.locator(".jp-Cell-outputArea > .jp-OutputArea-child").nth(
        list(FORMS).index(name)
    )


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


def status(form: Page | Locator) -> Locator:
    """The line that says how things stand."""
    return form.locator("[role=status]:not(.dt-info)")


def test_fetch_in_lab(forms: Page, shown: Callable[[str], Locator]) -> None:
    """Paste, see what was recognised and the plan, fetch, see the bar, the card, the table and the chart, save."""
    form = shown("fetch")
    form.get_by_label("Space ids or links").fill(f"{' '.join(IDS[:3])} {IDS[0]}\nhttps://example.org/x")
    expect(form.get_by_text("3 ids, 1 repeated, 1 not recognised")).to_be_visible()
    expect(form.get_by_text("3 to fetch")).to_be_visible()
    form.get_by_role("button", name="Fetch").click()
    expect(form.get_by_role("button", name="Fetch")).to_be_disabled()
    expect(status(form)).to_contain_text(re.compile(r"\d of 3 Spaces"))
    expect(status(form)).to_contain_text("Done: 3 Spaces of 5 inputs.")
    assert "width: 100%" in (form.locator(".progress-bar").get_attribute("style") or "")
    expect(form.locator("img[alt*='3 Spaces']")).to_be_visible()
    expect(form.locator("table.dataTable tbody tr")).to_have_count(3)
    with forms.expect_download() as saved:
        form.get_by_role("link", name="Save spaces.jsonl").click()
    assert len(sk.read_jsonl(renamed(saved.value, "spaces.jsonl")).records) == 3
    cancel_keeps_what_arrived(form)


def cancel_keeps_what_arrived(form: Locator) -> None:
    """Cancel in the middle of a longer run."""
    form.get_by_label("Space ids or links").fill("\n".join(IDS))
    form.get_by_role("button", name="Fetch").click()
    expect(status(form)).to_contain_text(re.compile(r"^[1-9]\d* of "))
    form.get_by_role("button", name="Cancel").click()
    expect(status(form)).to_contain_text("Cancelled with")
    assert form.locator("table.dataTable tbody tr").count() >= 2
    expect(form.get_by_role("button", name="Fetch")).to_be_enabled()


def renamed(download: Any, name: str) -> Path:
    """A saved file under its own name."""
    path = Path(download.path()).with_name(name)
    download.save_as(path)
    return path


def test_key_and_sandbox_in_lab(forms: Page, shown: Callable[[str], Locator]) -> None:
    """The field of the key is cleared as soon as it is read; made-up data is marked when it is chosen."""
    form = shown("own")
    field = form.get_by_label("API key")
    field.fill("7|secretsecret")
    field.press("Enter")
    expect(status(form)).to_contain_text("Key read")
    expect(field).to_have_value("")
    assert "secretsecret" not in forms.content()
    form.get_by_label("Made-up data").check()
    expect(form.get_by_role("note")).to_contain_text("Made-up data")
    form.get_by_label("Space ids or links").fill(IDS[0])
    forms.keyboard.press("Tab")
    assert forms.evaluate("document.activeElement.type") == "password"
    form.get_by_role("button", name="Fetch").press("Enter")
    expect(status(form)).to_contain_text("Done: 1 Space of 1 input.")


def test_failures_in_lab(shown: Callable[[str], Locator]) -> None:
    """A wrong key, no credit and a dead server are reported in the form."""
    for name, words in {"wrong key": "not accepted", "no credit": "credits", "dead": "connection"}.items():
        shown(name).get_by_label("Space ids or links").fill(IDS[0])
        shown(name).get_by_role("button", name="Fetch").click()
        expect(status(shown(name))).to_contain_text(words)


def test_explore_in_lab(forms: Page, shown: Callable[[str], Locator]) -> None:
    """Filter, see how many are in view and another picture, save the picture; narrow and dark, nothing overflows."""
    form = shown("explore")
    form.locator("img[alt]").wait_for()
    form.get_by_label("Live listeners, at least").fill("1000")
    form.get_by_label("Live listeners, at least").press("Enter")
    expect(status(form)).to_contain_text("fewer than 1,000 live listeners")
    form.get_by_label("Chart").select_option("Weekday and hour")
    expect(form.locator("img[alt^='Median audience by weekday']")).to_be_visible()
    with forms.expect_download() as saved:
        form.get_by_role("link", name="Save calendar.png").click()
    assert renamed(saved.value, "calendar.png").read_bytes()[:4] == b"\x89PNG"
    forms.evaluate(
        "{ window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}); }"
    )
    forms.set_viewport_size({"width": 600, "height": 1600})
    picture = form.locator("img[alt]").bounding_box()
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
