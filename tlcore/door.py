"""The door: a call that doesn't fit is answered in words.

``guard(globals())`` ends a module. A public function's arguments have to be of the kinds that its
signature says, and what NumPy or TensorFlow raise over what is inside them is put into words. Where
a call, or a name, is one of TensorLayer 1.x, the error says what to write today: ``seeds.toml`` is
that table, and the one of the page "Coming from TensorLayer 1.x".
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import tomllib
import traceback
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np

OURS = tuple(f"{Path(__file__).parents[1] / name}{os.sep}" for name in ("tlcore", "tldata"))
#: What is no list of anything, although one can walk along it.
NO_LIST = (bytes, Mapping, type, type(None))


def _is_list(value: Any) -> bool:
    single = getattr(value, "shape", None) == ()
    return hasattr(value, "__iter__") and not single and not isinstance(value, NO_LIST)


def _is_array(value: Any) -> bool:
    return not isinstance(value, (*NO_LIST, str)) and (
        isinstance(value, (Real, np.generic)) or hasattr(value, "dtype") or _is_list(value)
    )


#: A kind of value, by the type in a signature: how to know it, and how to call it.
KINDS: dict[Any, tuple[Callable[[Any], bool], str]] = {
    int: (lambda v: isinstance(v, Integral) and not isinstance(v, bool), "a whole number"),
    float: (lambda v: isinstance(v, Real) and not isinstance(v, bool), "a number"),
    bool: (lambda v: isinstance(v, (bool, np.bool_)), "True or False"),
    str: (lambda v: isinstance(v, str), "text"),
    type(None): (lambda v: v is None, "None"),
    Mapping: (lambda v: isinstance(v, Mapping), "a dict"),
    Callable: (callable, "a function"),
    np.ndarray: (_is_array, "an array"),
    np.random.Generator: (lambda v: hasattr(v, "random"), "np.random.default_rng()"),
    **dict.fromkeys([Path, os.PathLike], (lambda v: isinstance(v, (str, os.PathLike)), "a path")),
    **dict.fromkeys([Sequence, Iterable, list, tuple], (_is_list, "a list")),
}


@functools.cache
def rows() -> list[dict[str, str]]:
    """Return the table of the calls of TensorLayer 1.x: ``old``, ``today`` and ``why`` of each."""
    return tomllib.loads(Path(__file__).with_name("seeds.toml").read_text("utf-8"))["call"]


def today(*names: str) -> str:
    """Return what to write in the place of an old call that has one of these names, or nothing."""
    for row in rows():
        if set(names) & set(row.get("names", ())):
            write = f"today write {row['today']}" if row["today"] else "nothing takes its place"
            return f" TensorLayer 1.x had {row['old']}; {write}. {row['why']}"
    return ""


def attributes(
    module: str, names: Sequence[str] = (), get: Callable[[str], Any] | None = None,
    classic: str = "tlcore.classic",
) -> Callable[[str], Any]:  # fmt: skip
    """Return a module's ``__getattr__``: `names` from `get` or what is `classic`, or an error."""

    def __getattr__(name: str) -> Any:
        if name in names:
            value = get(name) if get else getattr(import_module(classic), name)
            value = guarded(value) if inspect.isfunction(value) else value
            setattr(sys.modules[module], name, value)  # asked once
            return value
        # `from ... import` drops the message of an AttributeError. It asks for __path__ first.
        asked = [place for place in traceback.extract_stack() if place.name != "__getattr__"][-1]
        imported = (asked.line or "").startswith("from ") and name != "__path__"
        error = ImportError if imported else AttributeError
        raise error(f"module {module!r} has no attribute {name!r}.{today(name)}")

    return __getattr__


def guard(module: dict[str, Any]) -> None:
    """Put the door before each public function of a module, given its ``globals()``."""
    module.setdefault("__getattr__", attributes(module["__name__"]))
    doors: dict[Callable, Callable] = {}
    for name, value in list(module.items()):
        own = name in module.get("__all__", ()) or (
            getattr(value, "__module__", "") == module["__name__"] and not name.startswith("_")
        )
        if own and inspect.isfunction(value):
            module[name] = doors.setdefault(value, guarded(value))  # one for both of two names


