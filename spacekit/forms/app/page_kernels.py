"""The kernels behind the page, as voila's server keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Set


class PageKernels(AsyncMappingKernelManager):
    """
    Ends kernels without a page soon, but for those whose page is still loading.

    voila keeps a kernel ready that has drawn its first picture. By the time a page takes it, it may have been idle
    for longer than any limit: so its time begins to count when the page does.
    """

    taken: Any = Set(help="The kernels that a page took.")

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that had no page for too long; voila asks only of kernels that a page took."""
        if kernel_id not in self.taken:
            self.taken.add(kernel_id)
            kernel: Any = self.get_kernel(kernel_id)
            kernel.last_activity = datetime.now(UTC)
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]  # no types
