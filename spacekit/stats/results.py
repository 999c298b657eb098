"""What the columns of results mean: one line each, as unit, meaning, and what missing is. It computes nothing."""

from typing import Final

_Columns = dict[str, tuple[str, str]]

_SHARE = "share"

RESULTS: Final[dict[str, tuple[str, _Columns]]] = {
    "audience": (
        "`batch.audience`, or `sk.audience_long(spaces)`: two rows for each Space, in the order given.",
        {
            "space_id": ("", "Id of the Space."),
            "audience": ("", "Which count the row has: live or replay."),
            "listeners": (
                "listeners or plays",
                "The count. Missing: not in the answer, or no replay can exist, as the Space has not ended or has no "
                "recording and 0 plays. Live and replay are not parts of a whole.",
            ),
        },
    ),
    "measures": (
        "`sk.measures(spaces)`: one row for each Space, in the order given. `sk.measures(spaces, posts=found)` adds "
        "`views` (`Int64`): views of the earliest post, no repost, that announces the Space, as of the search. X does "
        "not define them. Missing: no such post was found, or it came without them.",
        {
            "space_id": ("", "As in `spaces`."),
            "creator_screen_name": ("", "As in `spaces`."),
            "state": ("", "As in `spaces`."),
            "duration": ("", "From start to end. Missing: one of them is, or the end is before the start."),
            "notice": ("", "From the set-up to the announced start. Missing: one of them is."),
            "start_delay": (
                "",
                "From the announced start to the actual one; negative: early. Missing: one of them is.",
            ),
            "live": ("listeners", "Live listeners as X reports them. Missing: not in the answer."),
            "replay": ("plays", "Plays up to the fetch as X reports them. Missing: not in the answer."),
            "replay_share": (
                _SHARE,
                "Plays / (live + plays), of counts and not of people. Missing: the Space is excluded.",
            ),
            "log2_ratio": (
                "doublings",
                "log2(plays / live): 1 is twice as many plays, -1 half as many. Missing: excluded, or one count is 0.",
            ),
            "live_per_1k_followers": (
                "listeners",
                "Live for each 1,000 followers at the fetch. Missing: live is, or followers are missing or 0.",
            ),
            "replay_per_1k_followers": (
                "plays",
                "Plays for each 1,000 followers at the fetch. Missing: plays are, or followers are missing or 0.",
            ),
            "age": ("", "From the end to the fetch. Missing: the end or the time of the fetch is."),
            "excluded": ("", "Why the two counts do not compare. Missing: they do."),
        },
    ),
    "compare": (
        "`sk.compare(spaces, by=...)`: one row for each group, or one row `all`.",
        {
            "group": ("", "The group. Missing: the Spaces that have none."),
            "n": ("Spaces", "Spaces compared; all that follows but `n_excluded` is about them."),
            "n_creators": ("creators", "Their creators; a Space without one counts as one more."),
            "n_excluded": ("Spaces", "Spaces of the group that do not compare."),
            "live_median": (
                "listeners",
                "Median of live. Missing, also of what follows but `thin`: no Space to compare.",
            ),
            "live_q25": ("listeners", "A quarter of the Spaces has less."),
            "live_q75": ("listeners", "A quarter of the Spaces has more."),
            "replay_median": ("plays", "Median of plays."),
            "replay_q25": ("plays", "A quarter of the Spaces has less."),
            "replay_q75": ("plays", "A quarter of the Spaces has more."),
            "share_median": (_SHARE, "Median replay share; each Space counts once."),
            "share_q25": (_SHARE, "A quarter of the Spaces has less."),
            "share_q75": (_SHARE, "A quarter of the Spaces has more."),
            "share_low": (
                _SHARE,
                "Lower end of the interval of the median share. Missing: the group is thin.",
            ),
            "share_high": (_SHARE, "Upper end of it. Missing: the group is thin."),
            "spearman": (
                "",
                "Rank correlation of live and plays. Missing: fewer than three Spaces, or all counts equal.",
            ),
            "spearman_low": (
                "",
                "Lower end of its interval. Missing: `spearman` is, it is 1 or -1, or the group is thin.",
            ),
            "spearman_high": ("", "Upper end of its interval, missing likewise."),
            "age_median": ("", "Median age when fetched. Missing: no age is known."),
            "thin": ("", "True: too few creators, or Spaces of a lone creator, for intervals."),
        },
    ),
    "contrast": (
        "`sk.contrast(spaces, by, reference=...)`: one row for each pair of groups.",
        {
            "group": ("", "The group that is compared."),
            "reference": ("", "The group that it is compared with."),
            "n": ("Spaces", "Spaces compared, of both groups together."),
            "n_creators": ("creators", "Their creators, each counted once."),
            "difference": (
                _SHARE,
                "Median share of the group less that of the reference. Missing: one has no Space.",
            ),
            "low": (_SHARE, "Lower end of its interval. Missing: one of the groups is thin."),
            "high": (_SHARE, "Upper end of its interval. Missing: one of the groups is thin."),
            "log2_ratio_difference": (
                "doublings",
                "The same of the medians of log2(plays / live). Missing: one has no Space, or a median that is a ratio "
                "of or to 0.",
            ),
            "superiority": (
                "probability",
                "That a Space of the group has a greater share than one of the reference. Missing: one has no Space.",
            ),
            "p_holm": (
                "probability",
                "p value of equal medians, by Holm's method for the rows of the table. Missing: a group is thin.",
            ),
        },
    ),
    "hosts": (
        "`sk.hosts(spaces)`: one row for each creator, the highest estimate first.",
        {
            "creator_id": ("", "Account id as text."),
            "creator_screen_name": ("", "The creator's handle. Missing: not in the answer."),
            "n": ("Spaces", "Spaces compared."),
            "share_median": (_SHARE, "Median of their replay share alone. Missing: no Space to compare."),
            "estimate": (
                _SHARE,
                "The creator's usual share by partial pooling. Missing, as all that follows: no Space to compare, or "
                "too little to pool.",
            ),
            "low": (_SHARE, "Lower end of its interval."),
            "high": (_SHARE, "Upper end of its interval."),
            "rank_low": ("place", "Least place among the creators, 1 for the highest share."),
            "rank_high": ("place", "Greatest place."),
        },
    ),
    "over_time": (
        "`sk.over_time(spaces, every=...)`: one row for each month, week or other period, empty ones included.",
        {
            "period": ("", "Its start, in the time zone asked for."),
            "n": ("Spaces", "Spaces that started in the period and are compared."),
            "n_creators": ("creators", "Their creators, as far as known."),
            "n_excluded": ("Spaces", "Spaces of the period that do not compare."),
            "live_median": (
                "listeners",
                "Median of live. Missing, also of what follows but `thin`: no Space to compare.",
            ),
            "live_q25": ("listeners", "A quarter of the Spaces has less."),
            "live_q75": ("listeners", "A quarter of the Spaces has more."),
            "replay_median": ("plays", "Median of plays. Later Spaces had less time to gather them."),
            "replay_q25": ("plays", "A quarter of the Spaces has less."),
            "replay_q75": ("plays", "A quarter of the Spaces has more."),
            "share_median": (_SHARE, "Median replay share."),
            "age_median": ("", "Median age when fetched. Missing: no age is known."),
            "thin": ("", "True: fewer than 3 Spaces to compare, unless you ask for another number."),
        },
    ),
    "quality": (
        "`sk.quality(spaces)`: one row for each check, always all.",
        {
            "check": ("", "What is counted."),
            "n": ("Spaces", "Spaces for which it holds."),
            "share": (_SHARE, "Their share of all Spaces. Missing: the table is empty."),
            "examples": ("", "Up to five of their ids. Missing: none."),
        },
    ),
}