def guarded(function: Callable, kinds: bool = True) -> Callable:
    """Return a function that answers in words what doesn't fit; `kinds` asks for those too."""
    called = getattr(function, "__qualname__", "").removesuffix(".__init__").split(".")[-1]
    signature = inspect.signature(function)
    names, checks = list(signature.parameters), functools.cache(lambda: _checks(function))
    known: set[tuple[str, type]] = set()  # kinds that were right already

    def ask(name: str, value: Any) -> None:
        if name in checks() and not any(check(value) for check, _ in checks()[name]):
            wanted = " or ".join(dict.fromkeys(words for _, words in checks()[name]))
            fix = f" Decode it: {name}.decode('utf-8')." if isinstance(value, bytes) else ""
            raise TypeError(f"{name} is {_short(value)}; expected {wanted}.{fix}")
        known.add((name, type(value)))

    def is_network(value: Any) -> bool:
        return hasattr(value, "all_params")

    def calls_back(argument: tuple[str, Any]) -> bool:  # and may raise errors of its own
        name, value = argument
        asked = any(words == "a function" for _, words in checks().get(name, ()))
        return (asked and callable(value)) or is_network(value)

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        try:
            if kinds:
                for name, value in (*zip(names, args, strict=False), *options.items()):
                    if (name, type(value)) not in known:
                        ask(name, value)
            return function(*args, **options)
        except Exception as error:
            try:
                given = signature.bind(*args, **options).arguments
            except TypeError as mismatch:
                used = sorted(options.keys() - signature.parameters.keys())
                raise TypeError(f"{called}: {mismatch}.{today(*used, called)}") from None
            if isinstance(error, TypeError) and "(sess, " in today(called):
                first = given.get(names[0])  # a session is neither data nor a network
                if not (_is_array(first) or isinstance(first, (str, Mapping)) or is_network(first)):
                    raise TypeError(f"{error}{today(called)}") from None
            if not kinds or not _is_raw(error) or any(map(calls_back, given.items())):
                raise
            shown = ", ".join(f"{name} is {_short(value)}" for name, value in given.items())
            reason = f"{type(error).__name__}: {error}".split("\n")[0]
            message = f"{called}: {shown}; expected values that fit together. ({reason})"
            raise ValueError(message) from None

    return call


def _checks(function: Callable) -> dict[str, list[tuple[Callable[[Any], bool], str]]]:
    """Return how to know each argument; one whose type isn't known here is asked nothing."""
    found = {}
    for name, annotation in function.__annotations__.items():
        try:
            hint = eval(annotation, function.__globals__)  # it is our own code's
        except NameError:  # only for who checks types
            continue
        union = typing.get_origin(hint) in (typing.Union, types.UnionType)
        parts = typing.get_args(hint) if union else [hint]
        kinds = [_kind(typing.get_origin(part) or part) for part in parts]
        if all(kinds):
            found[name] = [kind for kind in kinds if kind]
    return found


def _kind(part: Any) -> tuple[Callable[[Any], bool], str] | None:
    name = getattr(part, "__name__", "")
    if part in KINDS or name == "Tensor":  # TensorFlow isn't loaded to ask for its tensors
        return KINDS.get(part, KINDS[np.ndarray])
    if not isinstance(part, type) or part is Any or name in ("Layer", "Environments"):
        return None  # asked for where it is used
    return lambda value: isinstance(value, part), name


def _is_raw(error: Exception) -> bool:
    """Tell an error that NumPy, TensorFlow or Python raise over data from one that says enough."""
    if isinstance(error, (OSError, ImportError, StopIteration)):
        return False
    place = traceback.extract_tb(error.__traceback__)[-1]
    return not (place.filename.startswith(OURS) and (place.line or "").startswith("raise"))


def _short(value: Any) -> str:
    text = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:40]}..."
    plain = isinstance(value, (str, Real, type(None)))
    return text if plain else f"a {type(value).__name__}, {text}"
