"""The made-up Spaces: what the script writes, the odd cases in it, and that all of it is plausible."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scripts import make_samples, sample_cases
from spacekit.samples import spaces as samples
from spacekit.tables import normalize

DATA = Path(samples.__file__).parent
RECORDS = {record["id"]: record for record in samples.sample_records()}
MINUTE = 60_000
Record = dict[str, Any]


def _lines(name: str) -> list[Record]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000


SAMPLES = _lines("samples.jsonl")
OBSERVATIONS = _lines("observations.jsonl")
FETCHED = {line["space"]["id"]: _ms(line["fetched_at"]) for line in SAMPLES}


def _recorded(record: Record) -> bool:
    return record["is_space_available_for_replay"] is True


def _counts(record: Record) -> tuple[int, int]:
    return record["total_live_listeners"], record["total_replay_watched"]


def _delay(record: Record) -> int:
    return record["started_at"] - record["scheduled_start"]


def _length(record: Record) -> float:
    return (int(record["ended_at"]) - record["started_at"]) / MINUTE


def _written_in(first: str, last: str) -> Callable[[Record], bool]:
    return lambda record: re.search(f"[{first}-{last}]", record["title"]) is not None


def _unstarted(state: str) -> Callable[[Record], bool]:
    return lambda record: (
        record["state"] == state
        and not {"started_at", "ended_at"} & record.keys()
        and _counts(record) == (0, 0)
    )


def _running(state: str) -> Callable[[Record], bool]:
    return lambda record: record["state"] == state and "started_at" in record and "ended_at" not in record


def _looks(space_id: str) -> list[int]:
    return [o["space"]["total_replay_watched"] for o in OBSERVATIONS if o["space"]["id"] == space_id]


def _has_twin(record: Record) -> bool:
    return sum(other.lower() == record["id"].lower() for other in RECORDS) == 2


HOLDS: dict[str, Callable[[Record], bool]] = {
    "state NotStarted": _unstarted("NotStarted"),
    "state NotStarted, starts within the hour": lambda r: (
        _unstarted("NotStarted")(r) and 0 < r["scheduled_start"] - samples.SAMPLE_TIME < 60 * MINUTE
    ),
    "state NotStarted, days ahead": lambda r: (
        _unstarted("NotStarted")(r) and r["scheduled_start"] - samples.SAMPLE_TIME > 5 * 24 * 60 * MINUTE
    ),
    "state PrePublished": _unstarted("PrePublished"),
    "state Running": _running("Running"),
    "state Running, just begun": _running("Running"),
    "state RUNNING in capitals": _running("RUNNING"),
    "fetched one hour after the end": lambda r: FETCHED[r["id"]] - int(r["ended_at"]) == 60 * MINUTE,
    "state Canceled": _unstarted("Canceled"),
    "state Canceled, no recording wanted": lambda r: _unstarted("Canceled")(r) and not _recorded(r),
    "state TimedOut, replayable": lambda r: r["state"] == "TimedOut" and _recorded(r) and _counts(r)[1] > 0,
    "state TimedOut, no recording": lambda r: (
        r["state"] == "TimedOut" and not _recorded(r) and _counts(r)[1] == 0
    ),
    "state not known": lambda r: (
        r["state"].lower() not in {"notstarted", "prepublished", "running", "ended", "canceled", "timedout"}
    ),
    "title absent": lambda r: "title" not in r,
    "title null": lambda r: r["title"] is None,
    "title empty": lambda r: r["title"] == "",
    "title in Arabic": _written_in("\u0621", "\u064a"),
    "title in Hebrew": _written_in("\u05d0", "\u05ea"),
    "title in Chinese": lambda r: (
        _written_in("\u4e00", "\u9fff")(r) and not _written_in("\u3040", "\u30ff")(r)
    ),
    "title in Japanese": _written_in("\u3040", "\u30ff"),
    "title in Korean": _written_in("\uac00", "\ud7a3"),
    "title with emoji": _written_in("\U0001f300", "\U0001faff"),
    "title with signs": lambda r: "$100 < $200 & <b>" in r["title"],
    "title of 300 characters": lambda r: len(r["title"]) == len(r["title"].strip()) == 300,
    "scheduled_start absent (instant Space)": lambda r: "scheduled_start" not in r and "started_at" in r,
    "started 29 min before scheduled_start": lambda r: _delay(r) == -29 * MINUTE,
    "started 3 s before scheduled_start": lambda r: _delay(r) == -3_000,
    "started 22 min after scheduled_start": lambda r: _delay(r) == 22 * MINUTE,
    "created days before the start": lambda r: r["started_at"] - r["created_at"] > 8 * 24 * 60 * MINUTE,
    "flags absent": lambda r: (
        not {
            "is_space_available_for_replay",
            "is_space_available_for_clipping",
            "disallow_join",
        }
        & r.keys()
    ),
    "flags true that are mostly false": lambda r: r["disallow_join"] is True and r["is_locked"] is True,
    "early 2022: total_participated, no total_live_listeners": lambda r: (
        "total_participated" in r and "total_live_listeners" not in r
    ),
    "ended_at as integer": lambda r: type(r["ended_at"]) is int,
    "replay_start_time 0": lambda r: r["replay_start_time"] == 0,
    "replay_start_time 166": lambda r: r["replay_start_time"] == 166,
    "replay_start_time 1849": lambda r: r["replay_start_time"] == 1849,
    "no recording: replay flag false, count 0": lambda r: (
        r["state"] == "Ended" and not _recorded(r) and _counts(r)[1] == 0
    ),
    "recording removed later: replay flag false, count above 0": lambda r: (
        r["is_space_available_for_replay"] is False and _counts(r)[1] > 0
    ),
    "recorded, replay count really 0": lambda r: _recorded(r) and _counts(r)[0] > 0 and _counts(r)[1] == 0,
    "both counts 0": lambda r: r["state"] == "Ended" and _recorded(r) and _counts(r) == (0, 0),
    "live 0, replay above 0": lambda r: _recorded(r) and _counts(r)[0] == 0 and _counts(r)[1] > 0,
    "creator null": lambda r: r["creator"] is None,
    "creator absent": lambda r: "creator" not in r,
    "creator protected": lambda r: r["creator"] == {"__typename": "UserUnavailable", "reason": "Protected"},
    "creator with core": lambda r: (
        {"name", "screen_name", "created_at"} == r["creator"]["core"].keys()
        and not r["creator"]["core"].keys() & r["creator"]["legacy"].keys()
    ),
    "creator's name changed: fetched before": lambda r: any(
        other["creator"]["id"] == r["creator"]["id"]
        and other["creator"]["legacy"]["name"] != r["creator"]["legacy"]["name"]
        and other["creator"]["legacy"]["followers_count"] != r["creator"]["legacy"]["followers_count"]
        and FETCHED[other["id"]] > FETCHED[r["id"]]
        for other in RECORDS.values()
        if "id" in (other.get("creator") or {})
    ),
    "unknown field": lambda r: "sample_new_field" in r,
    "id that differs from another only in case (1)": _has_twin,
    "id that differs from another only in case (2)": _has_twin,
    "lowest replay/live, 0.0002": lambda r: _counts(r)[1] / _counts(r)[0] == 0.0002,
    "highest replay/live, 8.5": lambda r: _counts(r)[1] / _counts(r)[0] == 8.5,
    "shortest, 10 min": lambda r: _length(r) == 10,
    "longest, 6 h": lambda r: _length(r) == 360,
    "observed: replays do not grow": lambda r: len(_looks(r["id"])) > 4 and len(set(_looks(r["id"]))) == 1,
    "observed: replays grow late": lambda r: _looks(r["id"])[-1] > 3 * _looks(r["id"])[-4] > 0,
}


def test_files_are_what_the_script_makes() -> None:
    """The shipped files are byte for byte what the seeded script makes."""
    assert make_samples.main(["--check"]) == 0


def test_check_reports_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` exits 1 and names the file where one differs, and writes nothing."""
    monkeypatch.setattr(make_samples, "DATA", tmp_path)
    monkeypatch.setattr(make_samples, "sample_lines", lambda: ["{}"])
    monkeypatch.setattr(make_samples, "observation_lines", lambda: ["{}"])
    (tmp_path / "samples.jsonl").write_bytes(b"{}\n")
    assert make_samples.main(["--check"]) == 1
    printed = capsys.readouterr().out
    assert "observations.jsonl" in printed
    assert "samples.jsonl: " not in printed
    assert not (tmp_path / "observations.jsonl").exists()


