"""Every chart: holds for any table, changes nothing but its axes, tells what it shows, shows what `stats` says."""

import functools
import inspect
import itertools
import json
import warnings
from collections.abc import Callable
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.style  # mpl.style is not loaded with matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from spacekit import plot, stats
from spacekit.plot.caption import Caption
from spacekit.samples import sample_batch, sample_observations_path, sample_records
from spacekit.tables import normalize

WEIRD = [
    "日本語のスペースで話そう、長い長いタイトルの例です",
    "مرحبا بكم في المساحة 123", "😀 emoji 🎙️", "🚀 rocket 👩‍💻 👍🏽",
    "$x_1$ <b>bold</b> \\alpha ^ _ & %", "$unclosed", "a" * 300, "word " * 60, "line\nbreak\tand\x07bell",
    "same title", "same title", None, "", " ", "한국어 제목", "हिन्दी में बातचीत", "שלום \u202eevil", "e\u0301" * 90,
    "\ue000\U0010ffff", "\ufffd",
]  # fmt: skip

CHARTS = pytest.mark.parametrize("name", list(plot.CHARTS))
CASES = ["empty", "one", "excluded", "weird", "nothing known", "large"]


def spaces_of(case: str) -> pd.DataFrame:
    """Table of Spaces of a kind."""
    samples = sample_batch().spaces
    if case == "large":
        return many(samples, 12)
    if case == "weird":
        ended = samples[samples["state"] == "Ended"].head(len(WEIRD))
        title = pd.array(WEIRD, dtype=samples["title"].dtype)
        return ended.assign(title=title, creator_screen_name=title, creator_id=ended["space_id"])
    changes: dict[str, Callable[[], pd.DataFrame]] = {
        "samples": lambda: samples,
        "empty": lambda: samples.head(0),
        "one": lambda: samples[samples["state"] == "Ended"].iloc[[3]],
        "excluded": lambda: samples[~samples["state"].isin(["Ended", "TimedOut", "ENDED"])],
        "nothing known": lambda: samples.assign(
            total_live_listeners=0,
            total_replay_watched=0,
            **{name: missing(samples[name]) for name in ("fetched_at", "ended_at")},
        ).astype(samples.dtypes),
    }
    return changes[case]()


def missing(column: pd.Series) -> pd.Series:
    """Give a column of the same dtype in which all is missing."""
    return column.where(column.isna())


def many(samples: pd.DataFrame, times: int) -> pd.DataFrame:
    """Samples again and again, by other creators and with other ids."""
    parts = []
    for place in range(times):
        shift = pd.Timedelta(days=place)
        made = {
            name: samples[name] + f"{place}" for name in ("space_id", "creator_id", "creator_screen_name")
        }
        parts.append(
            samples.assign(
                **made, started_at=samples["started_at"] + shift, ended_at=samples["ended_at"] + shift
            )
        )
    return pd.concat(parts, ignore_index=True)


def observations_of(case: str) -> pd.DataFrame:
    """Table of observations of a kind, with the columns of `Archive.observations`."""
    text = sample_observations_path().read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    spaces = normalize([line["space"] for line in lines], [line["fetched_at"] for line in lines]).spaces
    names = [
        "space_id",
        "fetched_at",
        "state",
        "total_live_listeners",
        "total_replay_watched",
        "creator_followers_count",
    ]
    table = spaces[names].assign(age=spaces["fetched_at"] - spaces["ended_at"])
    if case in ("excluded", "nothing known"):
        return table.assign(age=missing(table["age"]))
    if case == "large":
        return pd.concat(
            [table.assign(space_id=table["space_id"] + f"{i}") for i in range(25)], ignore_index=True
        )
    return table.head({"empty": 0, "one": 1}.get(case, len(table)))


@pytest.fixture(scope="module")
def tables() -> Callable[[str, str], pd.DataFrame]:
    """Give the table that a chart takes, of a kind; each made once."""
    made: dict[tuple[bool, str], pd.DataFrame] = {}

    def table(name: str, case: str) -> pd.DataFrame:
        key = (plot.CHARTS[name].takes == "observations", case)
        if key not in made:
            made[key] = observations_of(case) if key[0] else spaces_of(case)
        return made[key]

    return table


