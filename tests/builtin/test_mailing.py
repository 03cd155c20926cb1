"""Alerts by e-mail, to a real server on this machine."""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from typing import Any

import pytest
from tests.support.smtp import MailServer, certificate

from takings.builtin.notifiers import MailSettings, log, mail
from takings.plugin import Alert, Misconfigured, NoSettings, Retry, Unavailable

ALERT = Alert(
    owner="local",
    recipients=("books@shop.example", "ops@host.example"),
    subject="anchor: 1 day held back\nBcc: evil@else.example",
    text="New since yesterday:\n\nThe Café – 1 day held back\n.\nend\n",
    reference="takings-1-1",
    urgent=True,
)


def settings(server: MailServer, **more: Any) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=server.port, sender="takings@host.example", **more)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


def test_an_alert_is_plain_text_to_the_first_and_the_others_get_it_unnamed() -> None:
    with MailServer() as server:
        mail(settings(server, security="none"), ALERT)
    (one,) = server.received
    assert (one.sender, one.recipients) == ("takings@host.example", ["books@shop.example", "ops@host.example"])
    message = one.message
    assert message["To"] == "books@shop.example"
    assert message["Subject"] == "anchor: 1 day held back Bcc: evil@else.example"
    assert message["Bcc"] is None
    assert message["Message-ID"] == "<takings-1-1@host.example>"
    assert (message["Auto-Submitted"], message["Importance"]) == ("auto-generated", "high")
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == ALERT.text


def test_with_starttls_nothing_is_said_before_the_connection_is_secret(trusted: Path) -> None:
    with MailServer(trusted, users={"takings": "hush"}) as server:
        mail(settings(server, user="takings", password="hush"), ALERT)
    assert [(one.secure, one.user) for one in server.received] == [(True, "takings")]


def test_tls_from_the_beginning(trusted: Path) -> None:
    with MailServer(trusted, tls=True) as server:
        mail(settings(server, security="tls"), ALERT)
    assert [one.secure for one in server.received] == [True]


def test_a_server_that_nobody_vouches_for_gets_nothing(pem: Path) -> None:
    with MailServer(pem) as server, pytest.raises(Misconfigured, match="no secure connection"):
        mail(settings(server), ALERT)
    assert server.received == []


def test_without_starttls_at_the_server_nothing_is_sent_in_the_clear() -> None:
    with MailServer() as server, pytest.raises(Misconfigured, match="STARTTLS"):
        mail(settings(server), ALERT)
    assert server.received == []


def test_a_wrong_password_is_told_without_the_password(trusted: Path) -> None:
    with MailServer(trusted, users={"takings": "hush"}) as server, pytest.raises(Misconfigured) as caught:
        mail(settings(server, user="takings", password="wr0ng-s3cret"), ALERT)
    assert "535" in str(caught.value)
    assert "wr0ng" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("code", "problem"), [("450", Retry), ("550", Misconfigured)])
def test_a_refused_address_is_tried_again_only_where_that_may_help(code: str, problem: type[Exception]) -> None:
    with MailServer(refuse=code) as server, pytest.raises(problem):
        mail(settings(server, security="none"), ALERT)


def test_a_server_that_is_away_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    gone = MailSettings(host="127.0.0.1", port=port, sender="a@b.example", security="none")
    with pytest.raises(Unavailable):
        mail(gone, ALERT)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "host"),
        ({"host": "mail.example"}, "sender"),
        ({"host": "mail.example", "sender": "a@b.example", "security": "none"}, "security"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_tried(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        mail(MailSettings(**given), ALERT)
    assert caught.value.field == field


def test_the_log_has_subject_and_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "takings.alerts"):
        log(NoSettings(), ALERT)
    assert "1 day held back" in caplog.text
    assert "The Café" in caplog.text