def test_every_odd_case_has_its_check() -> None:
    """The script's table of odd cases and this file's checks name the same cases."""
    assert make_samples.odd_ids().keys() == HOLDS.keys()


@pytest.mark.parametrize("case", HOLDS)
def test_odd_case_is_held(case: str) -> None:
    """The Space that the script names for an odd case really is one."""
    assert HOLDS[case](RECORDS[make_samples.odd_ids()[case]])


def test_ids_are_known_at_a_glance() -> None:
    """Made-up ids are like real ones, begin with 1SAMPLE, and are each used once."""
    assert len(RECORDS) == len(SAMPLES)
    assert all(re.fullmatch("1SAMPLE[A-Za-z0-9]{6}", space_id) for space_id in RECORDS)


def test_creators_say_that_they_are_made_up() -> None:
    """Every made-up account says so, has an id too large for floats, and no address of X's."""
    creators = [r["creator"] for r in RECORDS.values() if "id" in (r.get("creator") or {})]
    assert {c["legacy"]["description"] for c in creators} == {make_samples.BIO}
    ids = {c["id"] for c in creators}
    assert len(ids) == 12
    assert len({float(creator_id) for creator_id in ids}) == 1
    hosts = re.findall(r"https?://([^/\"]+)", json.dumps(creators))
    assert set(hosts) == {"example.com"}


