"""The operator's settings come from one file and the environment, and are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import field_validator

from takings.connect.installation import Installation
from takings.errors import InstallationError, Misconfigured
from takings.plugin import NoSettings, Settings, option

SECRET = "hunter2-hunter2"


class Books(Settings):
    """Settings of a made-up ledger."""

    client_id: str = option(title="Client id")
    client_secret: str = option("", title="Client secret", kind="secret", max_length=20)
    retries: int = option(3, title="Retries", kind="whole_number", ge=0)

    @field_validator("client_secret")
    @classmethod
    def not_reversed(cls, value: str) -> str:
        """Quote the value, as a careless plugin does."""
        if value.startswith("bad"):
            raise ValueError(f"{value} is bad")
        return value


def written(folder: Path, text: str) -> Path:
    file = folder / "takings.toml"
    file.write_text(text)
    return file


def test_a_file_has_a_table_for_each_component(tmp_path: Path) -> None:
    file = written(tmp_path, '["my-ledger:books"]\nclient_id = "a"\nretries = 5\n')
    found = Installation.load(file=file, environ={}).settings("my-ledger:books", Books)
    assert (found.client_id, found.retries) == ("a", 5)


def test_the_environment_comes_after_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '["my-ledger:books"]\nclient_id = "a"\n')
    environ = {
        "TAKINGS_MY_LEDGER__BOOKS__CLIENT_ID": "b",
        "TAKINGS_MY_LEDGER__BOOKS__RETRIES": "7",
        "OTHER__A__B": "x",
    }
    found = Installation.load(file=file, environ=environ).settings("my-ledger:books", Books)
    assert (found.client_id, found.retries) == ("b", 7)


def test_without_a_file_the_environment_is_enough() -> None:
    environ = {"TAKINGS_LEDGER__BOOKS__CLIENT_ID": "b", "TAKINGS_DATABASE": "x"}
    assert Installation.load(file=None, environ=environ).settings("ledger:books", Books).client_id == "b"


def test_a_component_without_settings_needs_none() -> None:
    assert Installation({}).settings("ledger:books", NoSettings) == NoSettings()


def test_a_missing_setting_says_where_it_belongs(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    with pytest.raises(Misconfigured) as caught:
        Installation.load(file=file, environ={}).settings("my-ledger:books", Books)
    assert caught.value.field == "my-ledger:books.client_id"
    for part in ("client_id", str(file), '["my-ledger:books"]', "TAKINGS_MY_LEDGER__BOOKS__CLIENT_ID"):
        assert part in str(caught.value)


@pytest.mark.parametrize("value", [f"bad-{SECRET}", SECRET * 5])
def test_the_value_of_a_secret_is_never_told(value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Installation({"l:b": {"client_id": "a", "client_secret": value}}).settings("l:b", Books)
    assert caught.value.field == "l:b.client_secret"
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__!r}"


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured) as caught:
        Installation({"l:b": {"client_id": "a", "clientsecret": SECRET}}).settings("l:b", Books)
    assert caught.value.field == "l:b.clientsecret"
    environ = {"TAKINGS_L__B__CLIENT_ID": "a", "TAKINGS_L__B__CLIENTSECRET": SECRET}
    with pytest.raises(Misconfigured, match="TAKINGS_L__B__CLIENT_SECRET") as from_environment:
        Installation.load(file=None, environ=environ).settings("l:b", Books)
    assert SECRET not in str(from_environment.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('["l:b"\nx = 1', "line 1"),
        ("x = 1", "x outside a table"),
        ("[books]\nx = 1", "[books]"),
    ],
)
def test_a_file_that_can_not_be_read_says_where(tmp_path: Path, text: str, place: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InstallationError) as caught:
        Installation.load(file=file, environ={})
    assert str(file) in str(caught.value)
    assert place in str(caught.value)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match="No such file"):
        Installation.load(file=tmp_path / "none.toml", environ={})


def test_hosts_without_tls_are_the_operators_choice(tmp_path: Path) -> None:
    file = written(tmp_path, '[takings]\nplain_http_hosts = ["Till.lan"]\n')
    assert Installation.load(file=file, environ={}).plain_http_hosts == {"till.lan"}
    environ = {"TAKINGS_PLAIN_HTTP_HOSTS": "a.lan, b.lan"}
    assert Installation.load(file=file, environ=environ).plain_http_hosts == {"a.lan", "b.lan"}
    with pytest.raises(Misconfigured, match="plain_http_hosts"):
        _ = Installation({"takings": {"plain_http_hosts": "till.lan"}}).plain_http_hosts
