"""The kernels behind the page, as voila's server keeps them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Set

_LOOK_S: Final = 0.2
_LONGEST_S: Final = 10.0


class PageKernels(AsyncMappingKernelManager):
    """
    Starts kernels one after the other, and ends those without a page soon, but for those whose page is still loading.

    voila keeps a kernel ready that has drawn its first picture. By the time a page takes it, it may have been idle
    for longer than any limit: so its time begins to count when the page does.
    """

    taken: Any = Set(help="The kernels that a page took.")

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]  # there it is an attribute
        """Start a kernel as soon as the others have drawn their picture: of two at once, both would be late."""
        for _ in range(round(_LONGEST_S / _LOOK_S)):
            if all(kernel.execution_state == "idle" for kernel in self._kernels.values()):
                break
            await asyncio.sleep(_LOOK_S)
        started: str = await super().start_kernel(**options)
        return started

    async def begun(self) -> None:
        """Wait until the kernels that are kept ready have begun to draw."""
        pools: dict[str, list[asyncio.Task[Any]]] = getattr(self, "_pools", {})  # voila's
        await asyncio.gather(*(task for pool in pools.values() for task in pool))

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that had no page for too long; voila asks only of kernels that a page took."""
        if kernel_id not in self.taken:
            self.taken.add(kernel_id)
            kernel: Any = self.get_kernel(kernel_id)
            kernel.last_activity = datetime.now(UTC)
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]  # no types
        self.taken &= set(self.list_kernel_ids())
