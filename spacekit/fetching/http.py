"""One request, one answer: sends and bounds a single request. What the answer means, `answers` says."""

from __future__ import annotations

import ipaddress
import re
import zlib
from typing import Any, Final
from urllib.parse import quote, urlencode

import requests
from requests.auth import AuthBase
from urllib3 import Timeout
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

from spacekit.arguments.encodings import json_in_utf8
from spacekit.errors import CredentialsError, DataError
from spacekit.fetching.answers import Answer, cut
from spacekit.fetching.connections import Connections
from spacekit.fetching.reasons import no_answer, reason_of
from spacekit.words import Key, even_half_made, redact_input, show
from spacekit.words.keys import IS_ADDRESS, IS_EMPTY

MAX_BODY: Final = 16 * 2**20
"""Bytes of a decoded body at which reading stops: a Space takes 2,000 to 20,000, a page of posts some 100,000."""

ADDRESSES: Final = ("/twitter/spaces/show?id={space_id}", "/twitter/space/{space_id}")
"""Path of each documented address, in the order to try."""

SEARCH: Final = "/twitter/search"
BALANCE: Final = "/user/balance"

_HOST: Final = "api.socialdata.tools"
_CHUNK = 2**16

_SET_KEY = "Set SOCIALDATA_API_KEY, or pass api_key="
_USE_URL = "Use one such as 'https://api.socialdata.tools'"


class Endpoint:
    """
    What is asked: addresses, key and time-out, shared by all threads.

    Parameters
    ----------
    base_url
        Scheme and host, with a port or a path before the documented ones where needed.
    api_key
        Sent as `Authorization: Bearer`, to https or to this machine only; in no repr, message, log or URL.
    timeout_s
        Seconds in which an answer must be whole, from connecting to the last byte of the body.

    Raises
    ------
    CredentialsError
        There is no key, it cannot be a key, or it would travel unencrypted.
    ValueError
        `base_url` cannot be used.
    """

    def __init__(self, base_url: str, api_key: Key | str | None, timeout_s: float) -> None:
        api_key = None if api_key is None else Key.of(api_key)
        url = checked_url(base_url)
        key = _checked_key(api_key)
        local = _is_loopback(url.host or "")
        if url.scheme == "http" and not local:
            raise CredentialsError(
                f"Base URL {base_url!r}: the API key would travel unencrypted. "
                "Use https; plain http goes to this machine only."
            )
        # A port of this machine says nothing to anybody.
        self.host = (url.host if local else url.netloc) or ""
        path = (url.path or "").rstrip("/")
        self.base_url = f"{url.scheme}://{url.netloc}{path}"
        self._shown_url = f"{url.scheme}://{self.host}{path}"
        self.timeout_s = timeout_s
        self._auth = _Bearer(key)
        # A proxy cannot reach this machine's own loopback.
        self._connections = Connections(self._auth, trust_env=not local)
        self._settled: str | None = None

    @even_half_made
    def __repr__(self) -> str:
        if "timeout_s" not in vars(self):  # a traceback shows one whose address or key was refused
            return "<Endpoint that was not made>"
        return f"Endpoint({self.base_url!r}, timeout_s={self.timeout_s!r})"

    def address_for(self, denied: tuple[str, ...]) -> str:
        """Return the address to ask: one that has not answered 404, where there is one."""
        addresses = ADDRESSES if self._settled is None else (self._settled,)
        return next((address for address in addresses if address not in denied), addresses[0])

    @property
    def place(self) -> str:
        """Where Spaces are asked for, as a report says it: with the address that answered or is tried first."""
        return self.place_of((self._settled or ADDRESSES[0]).removesuffix("/{space_id}"))

    def place_of(self, path: str) -> str:
        """Return what is asked at a path, as a report says it: the service and the address."""
        service = (
            "the SocialData API" if self.host == _HOST else "a service that answers as the SocialData API"
        )
        return f"{service} ({self._shown_url}{path.partition('?')[0]})"

    def settle(self, address: str) -> None:
        """Ask only this address from now on: it has answered with a Space. Safe from any thread."""
        self._settled = address

    def close(self) -> None:
        """Close the connections. Closing twice is no error."""
        self._connections.close()

    def ask(self, path: str, what: str) -> Answer:
        """
        Send exactly one request, and read its answer whatever its status.

        Parameters
        ----------
        path
            What follows the base URL, with its query.
        what
            What is asked for, as messages say it: "Space '1jMJgLdenVjxL'".

        Raises
        ------
        ServiceError
            No whole answer came: time-out, no connection, or one that broke. Asking again may help.
        DataError
            The body is over `MAX_BODY`, or compressed in a way that was not asked for.
        """
        where = f"{what} at {self.host}"
        url = self.base_url + path
        options: Any = {"timeout": Timeout(total=self.timeout_s), "stream": True, "allow_redirects": False}
        try:
            with self._connections.session() as session, session.get(url, **options) as response:
                headers = response.headers
                text = json_in_utf8(_read(response, where), headers.get("Content-Type", ""))
                body = self._auth.remove_from(text, response.status_code)
                return Answer(
                    response.status_code, body, headers.get("Retry-After"), self.host, headers.get("Date")
                )
        except DataError:
            raise
        # OSError: requests', on a missing file of certificates. ValueError: the standard library's, on a chunk of
        # negative length.
        except (requests.RequestException, HTTPError, zlib.error, OSError, ValueError) as error:
            why = reason_of(error, self.timeout_s)
        # Not raised inside the except clause: the caught error holds the request, and with it the key.
        raise no_answer(where, why)


