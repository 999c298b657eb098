"""The forms in a real browser: in JupyterLab, and as the page that `spacekit app` serves. Everything on loopback."""

import contextlib
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
from spacekit.cli.app import served as served_by_app

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
    "search": "sk.FetchForm(sk.sandbox(price_per_request=0.0002))",
    "own": "sk.FetchForm()",
    "fields": "sk.FetchForm()",
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
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page that may ask this machine alone, and that throws no error."""
    made = browser.new_page(viewport=VIEWPORT, **options)
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
    return form.locator("[role=status]:not(.spacekit-pages *)")


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
    expect(form.locator(".spacekit-table tbody tr")).to_have_count(3)
    with forms.expect_download() as saved:
        form.get_by_role("link", name="Save spaces.jsonl").click()
    assert len(sk.read_jsonl(renamed(saved.value, "spaces.jsonl")).records) == 3
    cancel_then_fetch_again(form)


def cancel_then_fetch_again(form: Locator) -> None:
    """Cancel a longer run: what came stays, what was there before is dimmed meanwhile; the next click gets the rest."""
    form.get_by_label("Space ids or links").fill("\n".join(IDS[:30]))
    expect(form.get_by_text("27 to fetch, 3 there already")).to_be_visible()
    form.get_by_role("button", name="Fetch").click()
    expect(form.locator(".spacekit-fetched.spacekit-old")).to_be_visible()
    expect(status(form)).to_contain_text(re.compile(r"^([4-9]|\d\d) of 30"))
    form.get_by_role("button", name="Cancel").click()
    expect(status(form)).to_contain_text("Cancelled with")
    expect(form.locator(".spacekit-fetched.spacekit-old")).to_have_count(0)
    form.get_by_role("button", name="Fetch").click()
    expect(status(form)).to_contain_text("Done: 30 Spaces of 30 inputs.")
    expect(form.get_by_text("1 to 10 of 30")).to_be_visible()


def test_search_then_fetch_in_lab(shown: Callable[[str], Locator]) -> None:
    """Name a host, see what a search costs; one click searches, the next fetches what was found."""
    form = shown("search")
    form.get_by_label("Find by host or words").fill("@sample_radio")
    expect(form.get_by_text(re.compile("Search posts of the host .*: at most"))).to_be_visible()
    form.get_by_role("button", name="Search").click()
    expect(status(form)).to_contain_text(re.compile(r"Found \d+ Spaces in \d+ posts"))
    expect(form.locator(".spacekit-hits tbody tr").first).to_contain_text("@sample_radio")
    found = form.locator(".spacekit-hits tbody tr").count()
    expect(form.get_by_text(f"{found} to fetch")).to_be_visible()
    form.get_by_role("button", name="Fetch").click()
    expect(status(form)).to_contain_text(f"Done: {found} Spaces of {found} inputs.")


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
    assert forms.evaluate("document.activeElement.placeholder").startswith("@XEng")
    form.get_by_role("button", name="Fetch").press("Enter")
    expect(status(form)).to_contain_text("Done: 1 Space of 1 input.")


def test_failures_in_lab(shown: Callable[[str], Locator]) -> None:
    """A wrong key, no credit and a dead server are reported in the form, with what to do."""
    for name, words in {"wrong key": "not accepted", "no credit": "credits", "dead": "connection"}.items():
        shown(name).get_by_label("Space ids or links").fill(IDS[0])
        shown(name).get_by_role("button", name="Fetch").click()
        expect(status(shown(name))).to_contain_text(words)
        expect(status(shown(name))).to_contain_text(re.compile("[Cc]lick Fetch again"))


def test_wrong_fields_in_lab(shown: Callable[[str], Locator]) -> None:
    """What is wrong is said in red below its field, and goes when it is mended."""
    form = shown("fields")
    form.get_by_label("Address of the service").fill("htp:/x")
    form.get_by_label("Address of the service").press("Enter")
    wrong = form.locator(".spacekit-checked.spacekit-wrong")
    expect(wrong.get_by_label("Address of the service")).to_be_visible()
    expect(wrong.get_by_role("alert")).to_contain_text("not an http(s) address")
    expect(form.get_by_role("alert")).to_have_count(1)
    form.get_by_label("Address of the service").fill("")
    form.get_by_label("Address of the service").press("Enter")
    expect(form.get_by_role("alert")).to_have_count(0)


def test_explore_in_lab(forms: Page, shown: Callable[[str], Locator]) -> None:
    """Filter, see how many are in view and another picture, save the picture; narrow and dark, nothing overflows."""
    form = shown("explore")
    form.locator("img[alt]").wait_for()
    form.get_by_label("Live listeners, at least").fill("1000")
    form.get_by_label("Live listeners, at least").press("Enter")
    expect(status(form)).to_contain_text("fewer than 1,000 live listeners")
    form.get_by_label("Chart", exact=True).select_option("Weekday and hour")
    expect(form.locator("img[alt^='Median audience by weekday']")).to_be_visible()
    with forms.expect_download() as saved:
        form.get_by_role("link", name="Save calendar.png").click()
    assert renamed(saved.value, "calendar.png").read_bytes()[:4] == b"\x89PNG"
    form.get_by_label("Time zone").fill("Mars")
    form.get_by_label("Time zone").press("Tab")
    expect(form.get_by_role("alert")).to_contain_text("no time zone 'Mars'")
    form.get_by_label("Time zone").fill("UTC")
    form.get_by_label("Time zone").press("Tab")
    form.get_by_role("button", name="Clear filters").click()
    forms.evaluate(
        "{ window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}); }"
    )
    forms.set_viewport_size({"width": 600, "height": 1600})
    picture = form.locator("img[alt]").bounding_box()
    assert picture
    assert picture["x"] + picture["width"] <= 600
    expect(status(form)).to_have_text("87 of 87 Spaces in view.")
    names_and_selects(form, forms)


def names_and_selects(form: Locator, page: Page) -> None:
    """Point at a dot, click it, go on with the keyboard, choose a row; search, sort and turn the page of the table."""
    form.get_by_label("Chart", exact=True).select_option("Live against replay")
    chart, table = form.get_by_role("application"), form.locator(".spacekit-table")
    expect(chart.locator("img[alt^='Replay plays against live']")).to_be_visible()
    expect(chart).not_to_have_class(re.compile("spacekit-old"))
    chart.focus()
    page.keyboard.press("ArrowLeft")  # from nowhere it goes to the last dot: the largest live audience
    expect(chart.locator("[aria-live]")).to_contain_text("live 210,000")
    tip, frame = chart.locator(".spacekit-tip").bounding_box(), chart.bounding_box()
    assert tip
    assert frame
    assert frame["x"] <= tip["x"] <= tip["x"] + tip["width"] <= frame["x"] + frame["width"] + 1
    page.keyboard.press("Enter")
    chosen = table.locator("tr[aria-selected=true]")
    expect(chosen).to_contain_text("210,000")
    ring = chart.locator(".spacekit-ring").bounding_box()
    assert ring
    page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)
    page.mouse.move(ring["x"] + 9, ring["y"] + 9)
    expect(chart.locator(".spacekit-tip")).to_contain_text("live 210,000")
    page.mouse.click(ring["x"] + 9, ring["y"] + 9)
    expect(chosen).to_contain_text("210,000")
    table.get_by_role("button", name="Live").click()
    expect(table.locator("tbody tr").first).to_contain_text("210,000")
    table.get_by_role("button", name="Next page").click()
    expect(table.locator("tbody tr").first).not_to_contain_text("210,000")
    table.locator("tbody tr").first.press("Enter")
    expect(chosen).to_have_count(1)
    link = chosen.get_by_role("link")
    assert re.fullmatch(r"https://x\.com/i/spaces/1SAMPLE\w+", link.get_attribute("href") or "")
    assert link.get_attribute("rel") == "noopener noreferrer"
    form.get_by_label("Search titles and hosts").fill("TUESDAY")
    expect(status(form)).to_contain_text("without 'TUESDAY' in title or host")


@pytest.mark.slow
def test_thousands_of_rows_in_lab(page: Page, lab: str) -> None:
    """The table of 3,000 Spaces is sorted in the page, ten rows at a time."""
    opened(page, lab, "large")
    page.get_by_role("button", name="Fetch").click()
    expect(status(page)).to_contain_text("Done: 3,000 Spaces")
    expect(page.get_by_text("1 to 10 of 3,000")).to_be_visible()
    expect(page.locator(".spacekit-table tbody tr")).to_have_count(10)
    page.get_by_role("button", name="Replay", exact=True).click()
    most = pd.Series([record["total_replay_watched"] for record in make_spaces(3_000)]).max()
    expect(page.locator(".spacekit-table tbody tr").first).to_contain_text(f"{most:,}")
    page.get_by_role("button", name="Make spaces.jsonl.gz").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save spaces.jsonl.gz").click()
    assert len(sk.read_jsonl(renamed(saved.value, "spaces.jsonl.gz")).records) == 3_000


def test_page_of_its_own(browser: Browser, tmp_path: Path) -> None:
    """
    `spacekit app FILE` serves the explorer without code, in the colours that the system prefers.

    The kernel of a page ends when its tab is closed.
    """
    pytest.importorskip("voila", reason="the page needs the extra notebook")
    data = sk.sample_batch().to_jsonl(tmp_path / "colleagues.jsonl")
    port = free_port()
    command, variables = served_by_app(data, port, browser=False)
    url = f"http://127.0.0.1:{port}"
    with served(tmp_path, f"{url}/static/", *command[2:], **variables):
        rebound = urllib.request.Request(url, headers={"Host": f"elsewhere.example:{port}"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(rebound, timeout=60)  # noqa: S310  # http
        with watched(browser, color_scheme="dark") as page:
            answer = page.goto(url)
            assert answer
            assert 'spacekit-first"' in answer.text()  # the first picture comes before the widgets are loaded
            expect(page.get_by_role("heading", name="Audiences of Spaces")).to_be_visible()
            page.locator(".spacekit-chart img[alt]").wait_for()
            expect(page.locator(".spacekit-first")).to_have_count(0)
            assert page.locator(".jp-InputArea").count() == 0
            page.get_by_label("Only with a replay").check()
            expect(status(page)).to_contain_text("no recording")
            expect(page.locator(".spacekit-chart")).not_to_have_class(re.compile("spacekit-old"))
            with page.expect_download() as saved:
                page.get_by_role("link", name="Save view.csv").click()
            assert renamed(saved.value, "view.csv").read_text(encoding="utf-8").startswith("space_id,title")
            assert is_dark(page)
            kernel = page.evaluate(
                "JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId"
            )
            page.close(run_before_unload=True)
        ended(f"{url}/api/kernels/{kernel}")


def is_dark(page: Page) -> bool:
    """Whether the corner of the picture is dark."""
    return bool(
        page.evaluate(
            """async () => {
                const image = document.querySelector(".spacekit-chart img");
                await image.decode();
                const brush = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
                brush.drawImage(image, 0, 0);
                return Math.max(...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)) < 60;
            }"""
        )
    )


def ended(url: str) -> None:
    """Return once there is no such kernel any more."""
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=30)  # noqa: S310  # loopback
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return
        time.sleep(0.1)
    pytest.fail("the kernel of a closed tab is still there after a minute")
