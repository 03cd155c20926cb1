"""Reads a request's body up to a limit, whatever its length header says and however it is compressed."""

from __future__ import annotations

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

#: Bytes, before and after decompression: a year of one venue's days has about 4 MB.
LARGEST = 5_000_000
#: A call that takes longer to arrive than this is given up.
SECONDS = 60.0

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class BodyRefused(Exception):
    """The body can't be taken: `status` is the HTTP status, `code` what goes into the answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


async def read_body(request: Request, largest: int = LARGEST) -> bytes:
    """Return the body, decompressed. Raises `BodyRefused` as soon as it can't be taken."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise BodyRefused(415, "unsupported_encoding", "Send the body as it is or with Content-Encoding: gzip.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > largest:
        raise _too_large(largest)
    try:
        async with asyncio.timeout(SECONDS):
            return await _collect(request, unpack=encoding == "gzip", largest=largest)
    except TimeoutError:
        raise BodyRefused(408, "too_slow", f"The body did not arrive within {SECONDS:.0f} seconds.") from None
    except ClientDisconnect:
        raise BodyRefused(400, "incomplete", "The body ended early.") from None
    except zlib.error:
        raise BodyRefused(400, "not_gzip", "The body says that it is gzip and is not.") from None


async def _collect(request: Request, *, unpack: bool, largest: int) -> bytes:
    opener = zlib.decompressobj(_GZIP_WINDOW) if unpack else None
    parts: list[bytes] = []
    arrived = size = 0
    async for chunk in request.stream():
        arrived += len(chunk)
        # One byte more than is allowed tells that there is more, without unpacking the rest.
        part = opener.decompress(chunk, largest - size + 1) if opener else chunk
        size += len(part)
        if size > largest or arrived > largest:
            raise _too_large(largest)
        if opener and opener.unused_data:
            raise zlib.error
        parts.append(part)
    if opener and not opener.eof:
        raise zlib.error
    return b"".join(parts)


def _too_large(largest: int) -> BodyRefused:
    return BodyRefused(413, "too_large", f"The body is larger than {largest:,} bytes; send less at once.")
