"""The paragraph for a methods section: true for every kind of batch, and its numbers add up."""

import json
import re
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spacekit as sk
from spacekit import arguments, tables
from spacekit.batch import OUTCOMES, Batch, Outcome, Run
from spacekit.tables import as_text
from spacekit.words import UNDEFINED

FETCHED = "2026-06-01T12:00:00Z"
APART = "at ages so far apart, more than tenfold, replay counts do not compare without a correction for age"
IDS = [record["id"] for record in sk.sample_records()]


def numbers(pattern: str, text: str) -> list[int]:
    """The numbers of the groups of the one place that fits the pattern."""
    (found,) = re.finditer(pattern, text)
    return [int(group.replace(",", "")) for group in found.groups()]


def listing(pattern: str, text: str) -> int:
    """The sum of the numbers of a list, such as "9 not ended, 5 no recording"."""
    found = re.search(pattern, text)
    return sum(int(n.replace(",", "")) for n in re.findall(r"(?:^|, )([\d,]*\d) ", found[1])) if found else 0


# --- every kind of batch ---


def fetched(folder: Path) -> Batch:
    """All the samples, from the server on this machine."""
    with sk.sandbox() as client:
        return client.fetch(IDS, progress=False)


def stopped(folder: Path) -> Batch:
    """A run whose budget was spent, with inputs of several kinds."""
    with sk.sandbox() as client, warnings.catch_warnings(action="ignore"):
        return client.fetch([*IDS, IDS[0], "typo"], archive=folder / "a.db", max_requests=40, progress=False)


def interrupted(folder: Path) -> Batch:
    """A run that Ctrl-C ended."""

    def press(progress: object) -> None:
        raise KeyboardInterrupt

    with sk.sandbox(workers=1) as client, pytest.raises(sk.FetchInterrupted) as raised:
        client.fetch(IDS, progress=press)
    batch = raised.value.batch
    assert isinstance(batch, Batch)
    return batch


def continued(folder: Path) -> Batch:
    """A run that finds some answers in an archive."""
    stopped(folder)
    with sk.sandbox() as client:
        return client.fetch(IDS, archive=folder / "a.db", progress=False)


def archived(folder: Path) -> Batch:
    """A run that finds all answers in an archive."""
    continued(folder)
    with sk.sandbox() as client:
        return client.fetch(IDS, archive=folder / "a.db", progress=False)


def latest(folder: Path) -> Batch:
    """The newest answers of an archive."""
    stopped(folder)
    with sk.Archive(folder / "a.db") as archive:
        return archive.latest()


def looked_up(folder: Path) -> Batch:
    """Some ids, looked up in an archive that has one of them."""
    stopped(folder)
    with sk.Archive(folder / "a.db") as archive:
        return archive.latest([IDS[0], IDS[0], IDS[-1], "typo"])


def lines(folder: Path) -> Batch:
    """A file of observations: a Space has several rows."""
    return sk.read(sk.sample_observations_path(), progress=False)


def mixed(folder: Path) -> Batch:
    """Files of several APIs, one of them broken."""
    v2 = {"data": {"id": "1aaaaaaaaaaaa", "state": "ended", "participant_count": 3, "creator_id": "5"}}
    (folder / "v2.json").write_text(json.dumps(v2))
    graphql = {"data": {"audioSpace": {"metadata": {"rest_id": "1bbbbbbbbbbbb", "state": "Ended"}}}}
    (folder / "graphql.json").write_text(json.dumps(graphql))
    (folder / "torn.json").write_text('{"id": ')
    Batch.of([sk.documented_record()], FETCHED).to_jsonl(folder / "one.jsonl")
    with warnings.catch_warnings(action="ignore"):
        return sk.read([folder, sk.sample_observations_path()], progress=False)


def given_records(folder: Path) -> Batch:
    """Records in memory, without a time."""
    return Batch.of([sk.documented_record(), {"id": "1cccccccccccc"}, {}])


