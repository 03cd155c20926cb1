"""A key file that is missing beside a database with secrets is asked for, and never made anew."""

from __future__ import annotations

from tests.cli.world import Run, World, call, connect, enter_token

SIDES = ("--source", "impos:eod", "--target", "xero:accounting")


def test_without_its_key_file_nothing_goes_on_until_it_is_back_or_everything_is_connected_anew(
    run: Run, elsewhere: World
):
    assert run("provision", "lost", *SIDES, *elsewhere.options).code == 0
    enter_token(elsewhere, "lost")
    assert connect(elsewhere, "lost").code == 0
    file = elsewhere.folder / "takings.key"
    kept = file.read_text()
    file.unlink()
    for arguments in (["integrations", "list"], ["map", "refresh", "lost"], ["sync", "lost"]):
        answer = run(*arguments, *elsewhere.options)
        assert answer.code == 1
        assert answer.err.startswith(f"takings: There is no key file {file}, and the database ")
        assert "backup" in answer.err
        assert "connect each ledger again" in answer.err
        assert not file.exists()
    named = elsewhere.folder / "elsewhere.key"
    assert run("integrations", "list", *elsewhere.options, "--key-file", named).code == 1
    assert not named.exists()

    assert run("integrations", "list", "--database", elsewhere.folder / "other.db", "--key-file", named).code == 0
    other = run("map", "suggest", "lost", *elsewhere.options, "--key-file", named)
    assert other.code == 1
    assert "Put it back from the backup of the keys" in other.err

    more = ("--key-file", str(named))
    again = connect(elsewhere, "lost", *more)
    assert again.code == 0, again.err
    token = call("token", "new", "lost", *elsewhere.options, *more)
    assert token.code == 0, token.err
    assert run("map", "suggest", "lost", *elsewhere.options, *more).code == 0

    file.write_text(kept)
    file.chmod(0o600)
    assert run("integrations", "list", *elsewhere.options).code == 0
    assert kept == file.read_text()


def test_a_folder_as_the_key_file_is_said_to_be_a_folder(run: Run, elsewhere: World):
    answer = run("integrations", "list", *elsewhere.options, "--key-file", elsewhere.folder)
    assert answer.code == 1
    assert "is a folder" in answer.err
