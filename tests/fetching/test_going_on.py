"""A run that ended early, and the same call again: nothing that came is lost, and nothing is paid for twice."""

import _thread
from collections import Counter
from pathlib import Path

import pytest

from spacekit.archive import Archive
from spacekit.batch import Batch
from spacekit.errors import FetchInterrupted, IncompleteWarning
from spacekit.fetching.client import Client
from spacekit.fetching.progress import Progress
from spacekit.server import Fault, Server

IDS = [f"1Made{number:08d}" for number in range(20)]
NONE_SUCH = "1Gone00000000"


def a_server(*faults: Fault) -> Server:
    """A server of made-up Spaces, as small as they may be, with these faults at the 8th."""
    return Server([{"id": space_id, "state": "Ended"} for space_id in IDS], faults={IDS[7]: list(faults)})


def a_client(server: Server, **options: str) -> Client:
    """A Client with one worker, so that Spaces come in the order asked."""
    return server.client(workers=1, backoff_s=0.001, **options)


def to_its_end(client: Client, path: Path) -> Batch:
    """Let the service end the run."""
    return client.fetch(IDS, archive=path, progress=False)


def with_a_budget(client: Client, path: Path) -> Batch:
    """Pay for seven Spaces."""
    return client.fetch(IDS, archive=path, max_requests=7, progress=False)


def cancelled(client: Client, path: Path) -> Batch:
    """Cancel while the 8th Space is waited for."""
    return client.fetch(
        IDS, archive=path, progress=lambda progress: client.cancel() if progress.done == 7 else None
    )


def interrupted(client: Client, path: Path) -> Batch:
    """Press Ctrl-C while the 8th Space is waited for."""
    with pytest.raises(FetchInterrupted) as caught:
        client.fetch(IDS, archive=path, progress=_press_at_the_8th)
    return caught.value.batch


def _press_at_the_8th(progress: Progress) -> None:
    if progress.done == 7:
        _thread.interrupt_main()


ENDS = {
    "budget": (with_a_budget, []),
    "no credit": (to_its_end, [Fault(402)]),
    "key no longer accepted": (to_its_end, [Fault(401)]),
    "cancel": (cancelled, [Fault(latency_s=20.0)]),
    "Ctrl-C": (interrupted, [Fault(latency_s=20.0)]),
}
"""How a run ends after seven of twenty Spaces."""


@pytest.mark.filterwarnings("ignore::spacekit.errors.IncompleteWarning")
@pytest.mark.parametrize("name", ENDS)
def test_the_same_call_asks_only_for_the_rest(tmp_path: Path, name: str) -> None:
    """What came is on the disk; the rest follows; a third call sends nothing; seven Spaces were asked for once."""
    end, faults = ENDS[name]
    path = tmp_path / "spaces.db"
    with a_server(*faults) as server:
        with a_client(server) as client:
            assert [record["id"] for record in end(client, path).records] == IDS[:7]
        with Archive(path) as archive:
            assert archive.ids() == IDS[:7]
        with a_client(server) as client:
            assert to_its_end(client, path).counts == {"ok": 13, "archived": 7}
            assert to_its_end(client, path).run.requests == 0
    asked = Counter(request.space_id for request in server.requests)
    assert asked == {space_id: 2 if faults and space_id == IDS[7] else 1 for space_id in IDS}


def test_a_wrong_key_sends_one_request_and_spoils_nothing(tmp_path: Path) -> None:
    """With the right key, the same call has everything; the wrong one stands nowhere."""
    path = tmp_path / "spaces.db"
    with a_server() as server:
        with (
            a_client(server, api_key="0|no-such-key") as client,
            pytest.warns(IncompleteWarning, match="key"),
        ):
            refused = to_its_end(client, path)
        assert refused.counts == {"not_tried": 19, "unauthorized": 1}
        assert len(server.requests) == 1
        assert "no-such-key" not in refused.report() + refused.outcomes.to_csv() + repr(refused)
        with a_client(server) as client:
            assert to_its_end(client, path).counts == {"ok": 20}


def test_what_does_not_exist_is_asked_for_once(tmp_path: Path) -> None:
    """The archive keeps the 404 too; a typo is never sent."""
    path = tmp_path / "spaces.db"
    asked = [IDS[0], NONE_SUCH, "1Made0000000"]
    with a_server() as server, a_client(server) as client:
        first = client.fetch(asked, archive=path, progress=False)
        again = client.fetch(asked, archive=path, progress=False)
    assert list(first.outcomes["outcome"]) == ["ok", "not_found", "invalid"]
    assert list(again.outcomes["outcome"]) == ["archived", "not_found", "invalid"]
    assert list(again.outcomes["from_archive"]) == [True, True, False]
    assert Counter(request.space_id for request in server.requests) == {IDS[0]: 1, NONE_SUCH: 1}