@pytest.fixture(scope="module")
def sample_chart(tables: Any) -> Callable[[str], Axes]:
    """Give the chart of the samples, drawn once; tests only read it."""
    return functools.cache(lambda name: plot.CHARTS[name].function(tables(name, "samples")))


def caption_of(ax: Axes) -> str:
    """Words of the caption, with usual blanks."""
    (caption,) = [child for child in ax.get_children() if isinstance(child, Caption)]
    return caption.words.replace("\u00a0", " ")


def texts_of(ax: Axes) -> list[str]:
    """Every text on the axes."""
    return [text.get_text() for text in ax.findobj(Text) if text.get_visible() and text.get_text()]


def holds(outer: Any, inner: Any) -> bool:
    """Whether a box lies within another one."""
    return bool(outer.x0 <= inner.x0 <= inner.x1 <= outer.x1 and outer.y0 <= inner.y0 <= inner.y1 <= outer.y1)


def labels_in(ax: Axes) -> list[Any]:
    """Texts at data, without the caption."""
    return [text for text in ax.texts if not isinstance(text, Caption)]


def drawn(ax: Axes) -> Figure:
    """Figure of the axes, after layout and drawing."""
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    FigureCanvasAgg(figure).draw()
    return figure


@CHARTS
@pytest.mark.parametrize("case", CASES)
def test_draws_any_table(name: str, case: str, tables: Any) -> None:
    """A chart of any table is drawn without a warning, with a named axis, a caption with n, and nothing cut off."""
    ax = plot.CHARTS[name].function(tables(name, case))
    figure = drawn(ax)
    assert "n = " in caption_of(ax) or "Top " in caption_of(ax)
    assert ax.get_xlabel()
    words = [
        text for text in ax.findobj(Text) if text.get_visible() and text.get_text() and not text.get_clip_on()
    ]
    boxes = {text.get_text(): Text.get_window_extent(text) for text in words}
    assert [text for text, box in boxes.items() if not holds(figure.bbox.padded(1.0), box)] == []


@CHARTS
def test_empty_table_says_so(name: str, tables: Any) -> None:
    """An empty table gives an empty chart that says that there is nothing."""
    said = " ".join(texts_of(plot.CHARTS[name].function(tables(name, "empty"))))
    assert "No Spaces in the table" in said


@CHARTS
def test_made_up_data_is_called_so(name: str, sample_chart: Any, tables: Any) -> None:
    """Sample data is called made up on the chart; other data is not."""
    assert "Made-up data, no finding about X." in caption_of(sample_chart(name))
    table = tables(name, "one")
    real = table.assign(space_id="1abc" + table["space_id"].str[4:])
    assert "ade-up" not in caption_of(plot.CHARTS[name].function(real))


@CHARTS
def test_caption_says_when_it_was_fetched(name: str, sample_chart: Any, tables: Any) -> None:
    """The caption has the first and last time of fetching, with the zone."""
    fetched_at, words = tables(name, "samples")["fetched_at"], caption_of(sample_chart(name))
    assert f"Fetched {fetched_at.min():%Y-%m-%d %H:%M} to {fetched_at.max():%Y-%m-%d %H:%M} UTC" in words


@CHARTS
def test_no_count_is_called_people(name: str, sample_chart: Any) -> None:
    """No chart calls the counts people, unique, concurrent or a peak, but to say that they are not."""
    said = " ".join(texts_of(sample_chart(name))).lower().replace("\n", " ")
    for word in ("unique", "concurrent", "peak", "audience size"):
        assert word not in said
    assert said.count("people") == said.count("no numbers of people") + said.count("not of people")


@CHARTS
def test_changes_nothing_but_the_axes(name: str, tables: Any) -> None:
    """A chart leaves rcParams, pyplot, the table, and the other axes and the layout of a given figure alone."""
    from matplotlib import pyplot as plt

    table, figure = tables(name, "samples"), Figure(figsize=(9, 5), layout="constrained")
    ax, other = figure.subplots(1, 2)
    before, engine, params = table.copy(deep=True), figure.get_layout_engine(), mpl.rcParams.copy()
    assert plot.CHARTS[name].function(table, ax=ax) is ax
    plot.CHARTS[name].function(table)
    pd.testing.assert_frame_equal(table, before)
    assert mpl.rcParams.copy() == params
    assert plt.get_fignums() == []
    assert figure.axes == [ax, other]
    assert figure.get_layout_engine() is engine
    assert not other.has_data()
    assert tuple(figure.get_size_inches()) == (9, 5)


