"""The examples in docstrings run, and show what they say."""

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def public_names() -> Iterator[tuple[str, Any]]:
    """Every public function and class once, under the name that users write."""
    seen: list[Any] = []
    for module, prefix in ((sk, "sk"), (sk.plot, "sk.plot"), (sk.stats, "sk.stats")):
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing) and thing not in seen:
                seen.append(thing)
                yield f"{prefix}.{name}", thing


def examples_of(name: str, thing: Any) -> Iterator[doctest.DocTest]:
    """The docstrings with examples: the thing's own, and those of a class's methods."""
    found = doctest.DocTestFinder(exclude_empty=True).find(thing, name, globs={})
    yield from (docstring for docstring in found if docstring.examples)


def runs(docstring: doctest.DocTest) -> bool:
    """Whether any of the examples is run: one that is skipped shows nothing."""
    return any(not example.options.get(doctest.SKIP) for example in docstring.examples)


NAMES = dict(public_names())
EXAMPLES = {
    docstring.name: docstring for name, thing in NAMES.items() for docstring in examples_of(name, thing)
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example gives what it shows, in a folder of its own, on a terminal of any width."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    said: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(EXAMPLES[name], out=said.append, clear_globs=False)
    assert not said, "".join(said)


def test_every_public_name_has_an_example() -> None:
    """A reader of `help` sees each function and class at work."""
    missing = {name for name in NAMES if name not in EXAMPLES or not runs(EXAMPLES[name])}
    assert missing == set()
