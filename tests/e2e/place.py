"""Where people work: `takings serve` as its own process, between a point of sale and a ledger on this machine."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.support import warm

from takings_impos.simulator import Options, Simulator
from takings_xero.sandbox import Sandbox

SOURCE, TARGET = "impos:eod", "xero:accounting"


@dataclass
class Place:
    """A running site on an empty database, and what is on both sides of it."""

    folder: Path
    url: str
    sign_in: str
    pos: Simulator
    ledger: Sandbox
    http: httpx.Client

    @property
    def options(self) -> tuple[str, ...]:
        """The options that lead a command here."""
        return ("--database", str(self.folder / "takings.db"), "--config", str(self.folder / "takings.toml"))

    def run(self, *arguments: str) -> Any:
        """Run a command beside the server, and return what it says as JSON."""
        code, out, err = warm.run("takings.cli", *arguments, "--json", *self.options)
        assert code == 0, out + err
        return json.loads(out)

    @property
    def books(self) -> str:
        """The address at which the first organisation of the ledger is looked into, and edited by hand."""
        control = str(self.ledger.ready()["control"])
        return f"{control}/organisations/{self.http.get(f'{control}/organisations').json()[0]['tenant']}"

    def invoices(self) -> list[dict[str, Any]]:
        """The invoices that stand in the first organisation of the ledger."""
        documents = self.http.get(f"{self.books}/documents").json()
        return [one for one in documents["Invoices"] if one["Status"] in ("AUTHORISED", "PAID")]

    def credit_notes(self) -> list[dict[str, Any]]:
        """The credit notes that stand there."""
        documents = self.http.get(f"{self.books}/documents").json()
        return [one for one in documents["CreditNotes"] if one["Status"] in ("AUTHORISED", "PAID")]

    def let_a_minute_pass(self) -> None:
        """Forget how many calls were made lately: a person takes longer than a test, and a minute has its limit."""
        control = self.ledger.ready()["control"]
        self.http.post(f"{control}/limits/reset").raise_for_status()
        with closing(sqlite3.connect(self.folder / "takings.db", timeout=60)) as opened, opened:
            opened.execute("DELETE FROM call_budget")

    def edit_invoice(self) -> None:
        """Give the newest invoice another number, as somebody in the ledger does."""
        newest = self.invoices()[-1]["InvoiceID"]
        self.http.post(f"{self.books}/invoices/{newest}", json={"InvoiceNumber": "BY-HAND"}).raise_for_status()


def open_place(
    stack: ExitStack,
    folder: Path,
    schema: Path,
    *,
    organisations: int = 1,
    options: Options | None = None,
    prepare: Callable[[Place], None] = lambda place: None,
) -> Place:
    """Start everything, the site last and after what is to be prepared for it; it ends with the stack."""
    pos = stack.enter_context(Simulator(options or Options(venue="anchor")))
    ledger = stack.enter_context(Sandbox(folder / "ledger"))
    http = stack.enter_context(httpx.Client(trust_env=False, timeout=120))
    control = ledger.ready()["control"]
    for number in range(1, organisations):
        http.post(f"{control}/organisations", json={"name": f"Sister Venue {number}"}).raise_for_status()
    shutil.copy(schema, folder / "takings.db")
    sides = {SOURCE: pos.ready()["installation"], TARGET: ledger.ready()["installation"]}
    (folder / "takings.toml").write_text("".join(_section(name, values) for name, values in sides.items()))
    place = Place(folder=folder, url="", sign_in="", pos=pos, ledger=ledger, http=http)
    prepare(place)
    ready = stack.enter_context(_served(place.options))
    place.url, place.sign_in = ready["pages"].rstrip("/"), ready["sign_in"]
    return place


def _section(name: str, values: dict[str, Any]) -> str:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    return f'["{name}"]\n{lines}\n'


@contextmanager
def _served(options: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-W", "error", "-m", "takings.cli", "serve", "--json", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            code, said = process.wait(120), process.stderr.read()
        assert (code, said) == (0, "")