def empty(folder: Path) -> Batch:
    """Nothing asked."""
    with sk.sandbox() as client:
        return client.fetch([], progress=False)


def nothing_due(folder: Path) -> Batch:
    """A refresh with nothing to do."""
    latest(folder)
    with sk.sandbox() as client, warnings.catch_warnings(action="ignore"):
        return sk.refresh(folder / "a.db", client=client, progress=False)


KINDS: list[Callable[[Path], Batch]] = [
    fetched, stopped, interrupted, continued, archived, latest, looked_up, lines, mixed, given_records, empty,
    nothing_due,
]  # fmt: skip


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__, scope="module")
def batch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """A batch of each kind."""
    made: Batch = request.param(tmp_path_factory.mktemp("batch"))
    return made


def check_numbers(batch: Batch) -> None:
    """Inputs are what became of them; rows are those compared and those left out, by reason; creators are counted."""
    report, spaces = batch.report(), batch.spaces
    complete = sum(n for outcome, n in batch.counts.items() if OUTCOMES[outcome].complete)
    parts = re.findall(r"([\d,]+) (?:yielded a Space|repeated another)", report)
    assert sum(int(n.replace(",", "")) for n in parts) == complete
    without = len(batch.outcome_rows) - complete
    assert listing(r"yielded no Space: (.+?)\. ", report) == without
    assert (f"{without:,} yielded no Space" in report) == bool(without)
    compared = sk.measures(spaces).excluded.isna()
    if compared.any():
        n, creators = numbers(r"([\d,]+) Spaces? by ([\d,]+) creators?[^.]*? can be compared", report)
        assert (n, creators) == (compared.sum(), tables.creator_keys(spaces[compared]).nunique())
    left = listing(r"rows? cannot: (.+?)\. ", report)
    assert left + compared.sum() == len(spaces)


def test_numbers_add_up(batch: Batch) -> None:
    """In a batch of each kind."""
    check_numbers(batch)


@given(
    st.lists(
        st.tuples(st.sampled_from(sk.sample_records()), st.sampled_from([None, 1_780_000_000_000])),
        max_size=12,
    ),
    st.lists(st.sampled_from([name for name in OUTCOMES if name not in ("ok", "archived")]), max_size=5),
)
def test_numbers_add_up_whatever_there_is(
    records: list[tuple[dict[str, object], int | None]], rest: list[str]
) -> None:
    """Spaces that repeat, times that are missing, any outcomes."""
    outcomes = [Outcome("x", str(record["id"]), "ok", record=i) for i, (record, _) in enumerate(records)]
    outcomes += [Outcome("x", None, outcome) for outcome in rest]
    check_numbers(Batch([as_text(record) for record, _ in records], [time for _, time in records], outcomes))


def test_it_is_one_paragraph_of_sentences(batch: Batch) -> None:
    """Without line breaks or double blanks, each sentence ended, none said twice."""
    report = batch.report()
    assert "\n" not in report
    assert "  " not in report
    sentences = re.split(r"(?<=\.) (?=[A-Z\d])", report)
    assert len(set(sentences)) == len(sentences)
    assert report.endswith(".")


def test_versions_are_those_installed(batch: Batch) -> None:
    """Of what computed the numbers."""
    for name in ("pandas", "numpy", "scipy"):
        assert f"{name} {version(name)}" in batch.report()
    assert f"spacekit {sk.__version__}" in batch.report()


def test_ages_are_those_of_stats(batch: Batch) -> None:
    """Youngest, median and oldest of the Spaces compared; how many are unknown."""
    ages = sk.stats.ages(batch.spaces).iloc[0]
    if ages.n > 1 and ages.youngest < ages.oldest:
        words = [sk.words.span(ages[name]) for name in ("youngest", "oldest", "median")]
        unknown = f" (unknown for {ages.n_unknown:,})" if ages.n_unknown else ""
        apart = f": {APART}" if ages.tenfold else ""
        assert (
            "fetched {} to {} after the end (median {})".format(*words) + unknown + apart + "."
            in batch.report()
        )
    assert (APART in batch.report()) == ages.tenfold
    if not ages.n and ages.n_unknown:
        assert "How long after the end their counts were fetched is unknown." in batch.report()


