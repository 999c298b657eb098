"""The documented endpoints on this machine, for trying things out, for classes and for tests."""

from spacekit.server.client import Sandbox, sandbox
from spacekit.server.faults import Fault, SearchFaults
from spacekit.server.server import SANDBOX_KEY, Faults, Request, Server

__all__ = ["SANDBOX_KEY", "Fault", "Faults", "Request", "Sandbox", "SearchFaults", "Server", "sandbox"]
