"""Is responsible for setting a place up by commands, for tests that begin where days are posted."""

from __future__ import annotations

import re
from datetime import date

from tests.cli.world import Answer, World, call, connect
from tests.e2e.place import SOURCE, TARGET, Place

BEGIN = "[send]\nend_of_day = true\n[token]\nmake = true\n"
MAPS = "".join(f"[map.{one}]\n'*' = 'suggestion'\n" for one in ("tax_codes", "payment_methods", "accounts"))


def post_from(place: Place, name: str, start: date) -> None:
    """Set an integration up and post its days from this one on; what can't be posted is held."""
    place.run("provision", name, "--source", SOURCE, "--target", TARGET)
    world = World(place.folder, place.http, place.pos.ready(), place.ledger.ready())
    place.ledger.world.switch(auto_consent=True)
    connected = connect(world, name)
    place.ledger.world.switch(auto_consent=False)
    assert connected.code == 0, connected.err
    place.pos.enter_token(answer(place, name, BEGIN).json["token"])
    review = f"[advanced.target]\n[review]\nstart_date = {start}\nretrieve = true\n"
    counted = answer(place, name, MAPS + review)
    count = re.search(r"confirm = (\d+)", counted.out)
    assert count, counted.out + counted.err
    answer(place, name, f"{MAPS}{review}confirm = {count[1]}\n")
    assert len(place.invoices()) == int(count[1])


def answer(place: Place, name: str, answers: str) -> Answer:
    """Answer steps of the setup from a file."""
    file = place.folder / "answers.toml"
    file.write_text(answers)
    return call("setup", name, "--answers", file, "--json", *place.options)
