"""Remove from a packed program what no function uses, to save megabytes and milliseconds of every cold start."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

OPERATIONS: Final = {
    "dynamodb": (
        *("BatchGetItem", "GetItem", "Query", "Scan", "TransactWriteItems"),
        *("CreateTable", "DescribeTable", "DescribeTimeToLive", "UpdateTimeToLive"),
    ),
    # botocore itself asks for a bucket's head, where S3 answers that the bucket is in another region.
    "s3": ("DeleteObject", "GetObject", "HeadBucket", "ListObjectsV2", "PutObject"),
    "sesv2": ("SendEmail",),
    "ssm": ("GetParameter", "PutParameter"),
}
"""The operations that the functions call, by service."""

AUTHORITIES: Final = ("Amazon Root CA", "Starfield", "DigiCert")
"""Root CAs of Amazon Trust Services and its predecessors.

https://www.amazontrust.com/repository/ lists the first two.
"""
_AUTHORITY: Final = re.compile(r'((?:^#.*\n)*?^# Label: "(.+)"\n(?:^#.*\n)*(?:^[^#\n].*\n)+)', re.MULTILINE)
_ENDPOINTS: Final = frozenset({"dynamodb", "email", "s3", "ssm", "sts"})
_COMMON_FILES: Final = frozenset({"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"})
_MODEL: Final = "service-2.json"
_KEPT_FILES: Final = ("endpoint-rule-set-1.json.gz", "service-2.sdk-extras.json")
_OTHER_PICTURES: Final = (
    *(
        "Blp",
        "Bufr",
        "Cur",
        "Dcx",
        "Dds",
        "Eps",
        "Fits",
        "Fli",
        "Fpx",
        "Ftex",
        "Gbr",
        "Grib",
        "Hdf5Stub",
        "Icns",
        "Ico",
    ),
    *("Im", "Imt", "Iptc", "Jpeg2K", "McIdas", "Mic", "Msp", "Palm", "Pcd", "Pcx", "Pdf", "Pixar", "Psd", "Qoi", "Sgi"),
    *("Spider", "Sun", "Tga", "Wmf", "Xbm", "Xpm", "XVThumb"),
)
"""Formats that Pillow reads and the portal does not."""
_UNNEEDED: Final = (
    *(
        "bin",
        "*/tests",
        *("byline/cli", "byline/server"),
        *("share", "*/*.c", "*/*.yaml", "*/sansio/README.md"),
        "**/__pycache__",
        "**/*.pyi",
        "byline/messages/*.po",
        "*.dist-info/RECORD",
        "*.dist-info/sboms",
    ),
    # argon2 needs the machine code of cffi, not what writes such code.
    *("cffi", "pycparser"),
    # botocore takes the time zones of the machine; werkzeug's debugger is never on.
    *("dateutil/zoneinfo/*.tar.gz", "werkzeug/debug"),
    # What only tests, other machines and repeating dates need.
    *("urllib3/contrib", "dateutil/rrule.py"),
    "dateutil/tz/win.py",
    # email-validator would query DNS servers with it; Byline never asks it to.
    "dns",
    # rapidfuzz: all but the comparison of sequences, for any processor; for the rest, which is never called, it falls
    # back to Python.
    *("rapidfuzz/fuzz_cpp*", "rapidfuzz/process_cpp*", "rapidfuzz/utils_cpp*", "rapidfuzz/distance/metrics_cpp_avx2*"),
    # pycryptodomex: its own tests, and libraries that AES and the checks of signatures do not load.
    *(f"Cryptodome/Protocol/{name}.*" for name in ("DH", "HPKE", "SecretSharing")),
    *(f"Cryptodome/Hash/{name}*.py*" for name in ("KMAC", "Kangaroo", "TupleHash", "TurboSHAKE", "BLAKE2b", "RIPEMD")),
    *(f"Cryptodome/Cipher/{name}*.py*" for name in ("ARC", "Blowfish", "CAST", "ChaCha20", "PKCS1", "_EKS", "_pkcs1")),
    *(f"Cryptodome/Cipher/_mode_{name}.py*" for name in ("ccm", "eax", "kw", "kwp", "ocb", "openpgp", "siv")),
    *("Cryptodome/PublicKey/ElGamal.*", "Cryptodome/Util/RFC1751.*"),
    *("Cryptodome/SelfTest", "Cryptodome/PublicKey/_ed448*", "Cryptodome/PublicKey/_curve*.so"),
    *(f"Cryptodome/Cipher/_raw_{name}*" for name in ("arc2", "blowfish", "cast", "cfb", "eksblowfish", "ocb", "ofb")),
    *(f"Cryptodome/Cipher/_{name}*.so" for name in ("ARC4", "chacha20", "pkcs1_decode")),
    *(
        f"Cryptodome/Hash/_{name}*.so"
        for name in ("BLAKE2b", "MD2", "MD4", "RIPEMD160", "SHA224", "SHA384", "poly1305")
    ),
    # segno: its command, and what a code could say besides an address.
    *("segno/cli.py", "segno/helpers.py"),
    # Pillow: formats and features other than those that photos need (JPEG, PNG, WebP, AVIF, colour profiles).
    *(f"PIL/{name}ImagePlugin.*" for name in _OTHER_PICTURES),
    *("PIL/PdfParser.*", "PIL/ImageQt.*", "PIL/ImageTk.*", "PIL/ImageWin.*", "PIL/PSDraw.*"),
    *("PIL/_imagingft.*", "PIL/_imagingmath.*", "PIL/_imagingmorph.*", "PIL/_imagingtk.*"),
)
_LIBRARIES: Final = "pillow.libs"
_LIBRARY_NAME: Final = re.compile(rb"lib[A-Za-z0-9_+-]+-[0-9a-f]{8}\.so[.0-9]*")


def slim(inside: Path) -> None:
    """Remove what no function reads: other services' descriptions and regions, commands, tests, codecs."""
    for pattern in _UNNEEDED:
        for entry in list(inside.glob(pattern)):
            _remove(entry)
    _slim_libraries(inside)
    for library in inside.glob("**/*.so"):
        library.write_bytes(without_symbols(library.read_bytes()))
    _slim_descriptions(inside / "botocore" / "data")
    for metadata in inside.glob("*.dist-info/METADATA"):  # name, version and licence stay
        metadata.write_text(metadata.read_text("utf-8").partition("\n\n")[0] + "\n", "utf-8")
    _slim_authorities(inside / "botocore" / "cacert.pem")


