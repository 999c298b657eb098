"""Environments beside .venv, to test in: the oldest packages, and every Python. Python 3.7 can read it."""

import argparse

from scripts import bootstrap, interpreters

FITS_OLDEST = ((3, 11), (3, 12))
"""Versions of Python that the oldest packages have wheels for; the first is preferred."""


class Place:
    """An environment to test in: its folder, the file of its pins, its Python, and what to test there."""

    def __init__(
        self, folder: str, pins: str, python: interpreters.Interpreter, arguments: "list[str]"
    ) -> None:
        self.folder, self.python = folder, python
        self.command = [python.path, str(bootstrap.ROOT / "run.py"), "test", *arguments]
        self.variables = {bootstrap.FOLDER: folder, bootstrap.PINNED: pins}


def options(arguments: "list[str]") -> "tuple[argparse.Namespace, list[str]]":
    """Return where and what to test, and the arguments of pytest."""
    parser = argparse.ArgumentParser(prog="run.py test", add_help=False, allow_abbrev=False)
    parser.add_argument("--oldest", action="store_true")
    parser.add_argument("--python", metavar="VERSION", default="")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_known_args(arguments)


def places(arguments: "list[str]") -> "list[Place]":
    """Return the environments beside .venv that arguments of `test` ask for; say which Pythons were not found."""
    asked, rest = options(arguments)
    if asked.oldest:
        quick = ["--quick"] if asked.quick else []
        python = _one_of([_version(asked.python)] if asked.python else FITS_OLDEST)
        return [Place(".venv-oldest", "oldest.txt", python, [*quick, *rest])]
    if asked.python == "all":
        return [_of_python(python, rest) for python in _every()]
    return [_of_python(_one_of([_version(asked.python)]), rest)] if asked.python else []


def _of_python(python: interpreters.Interpreter, arguments: "list[str]") -> Place:
    folder = ".venv-{}.{}".format(*python.version[:2])
    return Place(folder, "all.txt", python, ["--quick", *arguments])


def _version(text: str) -> "tuple[int, ...]":
    known = {"{}.{}".format(*version): version for version in interpreters.versions()}
    if text not in known:
        raise bootstrap.SetupError(f"--python {text!r}: no such version. Use {', '.join(known)} or all.")
    return known[text]


def _one_of(versions: "list[tuple[int, ...]] | tuple[tuple[int, ...], ...]") -> interpreters.Interpreter:
    """Return the first Python of these versions that is here."""
    found = interpreters.each()
    for version in versions:
        if version in found:
            return found[version]
    names = " or ".join("{}.{}".format(*version) for version in versions)
    raise bootstrap.SetupError(f"no Python {names} was found: looked for {interpreters.LOOKED_FOR}.")


def others() -> "list[str]":
    """Return the versions of the Pythons that are here, but that of .venv; the oldest first."""
    return ["{}.{}".format(*version) for version in _others()]


def _others() -> "dict[tuple[int, ...], interpreters.Interpreter]":
    of_venv = bootstrap.venv_version()
    found = interpreters.each().items()
    return {version: python for version, python in found if "{}.{}".format(*version) != of_venv}


def _every() -> "list[interpreters.Interpreter]":
    """Return each Python that is here but that of .venv, and say for every version whether it was found."""
    found, of_venv = _others(), bootstrap.venv_version()
    for version in interpreters.versions():
        name = "{}.{}".format(*version)
        if name == of_venv:
            bootstrap.say(f"Python {name}: that of .venv, where `run.py test` runs all tests")
        else:
            bootstrap.say(f"{found[version]}: found" if version in found else f"Python {name}: not found")
    return list(found.values())
