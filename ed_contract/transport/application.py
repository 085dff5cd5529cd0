"""Finds the application that a user names, and what kind it is: ASGI or WSGI. Calls neither."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.exceptions import UsageError

Callback: TypeAlias = Callable[..., Any]
_EXAMPLE = "give MODULE:ATTR, e.g. shop.main:app."


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application that is called in process, and how it is called to users."""

    call: Callback
    name: str  # as MODULE:ATTR where it was given so
    is_async: bool  # ASGI; else WSGI

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def application_of(given: str | Callback) -> Application:
    """Return the application that is named as MODULE:ATTR, or given as what it is.

    A name that ends with `()` is called and returns the application. The current directory is looked in first, as
    servers do.

    Raises:
        UsageError: there is no such module or attribute, its import fails, or it is not an application.
    """
    if not isinstance(given, str):
        return _known(given, getattr(given, "__qualname__", type(given).__name__))
    module, colon, path = given.partition(":")
    if not (module and colon and path):
        raise UsageError(f"invalid application {given!r}\n{_EXAMPLE}")
    with suppress(FileNotFoundError):  # the current directory was deleted: nothing is to be found there
        if (here := os.getcwd()) not in sys.path:  # noqa: PTH109 - sys.path holds texts
            sys.path.insert(0, here)
    found: Any = _imported(module)
    is_factory, attributes = path.endswith("()"), path.removesuffix("()")
    for attribute in attributes.split("."):
        try:
            found = getattr(found, attribute)
        except AttributeError:
            raise UsageError(f"module {module!r} has no attribute {attributes!r}\n{_EXAMPLE}") from None
    if is_factory:
        try:
            found = found()
        except Exception as error:
            raise UsageError(f"{given} fails: {_in_a_line(error)}\nit must return an application.") from error
    return _known(found, given)


def _imported(module: str) -> object:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise UsageError(
                f"no module named {module!r} in the current folder, $PYTHONPATH or the installed packages\n"
                "run it where the module can be imported, e.g. with `uv run` in the project of the application."
            ) from None
        raise UsageError(
            f"module {module!r} cannot be imported: {_in_a_line(error)}\ninstall what it needs."
        ) from error
    except Exception as error:
        raise UsageError(f"module {module!r} cannot be imported: {_in_a_line(error)}\n{_EXAMPLE}") from error


def _known(found: Any, name: str) -> Application:  # noqa: ANN401 - whatever the name stands for
    if not callable(found):
        raise UsageError(f"{name} is not an application: {type(found).__name__} is not callable\n{_EXAMPLE}")
    is_async = _is_async(found)
    if not is_async and not _takes(found, 2):
        raise UsageError(f"{name} is not an application: WSGI calls it with two arguments, ASGI with three\n{_EXAMPLE}")
    return Application(call=found, name=name, is_async=is_async)


def _takes(call: Callback, count: int) -> bool:
    """Whether it can be called with this many arguments, as far as its signature tells."""
    try:
        inspect.signature(call).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        pass
    return True


def _is_async(call: Callback) -> bool:
    """Whether calling it gives a coroutine: ASGI wants that, and WSGI cannot have it."""
    while isinstance(call, functools.partial):
        call = call.func
    if inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(getattr(call, "__call__", None)):  # noqa: B004 - what it calls, not whether
        return True
    try:
        wanted = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [one for one in wanted if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    return len([one for one in needed if one.default is one.empty]) == 3  # noqa: PLR2004 - scope, receive, send


def _in_a_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