@pytest.mark.parametrize("first", range(0, len(plot.CHARTS), 4))
def test_takes_a_figure_without_layout_engine(first: int, tables: Any) -> None:
    """In a plain figure of several axes, all that belongs to a chart stays in the figure and off the other charts."""
    figure = Figure(figsize=(11, 8))
    for name, ax in zip(list(plot.CHARTS)[first:], figure.subplots(2, 2).flat, strict=False):
        plot.CHARTS[name].function(tables(name, "samples"), ax=ax)
    FigureCanvasAgg(figure).draw()
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    for place, box in enumerate(boxes):
        assert box is not None
        assert holds(figure.bbox, box)
        assert not any(box.overlaps(following) for following in boxes[place + 1 :])


@CHARTS
def test_reads_on_dark_styles(name: str, tables: Any) -> None:
    """Words beside the data contrast with the figure's background, also when the style is over by then."""
    with mpl.style.context("dark_background"):
        ax = Figure(layout="constrained").subplots()
    plot.CHARTS[name].function(tables(name, "samples"), ax=ax)
    figure = ax.get_figure()
    assert figure is not None
    words = [ax.xaxis.label, *(child for child in ax.get_children() if isinstance(child, Caption))]
    behind = brightness(figure.get_facecolor())
    assert [word for word in words if abs(brightness(word.get_color()) - behind) < 0.25] == []


def brightness(colour: Any) -> float:
    """Brightness of a colour, 0 to 1."""
    return float(np.dot(mpl.colors.to_rgb(colour), (0.2126, 0.7152, 0.0722)))


@CHARTS
def test_titles_are_plain_text(name: str, tables: Any) -> None:
    """No text that comes from the data is read as mathematics, and each is one line of no more than 45 columns."""
    ax = plot.CHARTS[name].function(tables(name, "weird"))
    said = [text for text in ax.findobj(Text) if text.get_visible() and text.get_text()]
    assert all(not text.get_parse_math() for text in said if "$" in text.get_text())
    long = [text.get_text() for text in said if "word word" in text.get_text() or "aaaa" in text.get_text()]
    assert all(len(text) <= 60 and "\n" not in text for text in long if "n = " not in text)


@CHARTS
def test_keywords_go_to_matplotlib(name: str, tables: Any) -> None:
    """A keyword of the named method changes its artists, also under an alias of what the chart sets itself."""
    given = {"calendar": {"ec": "#123456"}}.get(name, {"color": "#123456", "lw": 3})
    ax = plot.CHARTS[name].function(tables(name, "samples"), **given)
    shown = {mpl.colors.to_hex(colour) for artist in ax.findobj() for colour in colours_of(artist)}
    assert "#123456" in shown


def colours_of(artist: Any) -> list[Any]:
    """Colours of lines, faces and edges of an artist."""
    found = []
    for getter in ("get_color", "get_facecolor", "get_edgecolor"):
        colour = getattr(artist, getter, list)()
        found += (
            [colour] if isinstance(colour, str) or (np.ndim(colour) == 1 and len(colour)) else list(colour)
        )
    return found


@CHARTS
def test_wrong_table_is_told_and_leaves_no_figure(name: str) -> None:
    """A table without the columns raises ValueError that names them; what is no table raises TypeError."""
    with pytest.raises(ValueError, match=r"space_id|age|started_at"):
        plot.CHARTS[name].function(pd.DataFrame({"x": [1]}))
    with pytest.raises(TypeError):
        plot.CHARTS[name].function(sample_records())


# -- the numbers on the chart are those of stats -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples() -> pd.DataFrame:
    """Table of the sample Spaces."""
    return sample_batch().spaces


def points(ax: Axes, label: str | None = None) -> Any:
    """Places of the dots of a scatter, as rows of x and y."""
    found = [c for c in ax.collections if isinstance(c, mpl.collections.PathCollection)]
    return np.asarray(next(c for c in found if label in (None, c.get_label())).get_offsets())


