"""Whatever encoding an answer comes in, it is kept in one: UTF-8, without a mark."""

import json
from pathlib import Path

import pytest

import spacekit as sk
from spacekit.archive import Archive
from spacekit.arguments.encodings import json_in_utf8
from spacekit.server import Fault, Server

RECORD = sk.sample_records()[0] | {"title": "Größe, 你好 \u2028 \U0001f600 \ufeff"}
ID = RECORD["id"]
TEXT = json.dumps(RECORD, ensure_ascii=False, indent=1)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
DECLARED = [("application/json; charset=gb18030", "gb18030"), ('text/json; Charset="UTF-16LE"', "utf-16-le")]
SENT = [("application/json", encoding) for encoding in ENCODINGS] + DECLARED


@pytest.mark.parametrize(("kind", "encoding"), SENT)
def test_an_answer_is_kept_as_utf8(tmp_path: Path, kind: str, encoding: str) -> None:
    """Records, tables, archive and lines have the text to the character, and every file is UTF-8."""
    fault = Fault(body=TEXT.encode(encoding), headers={"Content-Type": kind})
    with Server([RECORD], faults={ID: [fault] * 2}) as server, server.client() as client:
        assert client.get(ID) == RECORD
        batch = client.fetch([ID], archive=tmp_path / "a.db", progress=False)
    assert batch.counts == {"ok": 1}
    assert batch.texts == (TEXT.encode(),)
    with Archive(tmp_path / "a.db") as archive:
        assert [o.body for o in archive._answers.read([1])] == [TEXT.encode()]
        for path in (archive.to_jsonl(tmp_path / "a.jsonl"), batch.to_jsonl(tmp_path / "b.jsonl")):
            assert path.read_text(encoding="utf-8").count("\n") == 1
            assert list(sk.read(path, progress=False).records) == [RECORD]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_of_a_search_is_kept_as_utf8(tmp_path: Path, encoding: str) -> None:
    """Pages are decoded as answers about Spaces are."""
    post = sk.sample_posts()[0] | {"full_text": "Größe 你好"}
    text = json.dumps({"tweets": [post], "next_cursor": None}, ensure_ascii=False)
    faults = {"/twitter/search": [Fault(body=text.encode(encoding))]}
    with Server([RECORD], faults=faults) as server, server.client() as client:
        client.search("sample_books", archive=tmp_path / "a.db", progress=False)
    with Archive(tmp_path / "a.db") as archive:
        assert next(archive.pages._read("")).body == text.encode()


BROKEN = [
    b"\xff\xfe{\0",
    TEXT.encode("latin-1", "replace") + b"\xff",
    b"\xff\xfe" + TEXT.encode(),
    b'{"id": "\xed\xa0\x80"}',
]


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
@pytest.mark.parametrize("body", BROKEN)
def test_what_cannot_be_decoded_has_failed(tmp_path: Path, body: bytes) -> None:
    """It is asked for again, as what is cut short is; nothing of it is kept."""
    faults = {ID: [Fault(body=body)] * 9}
    with Server([RECORD], faults=faults) as server, server.client(attempts=2, backoff_s=0.0) as client:
        batch = client.fetch([ID], archive=tmp_path / "a.db", progress=False)
        assert len(server.requests) == 2
    assert batch.counts == {"failed": 1}
    assert "not whole JSON" in batch.outcomes["message"][0]
    with Archive(tmp_path / "a.db") as archive:
        assert archive.ids() == []


@pytest.mark.parametrize(
    "kind", ["", "charset=", "application/json; charset=none", "x; charset=hex", "x; charset=utf-8\0"]
)
def test_an_odd_content_type_is_no_error(kind: str) -> None:
    """A charset that does not exist says nothing."""
    assert json_in_utf8(b"\xffabc", kind) == b"\xffabc"
    assert json_in_utf8(b"{}", kind) == b"{}"
