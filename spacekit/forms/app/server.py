"""The server of the page: voila's, which ends in order and says where the page is."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
import webbrowser
from contextlib import suppress
from typing import Any

# jsonschema makes 38 parsers of IRIs when it is imported, for seconds; it does without where they are not installed.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # so is a module marked that is not there

from jupyter_core.utils import run_sync  # noqa: E402  # see above
from tornado.ioloop import IOLoop  # noqa: E402
from voila.app import Voila  # type: ignore[import-untyped]  # noqa: E402


class PageServer(Voila):  # type: ignore[misc]  # voila has no types
    """Serves the page to this machine."""

    open_browser: Any

    def init_settings(self) -> dict[str, Any]:
        """Return voila's settings; no name of another site leads to the page."""
        return {**super().init_settings(), "allow_remote_access": False}

    def listen(self) -> None:
        """Serve until told to end, once the first kernel is there: else a visitor would start another."""
        IOLoop.current().run_sync(self.kernel_manager.begun)
        self._opens, self.open_browser = self.open_browser, True
        super().listen()

    def launch_browser(self) -> None:
        """Say where the page is, and open it if that was asked for; voila calls this once it listens."""
        url = f"http://{self.ip}:{self.port}{self.base_url}"
        print(f"The page is at {url}   (Ctrl-C ends it)", file=sys.stderr, flush=True)
        if self._opens:
            threading.Thread(target=_open, args=(url,), daemon=True).start()

    def stop(self) -> None:
        """End the kernels, then remove their folder; what else tells the process to end changes nothing now."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def _open(url: str) -> None:
    with suppress(webbrowser.Error):  # the address was said
        webbrowser.open(url)
