"""`takings api-keys`: a key is shown once, listed by its end, and useless once it is revoked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.world import call


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    return ("--database", str(tmp_path / "takings.db"), "--no-plugins")


def test_a_key_is_made_listed_and_revoked(options: tuple[str, ...]) -> None:
    made = call("api-keys", "new", "report", "--days", "90", *options)
    assert (made.code, made.err.strip()) == (0, "This is shown once.")
    key = made.out.strip()
    listed = call("api-keys", "list", *options)
    assert "report" in listed.out
    assert f"…{key[-4:]}" in listed.out
    assert key not in listed.out
    (shown,) = call("api-keys", "list", "--json", *options).json["keys"]
    assert (shown["state"], shown["last_used_at"], shown["owner"]) == ("active", None, "local")
    revoked = call("api-keys", "revoke", shown["id"], *options)
    assert revoked.out.strip() == f"The key report (…{key[-4:]}) no longer works."
    assert call("api-keys", "list", "--json", *options).json["keys"][0]["state"] == "revoked"


def test_a_key_is_its_owners(options: tuple[str, ...]) -> None:
    made = call("api-keys", "new", "support", "--owner", "customer-17", "--json", *options).json
    assert made["name"] == "support"
    assert call("api-keys", "list", *options).out.strip() == (
        "There are no keys yet; make one with: takings api-keys new NAME"
    )
    (shown,) = call("api-keys", "list", "--owner", "customer-17", "--json", *options).json["keys"]
    assert call("api-keys", "revoke", shown["id"], *options).code == 2


def test_a_name_that_can_not_be_shown_is_refused(options: tuple[str, ...]) -> None:
    refused = call("api-keys", "new", "a\tb", "--json", *options)
    assert (refused.code, refused.error["kind"]) == (2, "usage_error")
