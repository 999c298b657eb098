"""The documented endpoints on this machine: for trying things out, for classes and for tests."""

from spacekit.server.listener import Fault
from spacekit.server.server import SANDBOX_KEY, Request, Sandbox, Server, sandbox, serve

__all__ = ["SANDBOX_KEY", "Fault", "Request", "Sandbox", "Server", "sandbox", "serve"]