def space_path(address: str, space_id: str) -> str:
    """Return the path of a Space at one of `ADDRESSES`."""
    return address.format(space_id=quote(space_id, safe="", errors="replace"))


def search_path(query: str, cursor: str | None) -> str:
    """Return the path of a page of a search, newest posts first; words arrive as they are, whatever is in them."""
    values = {"query": query, "type": "Latest"} | ({"cursor": cursor} if cursor is not None else {})
    return f"{SEARCH}?{urlencode(values, quote_via=quote, safe='')}"


def checked_url(base_url: str) -> Url:
    """Read the URL as urllib3 does when it connects, so that both see the same host."""
    if not isinstance(base_url, str):
        raise ValueError(f"Base URL: got {show(base_url)}. {_USE_URL}.")  # noqa: TRY004  # one class for a base URL that cannot be used
    try:
        url = parse_url(base_url)
    except LocationParseError:
        url = Url()
    if url.auth is not None:
        raise ValueError(
            "Base URL: it holds a user name or password (not shown). Leave it out; pass api_key=."
        )
    if redact_input(base_url) != base_url:
        raise ValueError(
            f"Base URL: it looks like an API key, or holds one (not shown). {_USE_URL}; pass api_key=."
        )
    if url.scheme not in ("http", "https") or not url.host or re.search(r"[^!-~]|\\", base_url):
        shown = f" {base_url!r}" if re.search(r"[./:]|^localhost$", base_url) else ""
        raise ValueError(
            f"Base URL{shown}: not an http(s) address{'' if shown else ' (not shown)'}. {_USE_URL}."
        )
    if url.query is not None or url.fragment is not None:
        shown = base_url.partition("#")[0].partition("?")[0]
        raise ValueError(f"Base URL {shown!r}: it has a query or fragment. Use scheme, host and path only.")
    return url


def _checked_key(key: Key | None) -> Key:
    if key is None:
        raise CredentialsError(
            f"API key: there is none. {_SET_KEY}, or try spacekit.sandbox(), which needs no key."
        )
    if key.wrong == IS_ADDRESS:
        raise CredentialsError(f"API key: {key.wrong} (not shown). {_SET_KEY}; an address is base_url=.")
    if key.wrong == IS_EMPTY:
        raise CredentialsError(f"API key: {key.wrong} (not shown). {_SET_KEY} as your account shows it.")
    if key.wrong:
        raise CredentialsError(
            f"API key: {key.wrong} (not shown). Copy it again, without quotes or the word Bearer."
        )
    return key


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _read(response: requests.Response, where: str) -> bytes:
    """Read and unpack the body piece by piece: one that is too large, packed or unpacked, is never held whole."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise DataError(
            f"{where}: the body is compressed as {cut(encoding)}, which was not asked for. It is not read."
        )
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    response.raw.enforce_content_length = True  # urllib3 1.26 takes half a body for a whole one
    body = bytearray()
    chunk = b""
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += unpack.decompress(chunk, MAX_BODY + 1 - len(body)) if unpack else chunk
        if len(body) > MAX_BODY:
            raise DataError(f"{where}: the body is over {MAX_BODY // 2**20} MiB. It is not read further.")
    if unpack and body and not unpack.eof:
        raise zlib.error("the gzip body ends too early")
    return bytes(body)


class _Bearer(AuthBase):
    """Puts the key on each request."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key.read()}"
        return request

    def remove_from(self, body: bytes, status: int) -> bytes:
        """Take the key out of an answer that quotes it, in whatever form."""
        return self._key.out_of_body(body, is_data=status == 200)
