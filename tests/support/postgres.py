"""A throw-away PostgreSQL server for tests: own folder, unix socket only, no waiting for the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from glob import glob
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import URL, make_url

MISSING = "PostgreSQL server binaries are missing"
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def binaries() -> Path | None:
    """Find the folder with `initdb` and `pg_ctl`."""
    found = [shutil.which("initdb"), *sorted(glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)]
    folders = [Path(path).resolve().parent for path in found if path]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


_RUNNING = ExitStack()


@contextmanager
def server() -> Iterator[URL | None]:
    """Give the address of a server, or `None` where there are no binaries; it runs until the session ends."""
    yield _server()


def stop() -> None:
    """End the server, where one was started."""
    _RUNNING.close()
    _server.cache_clear()


@cache
def _server() -> URL | None:
    """Start a server of this process, or find the one that is named.

    `TAKINGS_TEST_POSTGRES` names a running server instead; its user must be allowed to create databases. With
    `TAKINGS_REQUIRE_POSTGRES` missing binaries are an error.
    """
    given = os.environ.get("TAKINGS_TEST_POSTGRES")
    if given:
        return make_url(given).set(drivername="postgresql")
    folder = binaries()
    if folder is None:
        if os.environ.get("TAKINGS_REQUIRE_POSTGRES"):
            raise RuntimeError(f"{MISSING}, and TAKINGS_REQUIRE_POSTGRES allows no test to be skipped for that")
        return None
    home = Path(tempfile.mkdtemp(prefix="takings-pg-", dir="/tmp"))  # a socket's path is limited to 107 characters
    _RUNNING.callback(shutil.rmtree, home, ignore_errors=True)
    return _RUNNING.enter_context(_started(folder, home))


@contextmanager
def _started(folder: Path, home: Path) -> Iterator[URL]:
    data = home / "data"
    if os.getuid() == 0:
        shutil.chown(home, _account(), _account())
    _run(folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", cwd=home)
    options = f"-c listen_addresses='' -k {home} {_FAST}"
    _run(folder / "pg_ctl", "start", "-w", "-D", data, "-o", options, "-l", home / "log", cwd=home)
    try:
        yield URL.create("postgresql", username="postgres", database="postgres", query={"host": str(home)})
    finally:
        _run(folder / "pg_ctl", "stop", "-D", data, "-m", "immediate", cwd=home)


@contextmanager
def database(server: URL, template: str = "template1") -> Iterator[str]:
    """Give the address of a database of its own, empty or a copy of the database `template`."""
    name = f"takings_{uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: URL, statement: str) -> None:
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload] # the name is ours


def _account() -> str:
    """Name an unprivileged user: the server refuses to run as root."""
    known = {line.partition(":")[0] for line in Path("/etc/passwd").read_text().splitlines()}
    return "postgres" if "postgres" in known else "nobody"


def _run(*command: object, cwd: Path) -> None:
    as_other = {"user": _account(), "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **as_other,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}")