def test_form_is_that_of_the_documented_answer() -> None:
    """Usual records have the documented fields, of the documented types; `verified_type` may be absent."""
    documented = samples.documented_record()
    usual = [r for r in RECORDS.values() if r["id"] not in make_samples.odd_ids().values()]
    assert usual
    for record in usual:
        assert record.keys() == documented.keys()
        for key in documented.keys() - {"creator"}:
            assert type(record[key]) is type(documented[key]), key
    legacy = [r["creator"]["legacy"] for r in usual if "core" not in r["creator"]]
    always = documented["creator"]["legacy"].keys() - {"verified_type"}
    assert all(fields.keys() - {"verified_type"} == always for fields in legacy)
    assert {fields.get("verified_type") for fields in legacy} == {"Business", "Government", None}


def test_times_are_in_order_and_before_the_fetch() -> None:
    """Nothing started after it ended, or ended or was updated after it was fetched."""
    for record in RECORDS.values():
        times = [record.get(name) for name in ("created_at", "started_at", "ended_at", "updated_at")]
        known = [int(at) for at in times if at is not None]
        assert known == sorted(known), record["id"]
        assert known[-1] <= FETCHED[record["id"]], record["id"]


def test_relations_are_plausible() -> None:
    """Ratios, durations and ages span what was seen in public examples, and some Spaces overlap."""
    ended = [r for r in RECORDS.values() if "ended_at" in r]
    ratios = [_counts(r)[1] / _counts(r)[0] for r in ended if r.get("total_live_listeners") and _counts(r)[1]]
    assert (min(ratios), max(ratios)) == (0.0002, 8.5)
    lengths = [_length(r) for r in ended]
    assert (min(lengths), max(lengths)) == (10, 360)
    ages = [FETCHED[r["id"]] - int(r["ended_at"]) for r in ended]
    assert min(ages) == 60 * MINUTE
    assert 140 < max(ages) / (24 * 60 * MINUTE) < 151
    spans = sorted((r["started_at"], int(r["ended_at"])) for r in ended)
    assert sum(later[0] < earlier[1] for earlier, later in pairwise(spans)) >= 4


def test_weekly_show_keeps_its_hour_over_the_clock_change() -> None:
    """The weekly show is at one local hour on one weekday, so at two hours in UTC."""
    starts = [
        datetime.fromtimestamp(r["scheduled_start"] / 1_000, ZoneInfo("UTC"))
        for r in RECORDS.values()
        if (r.get("creator") or {}).get("legacy", {}).get("screen_name") == "sample_radio"
    ]
    assert {at.hour for at in starts} == {19, 20}
    local = {at.astimezone(ZoneInfo("Europe/London")) for at in starts}
    assert {(at.weekday(), at.hour) for at in local} == {(1, 20)}


def test_hosts_differ_enough_to_compare() -> None:
    """One host has large live and tiny replay counts, one the reverse, and one has fewer than five Spaces."""
    by_host: dict[str, list[float]] = defaultdict(list)
    for r in RECORDS.values():
        legacy = {**(r.get("creator") or {}).get("core", {}), **(r.get("creator") or {}).get("legacy", {})}
        if "ended_at" in r and "screen_name" in legacy and r.get("total_live_listeners") and _counts(r)[1]:
            by_host[legacy["screen_name"]].append(_counts(r)[1] / _counts(r)[0])
    assert max(by_host["sample_radio"]) < 0.1
    assert min(by_host["sample_archive"]) > 1
    assert len(by_host["sample_newcomer"]) < 5
    assert "sample_weather" not in by_host


