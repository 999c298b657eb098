"""
Take the picture of the explorer that the README shows: docs/img/explorer.png.

.venv/bin/python scripts/take_picture.py

It serves the page to this machine, opens it in Chromium, goes to a dot of a chart, and saves what is to be seen.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "img" / "explorer.png"
SIZE = {"width": 1300, "height": 830}
CHART = "Live against replay"
TOLD = "live 210,000"  # in the card of the dot
MOST_DOTS = 200


def main() -> int:
    """Take the picture."""
    with served() as address, sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)
        page.goto(address)
        arrange(page)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1e3:,.0f} kB")
    return 0


def arrange(page: Page) -> None:
    """Choose a chart, and go to one of its dots, so that the card of a Space is seen."""
    page.wait_for_selector(".spacekit-chart img", timeout=120_000)
    page.get_by_role("combobox", name="Chart").select_option(label=CHART)
    page.wait_for_timeout(2_000)
    page.locator(".spacekit-chart").focus()
    for _ in range(MOST_DOTS):
        page.keyboard.press("ArrowRight")
        if page.get_by_text(TOLD).first.is_visible():
            break
    page.wait_for_timeout(500)


@contextmanager
def served() -> Iterator[str]:
    """Serve the page on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "spacekit", "app", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ, start_new_session=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        while server.poll() is None:
            with suppress(OSError), urllib.request.urlopen(address, timeout=60):
                break
            time.sleep(0.2)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
