"""The control API, the page, the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from takings_xero.sandbox import Sandbox
from takings_xero.sandbox.chart import australian_chart
from takings_xero.sandbox.faults import Do
from takings_xero.sandbox.query import parse
from takings_xero.sandbox.switches import Switches


def control(session: Any, method: str, path: str, body: Any = None) -> Any:
    reply = session.http.request(method, f"{session.sandbox.ready()['control']}{path}", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_switches_are_kept_and_checked(session: Any) -> None:
    assert control(session, "POST", "/switches", {"limit_day": 1000})["limit_day"] == 1000
    url = f"{session.sandbox.ready()['control']}/switches"
    for wrong in ({"limit_dya": 1}, {"zero_total": "MAYBE"}):
        assert session.http.post(url, json=wrong).status_code == 400
    assert control(session, "GET", "")["switches"]["limit_day"] == 1000


def test_the_clock_can_be_moved_from_outside(session: Any) -> None:
    control(session, "POST", "/switches", {"clock_offset": 1801})
    assert session.call("GET", "Organisation").json()["Detail"].startswith("TokenExpired")


def test_access_tokens_can_be_ended(session: Any) -> None:
    assert control(session, "POST", "/tokens/expire") == {"expired": 1}
    assert session.call("GET", "Organisation").status_code == 401


def test_counters_count_and_start_anew(session: Any) -> None:
    control(session, "POST", "/counters/reset")
    session.call("get", "organisation")
    session.post_invoice()
    found = control(session, "GET", "/counters")
    assert found["calls"] == {"GET Organisation": 1, "PUT Invoices": 1}
    assert found["statuses"] == {"200": 2}
    assert found["most_in_flight"] == 1
    assert found["bytes_in"] > 100
    assert found["connections"] == 0  # one connection, opened before, was kept alive


def test_a_person_changes_a_payment(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 110)
    path = f"/organisations/{session.tenant}/payments/{paid['PaymentID']}"
    control(session, "POST", path, {"amount": "90.00"})
    changed = session.get(f"Invoices/{made['InvoiceID']}")["Invoices"][0]
    assert (changed["Status"], changed["AmountDue"], changed["AmountPaid"]) == ("AUTHORISED", 20.0, 90.0)
    assert session.balances()["611"] == "90.00"
    control(session, "POST", path, {"status": "DELETED"})
    assert session.get(f"Payments/{paid['PaymentID']}")["Payments"][0]["Status"] == "DELETED"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"amount": "110.01"}, "at most 110.00"),
        ({"amount": 0}, "above 0"),
        ({"amount": "-5"}, "above 0"),
        ({"amount": "NaN"}, "above 0"),
        ({"amount": "10.005"}, "at most two decimals"),
        ({"date": "tomorrow"}, "such as 2026-06-30"),
        ({"amuont": "5"}, "no 'amuont'"),
        ({"status": "PAID"}, "only become DELETED"),
    ],
)
def test_a_payment_keeps_within_what_the_invoice_allows(session: Any, change: dict[str, Any], why: str) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 60)
    url = f"{session.sandbox.ready()['control']}/organisations/{session.tenant}/payments/{paid['PaymentID']}"
    reply = session.http.post(url, json=change)
    assert reply.status_code == 400
    assert why in reply.json()["error"]
    assert session.get(f"Invoices/{made['InvoiceID']}")["Invoices"][0]["AmountDue"] == 50.0
    assert session.http.post(url, json={"amount": "110.00"}).json()["Amount"] == 110


def test_a_removed_payment_stays_as_it_is(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 110)
    url = f"{session.sandbox.ready()['control']}/organisations/{session.tenant}/payments/{paid['PaymentID']}"
    replies = [session.http.post(url, json={"status": "DELETED"}).status_code for _ in range(2)]
    assert replies == [200, 400]
    assert session.get(f"Invoices/{made['InvoiceID']}")["Invoices"][0]["AmountDue"] == 110.0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/organisations//documents", None, 404),
        ("GET", "/organisations/nobody/documents", None, 404),
        ("DELETE", "/switches", None, 405),
        ("POST", "/organisations", {}, 400),
        ("POST", "/organisations", {"name": " "}, 400),
        ("POST", "/organisations", {"name": "X", "settings": {"PeriodLockDate": "soon"}}, 400),
        ("POST", "/clients", {"kind": "tv"}, 400),
        ("POST", "/switches", {"latency_ms": -5}, 400),
        ("POST", "/switches", [], 400),
        ("GET", "/held?wait_for=many", None, 400),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    session: Any, method: str, path: str, body: object, status: int
) -> None:
    reply = session.http.request(method, f"{session.sandbox.ready()['control']}{path}", json=body)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert " " in error
    assert not any(name in error for name in ("Error", "NotFound", "Invalid:"))


def test_a_body_that_is_no_json_is_a_mistake(session: Any) -> None:
    reply = session.http.post(f"{session.sandbox.ready()['control']}/switches", content=b"{no")
    assert (reply.status_code, list(reply.json())) == (400, ["error"])


def test_a_person_voids_an_invoice_and_the_rules_hold(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 110)
    path = f"/organisations/{session.tenant}/invoices/{made['InvoiceNumber']}"
    url = f"{session.sandbox.ready()['control']}{path}"
    assert "has payments" in session.http.post(url, json={"Status": "VOIDED"}).json()["error"]
    session.sandbox.control.change_payment(session.tenant, paid["PaymentID"], {"status": "DELETED"})
    assert control(session, "POST", path, {"Status": "VOIDED"})["Status"] == "VOIDED"
    assert session.balances() == {}


def test_organisations_are_added_and_changed(session: Any) -> None:
    body = {"name": "Beach Club", "settings": {"Timezone": "WAUSTRALIASTANDARDTIME"}}
    tenant = control(session, "POST", "/organisations", body)["tenant"]
    changed = control(session, "POST", f"/organisations/{tenant}", {"PeriodLockDate": "2026-06-30"})
    assert (changed["Timezone"], changed["PeriodLockDate"]) == (
        "WAUSTRALIASTANDARDTIME",
        "/Date(1782777600000+0000)/",
    )
    assert "PeriodLockDate" not in control(session, "POST", f"/organisations/{tenant}", {"PeriodLockDate": None})
    assert len(control(session, "GET", f"/organisations/{tenant}/documents")["TaxRates"]) == 11
    assert control(session, "GET", f"/organisations/{tenant}/balances") == {"accounts": [], "total": "0.00"}
    url = f"{session.sandbox.ready()['control']}/organisations/nobody/balances"
    assert session.http.get(url).status_code == 404


def test_a_foreign_page_cannot_steer_it(session: Any) -> None:
    url = f"{session.sandbox.ready()['control']}/switches"
    assert session.http.post(url, json={}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert session.http.get(url, headers={"Host": "evil.example"}).status_code == 403


def test_the_page_shows_documents_and_escapes_them(session: Any) -> None:
    made = session.post_invoice(Reference="<script>alert(1)</script>")
    session.pay(made["InvoiceID"], 110)
    page = session.http.get(session.sandbox.url, follow_redirects=True)
    assert "Harbour Street Tavern" in page.text
    one = session.http.get(f"{session.sandbox.ready()['page']}/{session.tenant}")
    assert "&lt;script&gt;" in one.text
    assert "<script" not in one.text
    assert "Cash Clearing" in one.text
    assert "script-src" not in one.headers["content-security-policy"]
    assert one.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_chart_is_one_that_the_documents_name() -> None:
    chart = australian_chart("t")
    codes = [one["Code"] for one in chart if "Code" in one]
    assert len(codes) == len(set(codes))
    paying = {one["Code"] for one in chart if one["EnablePaymentsToAccount"]}
    assert paying == {"422", "611", "612", "613", "614", "615", "616", "617", "806", "807", "808"}
    assert {one["SystemAccount"] for one in chart if "SystemAccount" in one} >= {"DEBTORS", "GST", "ROUNDING"}


def test_a_condition_is_helped_by_the_store_only_where_that_is_safe() -> None:
    assert parse('Reference=="a" OR Total>5').sql is None
    assert parse('Reference=="a" AND Total>5').sql == "(reference = ?)"
    assert parse("Date>=DateTime(2026,10,1)").values == ("2026-10-01",)


def test_everything_that_can_be_switched_or_called_is_documented(session: Any) -> None:
    text = (Path(__file__).parents[4] / "docs/how-to/xero-sandbox.md").read_text(encoding="utf-8")
    assert [name for name in Switches.__struct_fields__ if f"`{name}`" not in text] == []
    assert [name for name in get_args(Do) if f"`{name}`" not in text] == []
    assert [name for name in ("--port", "--no-limits", "--latency-ms") if name not in text] == []
    rules = {rule.rule for rule in session.sandbox.app.url_map.iter_rules() if rule.rule.startswith("/sandbox")}
    spoken = text.replace("TENANT", "<tenant>").replace("/ID", "/<int:ident>")
    shown = {rule for rule in rules if "<key>" not in rule and not rule.startswith(("/sandbox/ui", "/sandbox/style"))}
    assert [rule for rule in shown if rule not in spoken] == []


def start(*arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "takings_xero.sandbox", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_prints_one_ready_line_and_ends_with_stdin(tmp_path: Path) -> None:
    process = start(
        "--data", str(tmp_path), "--auto-consent", "--until-stdin-closes", "--latency-ms", "1", "--no-limits",
        "--seed-organisation", "Harbour Bar;Timezone=EAUSTRALIASTANDARDTIME;PeriodLockDate=2026-06-30",
        stdin=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert set(ready) == {"ready", "url", "page", "installation", "control"}
    state = httpx.get(ready["control"], trust_env=False).json()
    assert [one["name"] for one in state["organisations"]] == ["Harbour Bar"]
    assert state["organisations"][0]["settings"]["Timezone"] == "EAUSTRALIASTANDARDTIME"
    assert (state["switches"]["auto_consent"], state["switches"]["limit_minute"]) == (True, None)
    out, err = process.communicate("", timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_command_ends_on_sigterm_and_keeps_its_app(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        process = start("--data", str(tmp_path))
        assert process.stdout is not None
        seen.append(json.loads(process.stdout.readline())["installation"]["client_id"])
        process.terminate()
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 0
    assert seen[0] == seen[1]


def test_without_flask_it_says_in_one_sentence_what_to_install() -> None:
    code = (
        "import sys, importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda name, *a: None if name == 'flask' else find(name, *a);"
        "from takings_xero.sandbox.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("pip install 'takings-xero[sandbox]'")
    assert len(done.stderr.splitlines()) == 1


def test_it_does_not_import_the_core() -> None:
    code = "import sys, takings_xero.sandbox.server; sys.exit(any(m.split('.')[0] == 'takings' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("port", [0])
def test_closing_twice_is_harmless(tmp_path: Path, port: int) -> None:
    running = Sandbox(tmp_path, port)
    running.close()
    running.close()
