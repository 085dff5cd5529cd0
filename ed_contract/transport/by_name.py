"""The target of a call from Python, where some of what is said of it is given by name: `run(url, api_key=…)`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace

from ed_contract.contract import Contract
from ed_contract.exceptions import UsageError
from ed_contract.options import DEFAULTS, OPTIONS, Settings
from ed_contract.transport.target import Target, target_from

_ABOUT_TARGETS = tuple(option.attribute for option in OPTIONS if option.needs_target)
_OF_TARGETS = {field.name for field in fields(Target)}
_OF_SERVERS = ("replicas", "server_command", "restart_command")


def target_of_call(
    settings: Settings, given: Target | str | None, contract: Contract | None, names: Collection[str]
) -> Target | None:
    """Return the target that a call is about, None for the bundled server.

    Args:
        settings: those of the call.
        given: the target that was given, or its URL.
        contract: what is judged, if that was given.
        names: the settings given by name; they override those of a Target.

    Raises:
        UsageError: there are two things to judge, or a setting cannot be used with the one given.
    """
    if given is not None and (rivals := [name for name in ("url", "app") if name in names and getattr(settings, name)]):
        raise UsageError(f"a target and {rivals[0]} were both given\ngive one of them.")
    if given is None and settings.url is not None and settings.app is not None:
        raise UsageError("a URL and an application were both given\ngive one of them.")
    target = target_from(settings, given, contract)
    meant = [name for name in _ABOUT_TARGETS if name in names and getattr(settings, name) != getattr(DEFAULTS, name)]
    if target is None:
        if settings.require_target:
            raise UsageError("there is nothing to judge: no URL and no application\ngive one of them.")
        if meant:
            raise UsageError(
                f"{meant[0]} cannot be used without a URL: the bundled server is judged as it is\n"
                'give the server\'s base URL, e.g. run("http://127.0.0.1:8000").'
            )
        return None
    if target.app is not None and (useless := [name for name in meant if name in _OF_SERVERS]):
        raise UsageError(f"{useless[0]} cannot be used with an application in process\nleave out one of the two.")
    told = {name: getattr(settings, name) for name in _ABOUT_TARGETS if name in names and name in _OF_TARGETS}
    return replace(target, **{name: value for name, value in told.items() if value is not None})
