"""Files in a bucket of S3, where a content delivery network reads them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from byline.amazon import LazyClient, code_of
from byline.errors import Misconfigured, Unavailable
from byline.files.paths import checked, checked_type, content_type, is_path
from byline.files.port import Entry, File

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES: Final = 3
_READ_SECONDS: Final = 5
_MOST_CHARACTERS_PREFIX: Final = 100
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_BEGINNING: Final = re.compile(r"[A-Za-z0-9._~/-]*", re.ASCII)
_MISSING: Final = frozenset({"NoSuchKey", "404"})
_TO_BE_SET: Final = {
    "AccessDenied": "the AWS credentials in use may not do this",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
    "ExpiredToken": "the AWS credentials in use have expired",
    "InvalidAccessKeyId": "the AWS credentials in use are not valid",
    "NoSuchBucket": "the bucket is not there: make it, or name another",
    "PermanentRedirect": "the bucket is in another region",
    "SignatureDoesNotMatch": "the AWS secret key in use is wrong",
}
"""Errors that last until an operator changes a setting, and the message that says which."""

_SOON: Final = "public, max-age=60"
_LASTING: Final = "public, max-age={seconds}, s-maxage=60, immutable"
"""Browsers keep it. Shared caches revalidate it every minute, nearly always with a 304, so that a deleted photo is gone
from them a minute later without a call to them (RFC 9111, 5.2.2.10)."""


class S3Files:
    """Implements ``files.port.Files`` in ``bucket``, below ``prefix`` (a path, or nothing).

    Opening makes no request. Each call is tried three times, which takes some twenty seconds at worst.
    ``Misconfigured`` if names cannot be such; what AWS refuses later is ``Unavailable``, with a sentence that says why.
    """

    def __init__(self, bucket: str, prefix: str, *, region: str, endpoint: str | None = None) -> None:
        if not _BUCKET.fullmatch(bucket):
            raise Misconfigured(f"{bucket!r} is not a name of an S3 bucket: 3 to 63 of a-z, 0-9, dot and -")
        if prefix and not (is_path(prefix) and len(prefix) <= _MOST_CHARACTERS_PREFIX):
            raise Misconfigured(
                f"{prefix!r} is not a prefix for files: up to {_MOST_CHARACTERS_PREFIX} of A-Z a-z 0-9 . _ ~ - /"
            )
        self._bucket = bucket
        self._before = f"{prefix}/" if prefix else ""
        self._client = LazyClient("s3", region=region, endpoint=endpoint, tries=_TRIES, read_seconds=_READ_SECONDS)

    def put(self, file: File, /, *, cache_seconds: int = 0) -> None:
        """Write a file whole, with its type and how long caches may keep it."""
        key = self._key(file.path)
        checked_type(file.path, file.content_type)
        with _translated(f"cannot write {file.path}"):
            self._client().put_object(
                Bucket=self._bucket,
                Key=key,
                Body=file.body,
                ContentType=content_type(file.path),
                CacheControl=_LASTING.format(seconds=cache_seconds) if cache_seconds else _SOON,
            )

    def get(self, path: str, /) -> File | None:
        """Read a file, ``None`` if there is none."""
        key = self._key(path)
        with _translated(f"cannot read {path}"):
            try:
                body: bytes = self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in _MISSING:
                    return None
                raise
        return File(path, body, content_type(path))

    def delete(self, path: str, /) -> None:
        """Delete a file."""
        key = self._key(path)
        with _translated(f"cannot delete {path}"):
            self._client().delete_object(Bucket=self._bucket, Key=key)

    def paths(self, prefix: str = "", /) -> Iterator[str]:
        """List the paths that start with ``prefix``, a thousand a request."""
        return (entry.path for entry in self.entries(prefix))

    def entries(self, prefix: str, /) -> Iterator[Entry]:
        """List what starts with ``prefix``, with sizes and times, a thousand a request."""
        if not _BEGINNING.fullmatch(prefix):
            return
        asked = {"Bucket": self._bucket, "Prefix": self._before + prefix}
        while True:
            with _translated(f"cannot list {prefix}"):
                answer = self._client().list_objects_v2(**asked)
            for entry in answer.get("Contents", ()):
                path = entry["Key"].removeprefix(self._before)
                if is_path(path):
                    yield Entry(path, entry["Size"], entry["LastModified"].astimezone(UTC))
            if not answer.get("IsTruncated"):
                return
            asked["ContinuationToken"] = answer["NextContinuationToken"]

    def _key(self, path: str) -> str:
        return self._before + checked(path)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        raise Unavailable(f"{what}: {_TO_BE_SET.get(code, f'S3 says {code}')}") from error
    except BotoCoreError as error:
        raise Unavailable(f"{what}: {error}") from error
