"""Searches of all kinds against the second server: what must hold whatever goes wrong."""

import random
import warnings

import pytest
from post_server import KEY, posts_of_host, serving

import spacekit as sk

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(150))
def test_any_search_finds_all_and_pays_once(seed: int) -> None:
    """One to eight hosts, pages of 1 to 50 posts, any traps, a fifth of the requests failing, with a limit or none."""
    rng = random.Random(seed)
    hosts = [f"host{n}" for n in range(rng.choice([1, 1, 3, 8]))]
    posts = [p for n, host in enumerate(hosts) for p in posts_of_host(rng.randrange(80), host, n * 100)]
    traps = {n: trap for n in range(6) if (trap := rng.choice(["", "", "stop", "repeat", "empty"]))}
    if traps.get(0) == traps.get(1) == "empty":  # then every way on is an empty page
        del traps[1]
    size, max_posts = rng.choice([1, 5, 20, 50]), rng.choice([None, 10, 77])
    options = {"requests_per_minute": None, "backoff_s": 0.001, "attempts": 30}
    with (
        serving(posts, page=size, traps=traps, fault_share=0.2, seed=seed) as server,
        sk.Client(KEY, server.url, **options) as client,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", sk.IncompleteWarning)
        found = client.search(hosts, max_posts=max_posts, progress=False)
    assert max(server.sent.values(), default=1) == 1
    assert server.paid == found.posts_paid_for
    if max_posts is None or len(posts) < max_posts:
        links = {url["expanded_url"] for each in posts for url in each["entities"]["urls"]}
        assert set(found.ids) == {link.rpartition("/")[2] for link in links}
        assert found.complete
    else:
        assert server.paid < max_posts + size
