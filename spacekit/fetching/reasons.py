"""Why no answer came, in plain words: what requests, urllib3, `ssl` and the system call errors. Sends nothing."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import IncompleteRead, RemoteDisconnected
from typing import Final

import requests
from urllib3 import exceptions as urllib3_errors

from spacekit.errors import ServiceError, SpacekitError
from spacekit.fetching.answers import cut
from spacekit.fetching.connections import UnconnectedError, UnresolvedError

_SLOW: Final = (TimeoutError, urllib3_errors.ReadTimeoutError, urllib3_errors.ConnectTimeoutError)
_CERTIFICATES: Final = (
    ("expired", "has expired"),
    ("not yet valid", "is not valid yet; check this computer's clock"),
    ("hostname mismatch|doesn't match|not valid for", "is for another host"),
    ("self.signed certificate in", "is from an authority that this computer does not trust"),
    ("self.signed", "is signed by itself"),
    ("unable to get", "is from an authority that this computer does not trust"),
)
"""What OpenSSL says of a certificate, in any version of it, and what that means."""
_CHECK: Final = "Check base_url, the clock, a proxy that opens connections, and REQUESTS_CA_BUNDLE."


_NETWORK: Final = "Check the network and base_url, or try again later."


@dataclass(frozen=True, slots=True)
class Broken:
    """Why no whole answer came."""

    reason: str
    lasting: bool = False
    """Whether nothing comes before something is changed here."""
    advice: str = "Try again later."


def no_answer(where: str, why: Broken) -> ServiceError:
    """Return the error that says so, for `broken_of`."""
    error = ServiceError(f"{where}: {why.reason}. {why.advice}")
    error.broken = why  # type: ignore[attr-defined]  # the class is the caller's, this is ours
    return error


def broken_of(error: SpacekitError) -> Broken | None:
    """Return why no answer came; None where one came."""
    found = getattr(error, "broken", None)
    return found if isinstance(found, Broken) else None


def reason_of(error: BaseException, timeout_s: float) -> Broken:
    """Say what broke, from all that an error wraps: requests wraps urllib3's, which wraps others."""
    links = list(_chain(error))
    why = _broken(links, timeout_s)
    if any(isinstance(link, urllib3_errors.ProxyError | requests.exceptions.ProxyError) for link in links):
        words = f"the proxy of this computer's settings cannot be used: {why.reason}"
        return Broken(words, why.lasting, "Check HTTPS_PROXY and HTTP_PROXY.")
    return why


def _broken(links: list[BaseException], timeout_s: float) -> Broken:
    """Say what broke: on the way to the service, or in its answer."""
    return next(filter(None, map(_unconnected, links)), None) or _broken_off(links, timeout_s)


def _unconnected(error: BaseException) -> Broken | None:
    """Say why there is no connection; None where that is not it."""
    if isinstance(error, UnresolvedError | UnconnectedError):
        return Broken(str(error), advice=_NETWORK)
    if isinstance(error, ssl.CertificateError) or "CertificateError" in type(error).__name__:
        return _certificate(str(error))
    if "CA certificate bundle" in str(error) or _is_bundle(error):
        return _bundle(str(error))
    said = re.search("Tunnel connection failed: (.*)", str(error)) if isinstance(error, OSError) else None
    return Broken(f"it answers {cut(said[1])}") if said else None


def _broken_off(links: list[BaseException], timeout_s: float) -> Broken:
    inner = links[-1]
    if any(isinstance(link, _SLOW) for link in links):
        return Broken(f"no whole answer within {timeout_s:g} s")
    if any(isinstance(link, ssl.SSLError) for link in links):
        return Broken("no encrypted connection could be made", advice="Try again later; check base_url.")
    if any(isinstance(link, IncompleteRead | urllib3_errors.IncompleteRead) for link in links):
        return Broken("the answer broke off")
    if isinstance(inner, RemoteDisconnected):
        return Broken("the connection was closed without an answer")
    if isinstance(inner, ConnectionError):
        return Broken("the connection broke")
    if isinstance(inner, OSError) and inner.strerror:
        return Broken(f"the connection failed ({inner.strerror.lower()})")
    return Broken("the answer is no proper HTTP")


def _certificate(said: str) -> Broken:
    found = (words for form, words in _CERTIFICATES if re.search(form, said, re.IGNORECASE))
    wrong = next(found, "is not accepted")
    return Broken(f"the certificate {wrong}", lasting=True, advice=f"Nothing was sent. {_CHECK}")


def _is_bundle(error: BaseException) -> bool:
    """Whether a file of certificates has none."""
    return isinstance(error, ssl.SSLError) and bool(re.search("NO_CERTIFICATE|PEM|X509", str(error)))


def _bundle(said: str) -> Broken:
    missing = re.search("invalid path: (.*)", said)
    what = f"there is no file of certificates at {missing[1]!r}" if missing else "no certificates can be read"
    return Broken(what, lasting=True, advice="Correct REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, or unset it.")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those inside it, the innermost last."""
    yield error
    inner = [getattr(error, "reason", None), *error.args, error.__cause__]
    for one in inner:
        if isinstance(one, BaseException):
            yield from _chain(one)
            return
