"""The HTTP pool tells faults apart by one question: can the request have been carried out?"""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.connect.ledger import Answer, Ledger

from takings.connect import http
from takings.connect.http import HttpPool
from takings.errors import Misconfigured, ReplyLost, Unavailable


@pytest.fixture
def pool() -> Iterator[HttpPool]:
    with HttpPool() as opened:
        yield opened


@contextmanager
def scripted(*replies: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """Serve connections one by one: read a request's head, send these bytes (None: nothing, but stay), close."""
    heard, done = list[bytes](), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for reply in replies:
                connection, _ = listening.accept()
                with connection:
                    heard.append(connection.recv(65_536))
                    if reply is None:
                        done.wait(60)
                    else:
                        connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        finally:
            done.set()
            thread.join()


def test_a_reply_of_any_status_is_returned_whole(pool: HttpPool, ledger: Ledger) -> None:
    ledger.call_answers = [Answer(500, {"X-Said": "yes"}, "né".encode())]
    reply = pool.send("GET", f"{ledger.url}/x", system="Ledger")
    assert (reply.status_code, reply.headers["x-said"], reply.text) == (500, "yes", "né")


def test_a_compressed_reply_is_opened(pool: HttpPool, ledger: Ledger) -> None:
    ledger.call_answers = [Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"a": 1}'))]
    assert pool.send("GET", f"{ledger.url}/x", system="Ledger").json() == {"a": 1}


def test_redirects_are_not_followed(pool: HttpPool, ledger: Ledger) -> None:
    ledger.call_answers = [Answer(302, {"Location": f"{ledger.url}/elsewhere"})]
    assert pool.send("GET", f"{ledger.url}/x", system="Ledger").status_code == 302
    assert len(ledger.calls) == 1


def test_an_address_keeps_its_query_and_takes_further_values(pool: HttpPool) -> None:
    with scripted(b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n") as (url, heard):
        pool.send("GET", f"{url}/x?page=2", params={}, system="Ledger")
        pool.send("GET", f"{url}/x", params={"where": 'a=="b c"'}, system="Ledger")
    assert heard[0].startswith(b"GET /x?page=2 HTTP/1.1")
    assert b"where=a%3D%3D%22b+c%22" in heard[1] or b"where=a%3D%3D%22b%20c%22" in heard[1]
    assert b"takings/" in heard[0]


def test_a_closed_port_means_that_nothing_was_sent(pool: HttpPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    for method in ("GET", "POST"):
        with pytest.raises(Unavailable, match=r"^Ledger can't be reached: [^\[]"):
            pool.send(method, f"http://127.0.0.1:{port}/", system="Ledger")


def test_a_name_that_is_unknown_means_that_nothing_was_sent(pool: HttpPool) -> None:
    with pytest.raises(Unavailable):
        pool.send("POST", "https://no-such-host.invalid/", system="Ledger")


def test_a_server_that_is_not_trusted_means_that_nothing_was_sent(pool: HttpPool, ledger: Ledger) -> None:
    with pytest.raises(Unavailable):
        pool.send("POST", ledger.url.replace("http", "https"), content=b"x", system="Ledger")
    assert not ledger.calls


def test_a_write_without_a_reply_is_lost_and_sent_once(pool: HttpPool) -> None:
    with scripted(b"") as (url, heard), pytest.raises(ReplyLost):
        pool.send("POST", url, content=b"{}", system="Ledger")
    assert len(heard) == 1


def test_a_read_without_a_reply_is_sent_once_more(pool: HttpPool) -> None:
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with scripted(b"", good) as (url, heard):
        assert pool.send("GET", url, system="Ledger").content == b"ok"
    assert len(heard) == 2


def test_a_read_is_given_up_after_the_second_time(pool: HttpPool) -> None:
    with scripted(b"", b"") as (url, heard), pytest.raises(ReplyLost):
        pool.send("GET", url, system="Ledger")
    assert len(heard) == 2


@pytest.mark.parametrize(
    "half",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_half_a_reply_to_a_write_is_lost(pool: HttpPool, half: bytes) -> None:
    with scripted(half) as (url, _), pytest.raises(ReplyLost):
        pool.send("POST", url, content=b"{}", system="Ledger")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_silence_is_a_lost_reply(pool: HttpPool, method: str) -> None:
    with scripted(None) as (url, heard), pytest.raises(ReplyLost):
        pool.send(method, url, system="Ledger", patience=0.05)
    assert len(heard) == 1


def test_a_connection_that_the_server_closed_meanwhile_serves_a_read(pool: HttpPool) -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
    with scripted(kept, kept) as (url, heard):
        assert pool.send("GET", url, system="Ledger").text == "ok"
        assert pool.send("GET", url, system="Ledger").text == "ok"
    assert len(heard) == 2


def test_a_reply_has_a_largest_size(pool: HttpPool, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_REPLY", 1000)
    ledger.call_answers = [Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 1001)), Answer(204)]
    with pytest.raises(ReplyLost, match="1,000 bytes"):
        pool.send("GET", f"{ledger.url}/x", system="Ledger")
    assert pool.send("GET", f"{ledger.url}/x", system="Ledger").status_code == 204


def test_a_reply_has_a_longest_time(pool: HttpPool, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_REPLY", -1.0)
    ledger.call_answers = [Answer(200, body=b"slow")]
    with pytest.raises(ReplyLost, match="took longer"):
        pool.send("GET", f"{ledger.url}/x", system="Ledger")


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\0"])
def test_a_header_with_a_line_break_is_a_fault_of_the_caller(pool: HttpPool, ledger: Ledger, value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        pool.send("POST", f"{ledger.url}/x", headers={"X-One": value}, system="Ledger")
    assert not ledger.calls


@pytest.mark.parametrize(
    "address",
    [
        "http://ledger.example/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1.nip.io/",
        "http://127.1/",
        "http://0/",
        "http://[::ffff:10.0.0.1]/",
        "ftp://ledger.example/",
        "file:///etc/passwd",
        "/relative",
        "",
        "https://user:secret@ledger.example/",
        "https://",
        "https://ledger.example:port/",
    ],
)
def test_only_https_and_this_machine_are_called(pool: HttpPool, address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        pool.send("GET", address, system="Ledger")
    assert "secret" not in str(caught.value)


def test_the_operator_can_allow_a_host_without_tls() -> None:
    http.check_address("http://TILL.lan:8080/x?y", system="Till", plain_http_hosts=frozenset({"till.lan"}))
    for host in ("localhost", "127.0.0.1", "127.8.9.10", "[::1]"):
        http.check_address(f"http://{host}:80/", system="Till")


def test_threads_share_one_pool(pool: HttpPool, ledger: Ledger) -> None:
    found = list[int]()
    threads = [
        threading.Thread(
            target=lambda: found.append(pool.send("GET", f"{ledger.url}/plain/", system="x").status_code)
        )
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 20


def test_a_closed_pool_says_so() -> None:
    pool = HttpPool()
    pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        pool.send("GET", "https://ledger.example/", system="Ledger")


def test_the_command_line_starts_without_the_http_library() -> None:
    code = (
        "import sys, takings.connect.contexts, takings.connect.installation\n"
        "print(sorted({'httpx', 'authlib', 'h11'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert said.stdout == "[]\n"