def test_estimand_and_intervals_are_said_where_there_is_one(batch: Batch) -> None:
    """What is estimated, the confidence, and that no seed is needed; and only where a Space can be compared."""
    report = batch.report()
    is_there = bool(sk.measures(batch.spaces).excluded.isna().any())
    estimand = "Where a replay share is reported for a set of Spaces, it is the median over Spaces;"
    assert (estimand in report) == is_there
    assert (f"{100 * arguments.CONFIDENCE:g} % confidence interval" in report) == is_there
    assert ("compare makes no random draws and needs no seed" in report) == is_there
    assert ("hosts draws its ranges of ranks with a fixed seed" in report) == is_there
    assert ("docs/statistics.md describes the intervals of every function" in report) == is_there
    assert ("does not define" in report) == is_there
    assert UNDEFINED.split("; ")[1].rstrip(".") in report or not is_there


def of_creators(*sizes: int, unknown: int = 0) -> Batch:
    """Spaces of creators of these numbers of Spaces, and some of unknown creator."""
    owners = [str(i + 1) for i, size in enumerate(sizes) for _ in range(size)] + [None] * unknown
    record = sk.documented_record()
    return Batch.of(
        [
            record | {"id": f"1SAMPLE{i:06d}", "creator": {"id": owner} if owner else None}
            for i, owner in enumerate(owners)
        ],
        FETCHED,
    )


VARY = [(6,), (12,), (1,) * 6, (2, 1, 1, 1, 1, 1), (3,) * 8]
FEW = [(1,), (5,), (1, 1), (1,) * 5, (9,) * 5, (9, 1, 1, 1, 1, 1), (60, 1, 1, 1, 1, 1, 1)]


@pytest.mark.parametrize("unknown", [0, 1, 3])
@pytest.mark.parametrize("sizes", VARY + FEW, ids=str)
def test_an_interval_is_promised_where_compare_has_one(sizes: tuple[int, ...], unknown: int) -> None:
    """A single creator's Spaces are what varies; else creators, and a Space without one is one of its own."""
    batch = of_creators(*sizes, unknown=unknown)
    report, row = batch.report(), sk.stats.summarise(batch.spaces).iloc[0]
    there, lone = not row.thin, row.n_creators == 1
    assert row.share_low is pd.NA or there
    assert ("interval, by spacekit's compare, inverts a test of the median" in report) == there
    assert ("it has no 95 % confidence interval" in report) == (not there)
    assert ("over the Spaces of the single creator, in order of time" in report) == (there and lone)
    assert ("leaving out each creator in turn" in report) == (there and not lone)
    assert ("a Space of unknown creator being one of its own" in report) == (there and unknown > 0)


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((5,), "there are fewer than 6 Spaces of the single creator."),
        ((1,) * 4, "there are fewer than 6 creators."),
        ((60, 1, 1, 1, 1, 1, 1), "there are creators with too unequal numbers of Spaces."),
    ],
    ids=str,
)
def test_why_there_is_no_interval(sizes: tuple[int, ...], why: str) -> None:
    """Too few, or too unequal."""
    assert f"it has no 95 % confidence interval, as {why}" in of_creators(*sizes).report()


def test_made_up_rows_are_called_so_once(batch: Batch) -> None:
    """With their number where others are among them."""
    made_up = int(batch.spaces.space_id.str.startswith("1SAMPLE").sum())
    assert batch.report().count("made up") == (1 if made_up else 0)
    if 0 < made_up < len(batch.spaces):
        assert f"{made_up:,} of the rows are made up" in batch.report()
    elif made_up:
        assert "All rows are made up" in batch.report()