def test_audience_draws_the_counts_of_measures(samples: pd.DataFrame) -> None:
    """The dots are live and replay of `measures`, the largest live on top; a replay that cannot exist has none."""
    ax = plot.audience(samples)
    measured = (
        stats.measures(samples).sort_values(["live", "replay"], ascending=False, kind="stable").head(30)
    )
    replay = measured["replay"].mask(measured["excluded"].isin(["not ended", "no recording"]))
    for label, counts in (
        ("live listeners (as X reports)", measured["live"]),
        ("replay plays (as X reports)", replay),
    ):
        at = np.ma.filled(np.ma.asarray(points(ax, label), dtype=float), np.nan)
        np.testing.assert_allclose(at[:, 0], counts.to_numpy(dtype=float, na_value=np.nan))
    assert f"Top 30 of {len(samples)} Spaces by live listeners" in caption_of(ax)


def test_audience_says_why_a_dot_is_missing(samples: pd.DataFrame) -> None:
    """A Space that has not ended or was not recorded shows the reason in place of a replay dot."""
    wanted = samples[stats.measures(samples)["excluded"].isin(["not ended", "no recording"])]
    said = texts_of(plot.audience(wanted))
    assert said.count("not ended") + said.count("no recording") == len(wanted)


def test_audience_draws_zero_as_zero(samples: pd.DataFrame) -> None:
    """A count of 0 is drawn on a logarithmic axis, at a tick that says 0."""
    table = (
        samples[samples["state"] == "Ended"].head(5).assign(total_live_listeners=[0, 1, 10, 1_000, 100_000])
    )
    ax = plot.audience(table.astype(samples.dtypes))
    assert 0 in points(ax)[:, 0]
    assert ax.get_xscale() == "symlog"
    assert "0" in [label.get_text() for label in ax.get_xticklabels()]


def test_audience_names_each_row_apart(samples: pd.DataFrame) -> None:
    """Rows of the same title get different names."""
    names = [label.get_text() for label in plot.audience(samples).get_yticklabels()]
    assert len(set(names)) == len(names) == 30


def test_fewer_rows_where_fewer_fit(samples: pd.DataFrame) -> None:
    """In small axes fewer rows are drawn, and the caption says how many."""
    ax = plot.audience(samples, ax=Figure(figsize=(5, 3)).subplots())
    n = len(ax.get_yticklabels())
    assert 3 <= n < 30
    assert f"Top {n} of {len(samples)}" in caption_of(ax)


def test_live_vs_replay_draws_measures_and_tells_the_rest(samples: pd.DataFrame) -> None:
    """Points are the Spaces not excluded; those without recording stand apart, counted; rho is that of stats."""
    ax = plot.live_vs_replay(samples)
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna()]
    np.testing.assert_allclose(points(ax), kept[["live", "replay"]].to_numpy(dtype=float))
    apart = measured.loc[measured["excluded"] == "no recording", "live"].dropna()
    np.testing.assert_allclose(points(ax, "no recording")[:, 0], apart.to_numpy(dtype=float))
    assert f"no recording: {len(apart)}" in texts_of(ax)
    row = stats.summarise(samples).iloc[0]
    assert f"n = {len(kept)} of {len(samples)} Spaces; Spearman's rho {row['spearman']:.2f}" in caption_of(ax)


@pytest.mark.parametrize("name", ["live_vs_replay", "replay_share", "hosts", "calendar", "duration"])
def test_caption_counts_what_is_left_out(name: str, samples: pd.DataFrame) -> None:
    """Charts that compare live and replay tell each reason of exclusion with its number."""
    words = caption_of(plot.CHARTS[name].function(samples))
    left_out = stats.exclusions(samples)
    for reason, n in zip(left_out["reason"], left_out["n"], strict=True):
        assert (f"{n} {reason}" in words) == bool(n)


def test_many_points_are_cells_that_hold_them_all(samples: pd.DataFrame) -> None:
    """Past 400 Spaces the dots are cells, and their numbers add up to all Spaces."""
    table = many(samples, 12)
    ax = plot.live_vs_replay(table)
    cells = ax.collections[0]
    kept = int(stats.measures(table)["excluded"].isna().sum())
    assert len(points(ax)) < kept == np.asarray(cells.get_array()).sum()


