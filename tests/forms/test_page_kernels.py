"""The kernels behind the page. That voila uses them is tested in `test_browser.py`."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("jupyter_server")

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