def test_times_are_those_of_the_table_in_utc(batch: Batch) -> None:
    """The first and the last time of fetching, to the minute, with the zone."""
    known = batch.spaces.fetched_at.dropna()
    if len(known):
        first, last = f"{known.min():%Y-%m-%d %H:%M}", f"{known.max():%Y-%m-%d %H:%M}"
        when = f"at {last} UTC" if first == last else f"from {first} to {last} UTC"
        assert f"The counts were fetched {when}" in batch.report()
    elif len(batch.spaces):
        assert "The counts were fetched at an unknown time" in batch.report()


# --- single claims ---

PLACES = {
    fetched: "87 inputs were given; 87 requests were sent to a service that answers as the SocialData API "
    "(http://127.0.0.1/twitter/spaces/show).",
    stopped: "The run ended early: the budget of 40 requests is spent (max_requests).",
    interrupted: "The run ended early: interrupted.",
    archived: "87 inputs were looked up in the archive a.db. Of the inputs, 87 yielded a Space from the archive.",
    latest: "40 inputs were looked up in the archive a.db.",
    looked_up: "2 yielded no Space: 1 invalid (not a Space id), 1 not_tried (no answer yet).",
    lines: "178 inputs were read from observations.jsonl.",
    mixed: "The records have the form of the SocialData API (179), X's GraphQL (1) and X's API v2 (1).",
    given_records: "3 inputs were taken from records in memory.",
    empty: "No input was given; no request was sent to 127.0.0.1.",
    nothing_due: "No input was looked up in the archive a.db. There is no Space in the table.",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), PLACES.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_what_was_asked_is_said(kind: Callable[[Path], Batch], words: str, tmp_path: Path) -> None:
    """Of whom, and how it ended."""
    assert words in kind(tmp_path).report()


def test_the_service_is_named() -> None:
    """By its name and address where it is the documented one."""
    from spacekit.fetching.http import Endpoint

    place = Endpoint("https://api.socialdata.tools", "1|key", 1).place
    assert place == "the SocialData API (https://api.socialdata.tools/twitter/spaces/show)"


def test_recording_unknown_is_told() -> None:
    """A Space without flag and plays is compared, and said to be so."""
    record = sk.documented_record() | {"total_replay_watched": 0}
    del record["is_space_available_for_replay"]
    report = Batch.of([record], FETCHED).report()
    assert "Of these, 1 had no plays and no word of a recording (recording unknown)." in report
    assert "recording unknown" not in Batch.of([sk.documented_record()], FETCHED).report()


def test_problems_are_counted() -> None:
    """Values and records."""
    report = Batch.of([sk.documented_record() | {"total_live_listeners": -1, "title": 5}], FETCHED).report()
    assert "2 values of 1 record could not be read and were set to missing." in report
    assert "1 row cannot: 1 no live count." in report
    assert "Every value could be read." in Batch.of([sk.documented_record()]).report()


def test_hidden_accounts_are_no_unreadable_values() -> None:
    """They are counted apart, by record."""
    hidden = {"data": {"audioSpace": {"metadata": {
        "rest_id": "1bbbbbbbbbbbb", "state": "Ended",
        "creator_results": {"result": {"__typename": "UserUnavailable", "reason": "Protected"}},
    }}}}  # fmt: skip
    told = "The service did not show the creator's account in {}."
    report = Batch.of([hidden, hidden], FETCHED).report()
    assert f"Every value could be read. {told.format('2 records')}" in report
    report = Batch.of([hidden, sk.documented_record() | {"title": 5}], FETCHED).report()
    words = "1 value of 1 record could not be read and was set to missing. "
    assert words + told.format("1 record") in report
    assert "did not show" not in Batch.of([sk.documented_record()]).report()


def test_a_run_counts_its_requests() -> None:
    """Apart from the inputs, of which some may repeat or be no ids."""
    assert Run("x", requests=1).sentences(1) == "1 input was given; 1 request was sent to x."
    with sk.sandbox() as client:
        report = client.fetch([IDS[0], IDS[0], "typo", IDS[1]], progress=False).report()
    assert "4 inputs were given; 2 requests were sent to a service" in report