def test_replay_share_draws_the_ecdf_of_the_largest_groups(samples: pd.DataFrame) -> None:
    """Each curve steps at the shares of its group, and how many groups past seven are not shown is told."""
    ax = plot.replay_share(samples, by="creator_id")
    curves = stats.share_ecdf(samples, "creator_id").fillna({"group": "no group"})
    legend = ax.get_legend()
    assert legend is not None
    named = [text.get_text().split(" (n")[0] for text in legend.get_texts()]
    assert len(named) == 7
    for name, line in zip(named, ax.lines, strict=False):
        one = curves[curves["group"] == name]
        x, y = line.get_data()
        np.testing.assert_allclose(x[1:-1], one["replay_share"].to_numpy(dtype=float))
        np.testing.assert_allclose(y[1:-1], one["fraction"].to_numpy(dtype=float))
    n = curves["group"].nunique()
    assert f"The 7 largest of {n} groups; {n - 7} not shown." in caption_of(ax)


def test_replay_share_has_room_for_a_week(samples: pd.DataFrame) -> None:
    """All seven weekdays are drawn, from Monday on."""
    legend = plot.replay_share(samples, by="weekday").get_legend()
    assert legend is not None
    assert [text.get_text()[:3] for text in legend.get_texts()] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]


def test_hosts_draws_the_medians_of_compare(samples: pd.DataFrame) -> None:
    """Each dot of `hosts` is the median share of that host."""
    ax = plot.hosts(samples)
    rows = stats.summarise(samples, by="host").dropna(subset=["group", "share_median"]).set_index("group")
    names = [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]
    heights = ax.get_yticks()
    at = dict(zip(points(ax)[:, 1], points(ax)[:, 0], strict=True))
    assert {name: at[height] for name, height in zip(names, heights, strict=True)} == pytest.approx(
        rows["share_median"].astype(float).to_dict()
    )


def test_growth_draws_what_was_observed() -> None:
    """The curve of the Space with most plays has its observations as corners, and ends at the last one."""
    observations = observations_of("samples")
    grown = stats.growth(observations)
    first = grown[grown["is_last"]].sort_values("total_replay_watched", ascending=False)["space_id"].iloc[0]
    one = grown[grown["space_id"] == first]
    x, y = plot.growth(observations).lines[0].get_data()
    np.testing.assert_allclose(x, one["age"].dt.total_seconds() / 60)
    np.testing.assert_allclose(y, one["total_replay_watched"].to_numpy(dtype=float))


def test_followers_draws_one_point_a_creator_and_names_the_extremes(samples: pd.DataFrame) -> None:
    """Points are followers and median; the caption gives the factor of the creator that is most above."""
    ax = plot.followers(samples)
    ranked = stats.followers(samples)
    known = ranked[ranked["followers"].notna()]
    np.testing.assert_allclose(points(ax), known[["followers", "audience_median"]].to_numpy(dtype=float))
    best = ranked.iloc[0]
    assert f"@{best['creator_screen_name']} × {2 ** best['residual']:.2g}" in caption_of(ax)


def test_calendar_writes_n_into_each_cell_and_greys_thin_ones(samples: pd.DataFrame) -> None:
    """The numbers in the cells are those of stats; cells of fewer than 3 Spaces have no colour of a median."""
    ax = plot.calendar(samples, tz="Asia/Tokyo")
    cells = stats.calendar(samples, "Asia/Tokyo")
    held = cells[cells["n"] > 0]
    written = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in labels_in(ax)}
    assert written == {(row.weekday, row.hour): str(row.n) for row in held.itertuples()}
    coloured = np.ma.masked_invalid(ax.collections[-1].get_array())
    assert coloured.count() == int((~cells["thin"]).sum())
    assert "Asia/Tokyo" in ax.get_xlabel()


def test_duration_draws_minutes_against_live(samples: pd.DataFrame) -> None:
    """Points are length and live of the Spaces not excluded, and the caption has their rho."""
    ax = plot.duration(samples)
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna() & measured["duration"].notna()]
    np.testing.assert_allclose(points(ax)[:, 0], kept["duration"].dt.total_seconds() / 60)
    rho = stats.correlation(samples, "duration", "live")["spearman"].iloc[0]
    assert f"rho {rho:.2f}" in caption_of(ax)


def test_punctuality_draws_delays_with_their_sign(samples: pd.DataFrame) -> None:
    """Dots are median delays in minutes, negative before the announced start."""
    early = samples.assign(started_at=samples["scheduled_start"] - pd.Timedelta("5min")).dropna(
        subset=["started_at"]
    )
    assert points(plot.punctuality(early), "median")[:, 0] == pytest.approx(-5.0)


