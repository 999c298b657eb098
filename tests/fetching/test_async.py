"""A Client in asyncio: from any thread, several calls at once, cancelled, timed out; and the lines of docs/async.md."""

import asyncio
import json
import re
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit.fetching.client import Client
from spacekit.samples import sample_records
from spacekit.server import SANDBOX_KEY, Server

PAGE = (Path(__file__).parents[2] / "docs" / "async.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^## ([^\n]+)\n.*?^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
IDS = [record["id"] for record in sample_records()[:20]]


@pytest.fixture
def server() -> Iterator[Server]:
    """The samples, a twentieth of a second away."""
    with Server(latency_s=0.05) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A Client of it without a limit, with one worker."""
    with Client(SANDBOX_KEY, server.url, None, workers=1) as client:
        yield client


def in_thread(call: Any, *args: Any, **options: Any) -> Any:
    """Await a call in a thread, without a bar."""
    return asyncio.to_thread(call, *args, progress=False, **options)


def test_calls_work_side_by_side(client: Client) -> None:
    """Each returns its own result; they are under way at the same time, and the loop goes on meanwhile."""

    async def main() -> tuple[list[sk.Batch], int]:
        ticks, over = 0, False

        async def tick() -> None:
            nonlocal ticks
            while not over:
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        batches = await asyncio.gather(*[in_thread(client.fetch, IDS[n : n + 5]) for n in (0, 5, 10, 15)])
        over = True
        await ticking
        return batches, ticks

    batches, ticks = asyncio.run(main())
    assert [batch.spaces["space_id"].tolist() for batch in batches] == [
        IDS[n : n + 5] for n in (0, 5, 10, 15)
    ]
    assert ticks > 5
    assert client.last_batch in batches


def test_many_callers_of_one_space_cost_one_request(client: Client, server: Server, tmp_path: Path) -> None:
    """With an archive, whoever comes while it is asked for waits for the answer."""

    async def main() -> list[sk.Batch]:
        calls = [in_thread(client.fetch, IDS[:1], archive=tmp_path / "spaces.db") for _ in range(8)]
        return await asyncio.gather(*calls)

    assert all(batch.complete for batch in asyncio.run(main()))
    assert len(server.requests) == 1


def test_one_limit_for_calls_at_once(server: Server) -> None:
    """No more requests than the limit go out, over all calls together."""

    async def main(client: Client) -> list[sk.Batch]:
        calls = [in_thread(client.fetch, IDS[n : n + 4]) for n in (0, 4)]
        sent = asyncio.gather(*calls)
        while len(server.requests) < 5:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        client.cancel()
        return await sent

    with Client(SANDBOX_KEY, server.url, 5) as client, warnings.catch_warnings():
        warnings.simplefilter("ignore", sk.IncompleteWarning)
        batches = asyncio.run(main(client))
    assert len(server.requests) == 5
    assert sum(batch.counts.get("ok", 0) for batch in batches) == 5


def test_a_client_may_go_from_thread_to_thread(client: Client) -> None:
    """It is used by one thread after the other, and closed by another one than made it."""
    with ThreadPoolExecutor(4) as pool:
        fetched = pool.map(lambda n: client.fetch(IDS[n : n + 1], progress=False), range(8))
        assert [batch.spaces["space_id"][0] for batch in fetched] == IDS[:8]
        pool.submit(client.close).result()
    with pytest.raises(RuntimeError, match="closed"):
        client.fetch(IDS, progress=False)


def test_cancelling_the_task_ends_the_call(server: Server, tmp_path: Path) -> None:
    """Where the call has a Client of its own, the thread ends soon, and what came is in the archive."""

    async def fetched() -> sk.Batch:
        with Client(SANDBOX_KEY, server.url, None, workers=1) as own:
            batch: sk.Batch = await in_thread(own.fetch, IDS, archive=tmp_path / "spaces.db")
            return batch

    async def main() -> None:
        task = asyncio.create_task(fetched())
        while len(server.requests) < 3:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", sk.IncompleteWarning
        )  # raised in the thread, whose result nobody takes
        asyncio.run(main())  # it waits for the thread
    assert not any(thread.name.startswith("spacekit") for thread in threading.enumerate())
    assert 3 <= len(server.requests) < len(IDS)
    with sk.Archive(tmp_path / "spaces.db") as archive:
        assert len(archive) >= 2
        assert not archive.claims.held()


def test_cancel_ends_all_calls_of_a_client(client: Client, server: Server) -> None:
    """Each returns what it has; the Client goes on serving others."""

    async def main() -> list[sk.Batch]:
        calls = asyncio.gather(in_thread(client.fetch, IDS), in_thread(client.fetch, IDS))
        while len(server.requests) < 4:
            await asyncio.sleep(0.01)
        client.cancel()
        return await calls

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sk.IncompleteWarning)
        batches = asyncio.run(main())
    assert all("not_tried" in batch.counts for batch in batches)
    assert client.fetch(IDS[:1], progress=False).complete


def test_a_server_with_one_client(client: Client, tmp_path: Path) -> None:
    """A plain asyncio server answers many at once with one Client, and its end ends what is under way."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        space_id = (await reader.readline()).decode().strip()
        batch = await in_thread(client.fetch, [space_id], archive=tmp_path / "spaces.db")
        writer.write(json.dumps(batch.records[0]).encode())
        writer.close()

    async def ask(port: int, space_id: str) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{space_id}\n".encode())
        answer = json.loads(await reader.read())
        writer.close()
        return answer

    async def main() -> list[Any]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await asyncio.gather(*[ask(port, space_id) for space_id in IDS[:6] * 2])

    assert [record["id"] for record in asyncio.run(main())] == IDS[:6] * 2


# --- the page ---


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What the lines of the page speak of, with the sandbox in place of the service."""
    with Server() as server:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sk, "Client", partial(Client, SANDBOX_KEY, server.url))
        found: dict[str, Any] = {}
        exec(BLOCKS["Await a fetch"], found)  # noqa: S102  # lines of our own page
        yield found


@pytest.mark.parametrize("title", [title for title in BLOCKS if title not in ("FastAPI", "Await a fetch")])
def test_the_lines_of_the_page_run(title: str, names: dict[str, Any]) -> None:
    """As they stand there."""
    assert names["batch"].complete
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sk.IncompleteWarning)
        exec(BLOCKS[title], names)  # noqa: S102  # lines of our own page
    assert names["batch"].complete


def test_refreshing_in_the_background(names: dict[str, Any]) -> None:
    """The task refreshes until it is cancelled."""
    exec(BLOCKS["Ask again in the background"], names)  # noqa: S102  # lines of our own page

    async def main() -> None:
        task = asyncio.create_task(names["refreshing"]("spaces.db", every_s=0.01))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_the_app_of_the_page(names: dict[str, Any]) -> None:
    """One Client for its life, and one request for many visitors at once."""
    pytest.importorskip("fastapi")
    client_of = pytest.importorskip("fastapi.testclient").TestClient
    exec(BLOCKS["FastAPI"], names)  # noqa: S102  # lines of our own page
    with client_of(names["app"]) as web:
        assert web.get("/spaces/1jMJgLdenVjxL").json()["id"] == "1jMJgLdenVjxL"
        assert web.get("/spaces/1SAMPLEnever0").status_code == 404


def test_every_block_is_run() -> None:
    """The page has these parts, and no other lines of code."""
    assert len(BLOCKS) == PAGE.count("```python") == 6