def needed_libraries(file: Path) -> set[str]:
    """The names of Pillow's own libraries that a library or extension module asks the system's linker for."""
    return {name.decode() for name in _LIBRARY_NAME.findall(file.read_bytes())} - {file.name}


def without_symbols(library: bytes) -> bytes:
    """A shared library without what only debuggers read: all that is behind its last segment (ELF, 64 bits).

    The system's linker goes by the table of segments; that of sections is one of the things left out.
    """
    if library[:6] != b"\x7fELF\x02\x01":
        return library
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    ends = [sum(struct.unpack_from("<8xQ16xQ", library, table + size * number)) for number in range(count)]
    sections = struct.pack("<Q", 0), struct.pack("<HHH", 0, 0, 0)
    return library[:40] + sections[0] + library[48:58] + sections[1] + library[64 : max(ends)]


def _slim_libraries(inside: Path) -> None:
    """Remove the libraries that no module of Pillow needs any more, directly or through another library."""
    folder = inside / _LIBRARIES
    waiting, needed = list((inside / "PIL").glob("*.so")), set[str]()
    while waiting:
        names = needed_libraries(waiting.pop()) - needed
        needed |= names
        waiting += [folder / name for name in names]
    for library in list(folder.iterdir()):
        if library.name not in needed:
            library.unlink()


def _slim_descriptions(data: Path) -> None:
    for entry in list(data.iterdir()):
        if entry.name not in OPERATIONS and entry.name not in _COMMON_FILES:
            _remove(entry)
    endpoints = json.loads((data / "endpoints.json").read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: of for name, of in partition["services"].items() if name in _ENDPOINTS}
    (data / "endpoints.json").write_text(json.dumps(endpoints, separators=(",", ":")))
    for service, operations in OPERATIONS.items():
        *older, newest = sorted((data / service).iterdir())
        for folder in older:
            _remove(folder)
        described = newest / f"{_MODEL}.gz"
        model = reduce_model(json.loads(gzip.decompress(described.read_bytes())), operations)
        for entry in list(newest.iterdir()):
            if entry.name not in _KEPT_FILES:
                _remove(entry)
        (newest / _MODEL).write_text(json.dumps(model, separators=(",", ":")))


def _slim_authorities(bundle: Path) -> None:
    """Keep only the root CAs of Amazon's services: reading all the others takes 13 ms a client."""
    entries = _AUTHORITY.findall(bundle.read_text())
    bundle.write_text("".join(entry for entry, name in entries if name.startswith(AUTHORITIES)))


def reduce_model(model: dict[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """A service's description reduced to these operations and the shapes they need, without documentation."""
    kept = {name: _without_documentation(model["operations"][name]) for name in operations}
    shapes: dict[str, Any] = {}
    waiting = [shape for operation in kept.values() for shape in _shapes_of(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _without_documentation(model["shapes"][name])
            waiting += _shapes_of(shapes[name])
    return {**_without_documentation(model), "operations": kept, "shapes": shapes}


def _shapes_of(described: dict[str, Any]) -> Iterator[str]:
    """The shapes that an operation or a shape refers to."""
    parts = [described.get(part) for part in ("input", "output", "member", "key", "value")]
    for part in (*parts, *described.get("errors", ()), *described.get("members", {}).values()):
        if part:
            yield part["shape"]


def _without_documentation(described: dict[str, Any]) -> dict[str, Any]:
    """A description without its own documentation and that of its members."""
    kept = {name: of for name, of in described.items() if name != "documentation"}
    if "members" in kept:
        kept["members"] = {name: _without_documentation(of) for name, of in kept["members"].items()}
    return kept


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry)
    else:
        entry.unlink()