def test_observations_grow_and_agree_with_the_samples() -> None:
    """Observations are in order of time; live stays, replay never shrinks, the last one is the sample."""
    times = [_ms(o["fetched_at"]) for o in OBSERVATIONS]
    assert times == sorted(times)
    by_space: dict[str, list[Record]] = defaultdict(list)
    for o in OBSERVATIONS:
        by_space[o["space"]["id"]].append(o["space"])
    assert 20 <= len(by_space) <= 30
    for space_id, seen in by_space.items():
        replays = [record["total_replay_watched"] for record in seen]
        assert replays == sorted(replays), space_id
        assert len({record.get("total_live_listeners") for record in seen}) == 1, space_id
        assert seen[-1] == RECORDS[space_id], space_id


def test_observations_follow_the_usual_ages() -> None:
    """Each usual age has observations, some Spaces miss one, and young ones have few."""
    ages = Counter()
    looks = Counter(o["space"]["id"] for o in OBSERVATIONS)
    for o in OBSERVATIONS:
        age_h = (_ms(o["fetched_at"]) - int(o["space"]["ended_at"])) / (60 * MINUTE)
        ages.update(usual for usual in make_samples.OBSERVED_AGES_H if usual * 0.99 <= age_h <= usual * 1.07)
    assert ages.keys() == set(make_samples.OBSERVED_AGES_H)
    assert max(looks.values()) == len(make_samples.OBSERVED_AGES_H) + 1
    assert len(set(looks.values())) > 3


def test_removed_recording_keeps_its_count() -> None:
    """Where a recording is removed, the flag turns false and the count stays as it was."""
    seen = [o["space"] for o in OBSERVATIONS if o["space"]["id"] == "1SAMPLEremove"]
    flags = [record["is_space_available_for_replay"] for record in seen]
    assert flags == sorted(flags, reverse=True)
    assert set(flags) == {True, False}
    assert len({r["total_replay_watched"] for r in seen if not r["is_space_available_for_replay"]}) == 1


def test_records_are_fresh() -> None:
    """Changing what `sample_records` and `documented_record` returned does not change what they return next."""
    samples.sample_records()[0]["title"] = "changed"
    samples.documented_record()["creator"]["legacy"].clear()
    assert samples.sample_records() == list(RECORDS.values())
    assert samples.documented_record()["creator"]["legacy"]["screen_name"] == "XEng"


def test_data_is_small() -> None:
    """What is shipped stays under 700 kB."""
    assert sum(path.stat().st_size for path in DATA.glob("*.json*")) < 700_000


def test_sample_time() -> None:
    """`SAMPLE_TIME` is the instant at which the samples were fetched, all but one."""
    assert _ms("2026-06-01T12:00:00Z") == samples.SAMPLE_TIME
    assert sum(at != samples.SAMPLE_TIME for at in FETCHED.values()) == 1


def test_make_spaces_is_seeded() -> None:
    """`make_spaces` returns n records with their own ids, the same for the same seed, others for another."""
    records = make_samples.make_spaces(300, seed=1)
    assert len({record["id"] for record in records}) == 300
    assert records == make_samples.make_spaces(300, seed=1)
    assert records != make_samples.make_spaces(300, seed=2)
    assert len({r["creator"]["id"] for r in records}) > 50


def test_only_the_protected_creator_is_a_problem() -> None:
    """`normalize` reads every value of the samples and the observations, but the one that the script names."""
    known = {make_samples.odd_ids()[case] for case in sample_cases.PROBLEMS}
    found = normalize([line["space"] for line in SAMPLES], [line["fetched_at"] for line in SAMPLES]).problems
    assert set(found["space_id"]) == known
    assert set(found["column"]) == {"creator"}
    observed = [line["space"] for line in OBSERVATIONS]
    assert normalize(observed, [line["fetched_at"] for line in OBSERVATIONS]).problems.empty
    assert normalize([samples.documented_record()]).problems.empty


def test_newest_name_of_the_renamed_host() -> None:
    """The table of creators has one row a host, with the newest name."""
    creators = normalize(
        [line["space"] for line in SAMPLES], [line["fetched_at"] for line in SAMPLES]
    ).creators
    assert len(creators) == 12
    assert "Sample Nairobi Science" in set(creators["name"])
    assert "Sample Science Hour" not in set(creators["name"])


def test_batch_knows_when_each_was_fetched() -> None:
    """`sample_batch` holds the same records as `sample_records`, each with its own time of fetching."""
    batch = samples.sample_batch()
    assert list(batch.records) == samples.sample_records()
    fetched = batch.spaces.set_index("space_id")["fetched_at"]
    assert {space_id: int(at.timestamp()) * 1_000 for space_id, at in fetched.items()} == FETCHED
