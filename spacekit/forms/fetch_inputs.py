"""The fields of the form that fetches, and what follows: plan, code, and what is wrong. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, HasTraits, Int, Unicode, observe, validate

from spacekit.archive import Observation
from spacekit.arguments import check_number, milliseconds, span
from spacekit.fetching.client import Client
from spacekit.fetching.plan import Plan
from spacekit.forms.faults import FieldError, at
from spacekit.forms.fetch_code import fetch_code
from spacekit.forms.kept import Kept
from spacekit.forms.service import Service
from spacekit.forms.wanted import Wanted, wanted, without_keys
from spacekit.ids import Entry, Found
from spacekit.words import redact

_INPUTS: Final = (
    "text", "find", "since", "until", "max_posts", "address", "price", "use_sandbox", "archive", "max_age", "search",
)  # fmt: skip
_MOST_POSTS: Final = 500
_ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "key": frozenset({"use_sandbox", "address"}),
    "address": frozenset({"use_sandbox"}),
}
"""What a refusal is about beside its own field."""
_KEY_AGAIN: Final = "The key was for another address. Enter the key for this one."


class FetchInputs(HasTraits):
    """
    What a person chose, and what follows from it before anything is sent.

    Parameters
    ----------
    client
        The `Client` to ask; None: one made of the fields.
    """

    text = Unicode("", help="What was pasted.")
    find = Unicode("", help="Hosts and words to search for.")
    since = AnyTrait(None, allow_none=True, help="First day of the posts to search; None for no bound.")
    until = AnyTrait(None, allow_none=True, help="Day before which posts were written; None for no bound.")
    max_posts = Int(_MOST_POSTS, help="Number of posts after which a search ends.")
    archive = Unicode("", help="Path of the archive; empty for none.")
    max_age = Unicode("1h", help="Age up to which an answer that is kept is used.")
    address = Unicode("", help="Address of the service; empty for SocialData's.")
    price = Unicode("", help="Price of a request; empty if unknown.")
    use_sandbox = Bool(False, help="Whether to ask the made-up Spaces on this machine.")
    has_key = Bool(False, help="Whether a key was given here; only the Client has the key itself.")

    wanted = AnyTrait(Wanted(), help="What is asked for: ids, and hosts and words.")
    search = AnyTrait(None, allow_none=True, help="The newest `Search` for what is asked for, or None.")
    plan = AnyTrait(None, allow_none=True, help="The `Plan` of fetching what there is, or None.")
    search_plan = AnyTrait(None, allow_none=True, help="The plan of the search, or None.")
    faults = Dict(help="What is wrong, by the name of the field; `plan` is what belongs to none.")
    outdated = Bool(False, help="Whether the newest result is of other inputs than those of the fields.")
    code = Unicode("", help="Code that does the same.")

    def __init__(self, client: Client | None = None) -> None:
        super().__init__()
        self.service = Service(client)
        self.kept = Kept()
        self.began: int | None = None
        """When the first of the runs began that are not complete yet, in epoch milliseconds."""
        self._wrong: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._searched: Any = None
        self._fetched: Any = None  # the `asked` and the inputs that the newest result is of
        self.locked = False
        """Whether a run is under way, which keeps its Client."""
        self.look()

    @property
    def found(self) -> Found:
        """What was recognised in the text: ids, repeats, and what is no id."""
        found: Found = self.wanted.found
        return found

    @property
    def inputs(self) -> Found:
        """What a fetch asks for: what was pasted, then what the search found beside it."""
        new = [space_id for space_id in self.search or () if space_id not in self.found]
        if not new:
            return self.found
        return Found((*self.found.entries, *(Entry(space_id, space_id, None) for space_id in new)))

    @property
    def next(self) -> str:
        """What is to be done: "fetch" what there is, else "search"; "" for nothing."""
        if self.inputs.ids:
            return "fetch"
        return "search" if self.wanted.searches else "fetch" if self.found.entries else ""

    @property
    def wrong(self) -> bool:
        """Whether a field holds what cannot be used."""
        return bool(self._wrong)

    @property
    def place(self) -> str | Path:
        """Where answers are kept."""
        return self.kept.place(self.service.name, self.archive.strip())

    @property
    def age(self) -> Any:
        """Age up to which a kept answer is used; those of runs that are not complete yet are used in any case."""
        age = _age(self.max_age)
        if self.began is None:
            return age
        return max(age, pd.Timedelta(max(1, self.service.client.now_ms() - self.began), "ms"))

    def held(self, ids: Sequence[str]) -> dict[str, Observation]:
        """Return the answers about Spaces that came before an archive was chosen, by id."""
        if not self.archive.strip() or not self.age:
            return {}
        not_before = self.service.client.now_ms() - milliseconds(self.age)
        return self.kept.held(self.service.name, ids, not_before)

    @property
    def query(self) -> dict[str, Any]:
        """The arguments of a search."""
        given = {"hosts": list(self.wanted.hosts) or None, "query": self.wanted.words or None}
        return {**given, "since": self.since, "until": self.until, "max_posts": self.max_posts}

    @property
    def asked(self) -> tuple[Any, ...]:
        """What the fields ask for, and of whom."""
        return self.service.name, self.found, self.query if self.wanted.searches else None

    def refuse(self, why: dict[str, str]) -> None:
        """Say what the service refused, until its field is changed or a run starts."""
        self._refused = why
        self.faults = {**self._refused, **self._wrong}

    def keep_search(self, search: Any) -> None:
        """Keep what a search found, until something else is to be searched for."""
        self._searched, self.search = (self.service.name, self.query), search

    @validate("text", "find")
    def _hide_key(self, proposal: Any) -> str:
        """Take a key that was pasted by mistake out of its box, as the box itself does."""
        return without_keys(proposal["value"])

    @observe(*_INPUTS)
    def _changed(self, change: Any) -> None:
        if change["name"] in ("max_age", "archive"):
            self.began = None
        self._refused = {
            name: why
            for name, why in self._refused.items()
            if name not in (change["name"], "plan") and change["name"] not in _ABOUT.get(name, ())
        }
        try:
            self.look()
            self.say()
        except Exception as error:  # noqa: BLE001  # shown: ipywidgets would swallow it
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Show an error."""
        raise error

    def say(self) -> None:
        """Say how things stand, once a field has changed."""

    def look(self) -> None:
        """Read the fields again."""
        self._wrong = {}
        for step in (
            self._read_service,
            self._read_wanted,
            self._read_search,
            self._read_archive,
            self._read_plan,
        ):
            step()
        self.faults = {**self._refused, **self._wrong}
        self.outdated = self._fetched is not None and self._fetched != (self.asked, self.inputs)
        self.code = self._code()

    @contextmanager
    def _read(self, field: str) -> Iterator[None]:
        """Note what is wrong with a field."""
        try:
            with at(field):
                yield
        except FieldError as error:
            self._wrong[error.field] = str(error)

    def _read_service(self) -> None:
        if self.locked or self.service.given is not None:
            return
        had = self.service.has_key
        self.service.use_sandbox(self.use_sandbox)
        with self._read("address"):
            self.service.use_address(self.address)
        self.has_key = self.service.has_key
        if had and not self.has_key and not self.use_sandbox:
            self._refused["key"] = _KEY_AGAIN
        with self._read("price"):
            self.service.price = _price(self.price)

    def _read_wanted(self) -> None:
        with self._read("find"):
            self.wanted = wanted(self.text, self.find)

    def _read_search(self) -> None:
        if self.search is not None and self._searched != (self.service.name, self.query):
            self.search = None
        with self._read("until"):
            if self.since and self.until and self.since >= self.until:
                raise ValueError(f"{self.until} is not after {self.since}. Choose a later day.")

    def _read_archive(self) -> None:
        with self._read("max_age"):
            _age(self.max_age)
        with self._read("archive"):
            _check_folder(self.archive.strip())

    def _read_plan(self) -> None:
        plan = search_plan = None
        with self._read("archive"):
            if self.inputs.entries and not self._wrong:
                plan = self._planned()
            if self.wanted.searches and self.search is None and not self._wrong:
                search_plan = self.service.client.plan(None, self.place, self.age, **self.query)
        self.plan, self.search_plan = plan, search_plan

    def _planned(self) -> Plan:
        """Return the plan; what came before the archive was chosen is there already."""
        client, place, age = self.service.client, self.place, self.age
        plan = client.plan(self.inputs, place, age)
        held = self.held(plan.ids_to_fetch)
        if not held:
            return plan
        rest = client.plan([space_id for space_id in plan.ids_to_fetch if space_id not in held], place, age)
        there: dict[str, Any] = {
            "fresh": plan.fresh + len(held),
            "to_fetch": rest.to_fetch,
            "ids_to_fetch": rest.ids_to_fetch,
        }
        return replace(plan, **there, seconds=rest.seconds, cost=rest.cost)

    def _code(self) -> str:
        query = {
            name: value for name, value in self.query.items() if (name, value) != ("max_posts", _MOST_POSTS)
        }
        archive = self.archive.strip()
        options = {"archive": archive, "max_age": self.max_age.strip()} if archive else {}
        code = fetch_code(self.service.code, self.found.ids, query if self.wanted.searches else {}, options)
        return redact(code)


def _age(text: str) -> pd.Timedelta:
    return span("max_age", text.strip() or "0", advice="; 0 asks again")


def _price(text: str) -> float | None:
    """Return a price as a number, also with a decimal comma; None where there is none."""
    if not text.strip():
        return None
    try:
        price = float(text.strip().lstrip("$").replace(",", "."))
        check_number("price", price)
    except ValueError:
        raise ValueError(f"{text!r} is not a price. Enter a number such as 0.0002, or nothing.") from None
    return price


def _check_folder(archive: str) -> None:
    folder = Path(archive).parent
    if archive and not folder.is_dir():
        raise OSError(f"There is no folder {str(folder)!r}. Choose a file in a folder that exists.")