def test_trend_draws_the_medians_of_periods(samples: pd.DataFrame) -> None:
    """The lines of live and replay are the medians of `trend_periods`."""
    ax = plot.trend(samples)
    periods = stats.trend_periods(samples)
    for line, audience in zip(
        [line for line in ax.lines if "(as X" in line.get_label()], ("live", "replay"), strict=True
    ):
        wanted = periods.loc[periods["audience"] == audience, "change_median"].to_numpy(
            dtype=float, na_value=np.nan
        )
        np.testing.assert_allclose(line.get_ydata(), wanted)


def test_timeline_puts_what_overlaps_on_other_lanes(samples: pd.DataFrame) -> None:
    """Bars lie on the lanes of stats, and the caption says how many share the air."""
    ax = plot.timeline(samples)
    lanes = stats.timeline(samples)
    bars = ax.collections[0].get_segments()
    assert sorted(bar[0][1] - 1 for bar in bars) == sorted(lanes["lane"].dropna().astype(float))
    assert f"{int((lanes['overlaps'] > 0).sum())} of these on air together" in caption_of(ax)


def test_timeline_shows_the_latest_and_tells_the_rest(samples: pd.DataFrame) -> None:
    """Of more than 400 Spaces the latest 400 are drawn, and the caption says so."""
    table = many(samples, 12)
    ax = plot.timeline(table)
    assert len(ax.collections[0].get_segments()) == 400
    assert "the latest 400 are shown" in caption_of(ax)


def test_quality_draws_a_bar_for_each_check(samples: pd.DataFrame) -> None:
    """Bars are the shares of the checks, with n written beside."""
    ax = plot.quality(samples)
    found = stats.quality(samples)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(found["share"].astype(float).tolist())
    assert [text.get_text() for text in labels_in(ax)] == [f"{n:,}" for n in found["n"]]


def test_many_charts_in_a_row_do_not_warn(samples: pd.DataFrame) -> None:
    """A script may draw any number of charts: no figure stays in pyplot, which would warn from the 21st on."""
    from matplotlib import pyplot as plt

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(22):
            plot.quality(samples.head(1))
    assert plt.get_fignums() == []


COUNTS = [name for name, chart in plot.CHARTS.items() if chart.counts]


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_scaled_as_asked(name: str, scale: Literal["linear", "log"], tables: Any) -> None:
    """The axes of counts, and no other, are as asked: also for one Space, and none."""
    for case in ("samples", "one", "empty"):
        ax = plot.CHARTS[name].function(tables(name, case), scale=scale)
        drawn(ax)
        if case == "samples":
            axes = {"both": "xy"}.get(plot.CHARTS[name].counts, plot.CHARTS[name].counts)
            for axis in axes:
                assert (getattr(ax, f"get_{axis}scale")() == "linear") == (scale == "linear")


def test_linear_counts_have_even_ticks(samples: pd.DataFrame) -> None:
    """A linear axis of counts marks even steps from 0, and no decades."""
    ax = plot.live_vs_replay(samples, scale="linear")
    drawn(ax)
    ticks = [tick for tick in ax.get_xticks() if tick >= 0]
    assert len(ticks) > 2
    assert len({round(b - a) for a, b in itertools.pairwise(ticks)}) == 1


@CHARTS
def test_the_table_of_charts_says_what_a_chart_takes(name: str) -> None:
    """Its name is public, its table comes first, and its options are all its keywords but `ax`."""
    chart = plot.CHARTS[name]
    first, *named = inspect.signature(chart.function).parameters.values()
    assert getattr(plot, name) is chart.function
    assert first.name == chart.takes
    keywords = {each.name for each in named if each.kind is each.KEYWORD_ONLY} - {"ax"}
    assert set(chart.options) == keywords
    assert ("scale" in chart.options) == bool(chart.counts)
    assert chart.shows.endswith(".")


def test_options_that_do_not_exist_are_told(samples: pd.DataFrame) -> None:
    """An audience, value or zone that does not exist raises ValueError that names it."""
    for chart, wrong in (
        (plot.duration, {"audience": "people"}), (plot.followers, {"audience": "people"}),
        (plot.calendar, {"value": "people"}), (plot.calendar, {"tz": "people"}), (plot.timeline, {"tz": "people"}),
        *((plot.CHARTS[name].function, {"scale": "people"}) for name in COUNTS if name != "growth"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="people"):
            chart(samples, **wrong)
