"""The kernels behind the page. That voila uses them is tested in `test_browser.py`."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("jupyter_server")

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from spacekit.forms.app.page_kernels import PageKernels


def test_the_time_of_a_kernel_counts_from_when_a_page_took_it() -> None:
    """A kernel that waited for long is not ended while its page loads, but is once it has had no page for too long."""
    kernels: Any = PageKernels()
    kernels.cull_idle_timeout = 20
    ended: list[str] = []

    async def end(kernel_id: str) -> None:
        ended.append(kernel_id)

    kernels.shutdown_kernel = end
    waited = datetime.now(UTC) - timedelta(hours=1)
    kernel = SimpleNamespace(
        last_activity=waited,
        execution_state="idle",
        kernel_name="python3",
        kernel_spec=SimpleNamespace(metadata={}),
    )
    kernels._kernels["a"] = kernel
    asyncio.run(kernels.cull_kernel_if_idle("a"))
    assert ended == []
    kernel.last_activity = waited
    asyncio.run(kernels.cull_kernel_if_idle("a"))
    assert ended == ["a"]


def test_kernels_start_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel starts once the others have drawn: two that start at once would both be late."""
    kernels: Any = PageKernels()
    drawing = SimpleNamespace(execution_state="busy")
    kernels._kernels["a"] = drawing
    started: list[str] = []

    async def start(_self: Any, **options: Any) -> str:
        started.append(drawing.execution_state)
        return "b"

    async def draw() -> None:
        await asyncio.sleep(0.01)
        drawing.execution_state = "idle"

    async def both() -> None:
        await asyncio.gather(kernels.start_kernel(), draw())

    monkeypatch.setattr(AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr("spacekit.forms.app.page_kernels._LOOK_S", 0.02)
    asyncio.run(both())
    assert started == ["idle"]
