"""Findings point to a file of the repository: the one that was asked for, else the best that is known."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from ed_contract.exceptions import UsageError
from ed_contract.options import Settings
from ed_contract.report.artifact import USUAL, artifact


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A folder that holds `.git`, of which a subfolder is the current one."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


@pytest.fixture
def app(repository, monkeypatch):
    """An application that was loaded from the repository, as MODULE:ATTR."""
    module = ModuleType("till")
    module.__file__ = str(repository / "shop" / "till.py")
    monkeypatch.setitem(sys.modules, "till", module)
    return "till:app"


def test_what_was_asked_for_goes_before_everything(repository, app):
    """A path is relative to the current folder, and its URI to the root of the repository."""
    settings = Settings(sarif_location="src/a b.py", app=app)
    assert artifact(settings, repository / "ed_contract.toml") == "shop/src/a%20b.py"
    assert artifact(Settings(sarif_location="../openapi.yaml"), None) == "openapi.yaml"
    assert artifact(Settings(sarif_location=str(repository / "é.py")), None) == "%C3%A9.py"


def test_the_settings_file_goes_before_the_application_and_that_before_the_contract(repository, app):
    """Each where the one before is not known."""
    settings = Settings(app=app, contract="payments.yaml")
    assert artifact(settings, repository / "pyproject.toml") == "pyproject.toml"
    assert artifact(settings, None) == "shop/till.py"
    assert artifact(Settings(contract="payments.yaml"), None) == "shop/payments.yaml"


@pytest.mark.usefixtures("repository")
def test_where_nothing_is_known_it_is_the_usual_settings_file():
    """Whether or not there is one: a file elsewhere, or of an installed package, is not known either."""
    assert artifact(Settings(), None) == USUAL == "ed_contract.toml"
    assert artifact(Settings(), "/etc/ed_contract.toml") == USUAL
    assert artifact(Settings(app="pytest:main"), None) == USUAL
    assert artifact(Settings(app="not_loaded:app"), None) == USUAL


def test_what_was_asked_for_is_in_the_repository(repository):
    """Scanners show no other file."""
    with pytest.raises(UsageError) as told:
        artifact(Settings(sarif_location="../../x.py"), None)
    assert str(told.value) == (
        f"findings cannot point to ../../x.py: it is outside of the repository {repository}\n"
        "name a file of the repository, e.g. src/shop/app.py."
    )


def test_without_a_repository_the_root_is_the_workspace_of_the_workflow_or_the_current_folder(tmp_path, monkeypatch):
    """A checkout may leave no `.git`; a workspace elsewhere is of another job."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(sarif_location="app.py")
    for workspace, found in (("", "app.py"), (tmp_path.parent, f"{tmp_path.name}/app.py"), ("/elsewhere", "app.py")):
        assert artifact(settings, workspace=str(workspace)) == found
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))  # which a command reads, and the library does not
    assert artifact(settings) == "app.py"


def test_a_current_folder_that_was_deleted_is_no_reason_to_fail(tmp_path, monkeypatch):
    """The usual file will do."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert artifact(Settings(), None) == USUAL
