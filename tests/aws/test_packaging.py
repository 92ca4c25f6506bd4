"""The packed program: small, for Lambda's machines, compiled so that nothing is compiled there, and sure to start."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.aws import template
from tools.aws import interpreters, packaging
from tools.aws.slimming import needed_libraries

from byline.errors import Misconfigured

if TYPE_CHECKING:
    from tools.aws.packaging import Package

pytestmark = [pytest.mark.aws, pytest.mark.slow]

_START = """
import json, os, sys
compiled = []
def hear(event, args):
    if event == "compile" and args[1] is not None and not str(args[1]).startswith("<"):
        compiled.append(str(args[1]))
sys.addaudithook(hear)
from byline.aws import handler
event = json.loads(sys.argv[1])
answers = [handler.web(event, None)["statusCode"], handler.work({"Records": []}, None)]
from byline import amazon
hosts = {}
for service in ("dynamodb", "s3", "sesv2", "ssm"):
    for region in ("eu-west-1", "us-gov-west-1", "cn-north-1", "ap-southeast-5"):
        made = amazon.client(service, region=region, endpoint=None, tries=1, read_seconds=1)
        hosts[f"{service} {region}"] = made.meta.endpoint_url
from byline.imaging.pillow import PillowImaging
photo = PillowImaging().develop(open(sys.argv[2], "rb").read())
loaded = sorted(module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None))
from Cryptodome.Cipher import AES  # the seeds of authenticator apps, and the signatures of passkeys
from Cryptodome.PublicKey import ECC, RSA
from Cryptodome.Signature import DSS, eddsa, pkcs1_15
AES.new(b"k" * 16, AES.MODE_GCM, nonce=b"n" * 12).encrypt_and_digest(b"seed")
print(json.dumps({"compiled": compiled, "answers": answers, "hosts": hosts, "loaded": loaded, "photo": len(photo)}))
"""
_GET = {
    "version": "2.0",
    "rawPath": "/login",
    "rawQueryString": "",
    "headers": {"host": "example.org"},
    "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"}},
}


@pytest.fixture(scope="module")
def arm(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The program as it goes to Lambda; for this very Python where none of Lambda's is installed."""
    versions = (*interpreters.RUNTIMES, sys.version_info[:2])
    return packaging.pack(tmp_path_factory.mktemp("arm") / "packed", versions=versions)


def names(package: Package) -> list[str]:
    with zipfile.ZipFile(package.archive) as archive:
        return archive.namelist()


def test_it_is_small_enough(arm: Package) -> None:
    with zipfile.ZipFile(arm.archive) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())

    assert unpacked == arm.unpacked_bytes <= packaging.MOST_BYTES == 45_000_000


def test_it_is_for_lambdas_machines_and_runtime(arm: Package) -> None:
    libraries = [name for name in names(arm) if ".so" in name]
    tagged = [name for name in libraries if "cpython" in name]

    assert any("_argon2" in name for name in names(arm))
    version = arm.runtime.removeprefix("python").replace(".", "")
    assert tagged
    assert all(f"cpython-{version}-aarch64" in name for name in tagged)
    listed = {f"python{major}.{minor}" for major, minor in interpreters.RUNTIMES}
    assert set(template.written()["Parameters"]["PythonRuntime"]["AllowedValues"]) == listed == set(interpreters.ENDS)


def test_no_library_in_it_asks_for_a_newer_glibc_than_lambdas(arm: Package) -> None:
    with zipfile.ZipFile(arm.archive) as archive:
        needs = {name: packaging.glibc_needs(archive.read(name)) for name in archive.namelist() if ".so" in name}

    assert len(needs) > 10
    assert {name for name, needed in needs.items() if needed} >= {name for name in needs if "_argon2" in name}
    newest = {name: max(needed) for name, needed in needs.items() if needed}
    assert {name: version for name, version in newest.items() if version > (2, 34)} == {}


def test_a_library_that_lambda_could_not_load_is_refused(tmp_path: Path) -> None:
    (tmp_path / "new.so").write_bytes(b"\x7fELF...\x00GLIBC_2.17\x00GLIBC_2.38\x00")
    with pytest.raises(Misconfigured, match=r"new\.so asks for glibc 2\.38"):
        packaging._refuse_newer_glibc(tmp_path)


def test_it_holds_nothing_that_no_function_needs(arm: Package) -> None:
    inside = names(arm)

    assert "byline/aws/handler.pyc" in inside
    for part in (
        *("byline/cli/", "byline/web/templates/", "granian/", "botocore/data/ec2/", "bin/", "pip/", "awslambdaric/"),
        *("boto3/", "cffi/", "pycparser/", "dns/", "PIL/_imagingft"),
    ):
        assert not any(name.startswith(part) for name in inside), part
    assert "byline/site/templates/author.html" in inside  # rendered by the worker, which nobody waits for
    services = {name.split("/")[2] for name in inside if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == {"dynamodb", "s3", "sesv2", "ssm"}


def test_every_library_that_another_one_needs_is_in_it(arm: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(arm.archive) as archive:
        libraries = {Path(name).name: name for name in archive.namelist() if ".so" in name}
        needed = set[str]()
        for name in libraries.values():
            needed |= needed_libraries(Path(archive.extract(name, tmp_path)))

    assert any(name.startswith("libjpeg-") for name in needed)
    assert needed <= set(libraries)


def test_it_is_bytecode_for_ever_and_no_source(arm: Package) -> None:
    with zipfile.ZipFile(arm.archive) as archive:
        inside = archive.namelist()
        assert not any(name.endswith(".py") or "__pycache__" in name for name in inside)
        compiled = [name for name in inside if name.startswith("byline/web/compiled/")]
        byte_codes = [name for name in inside if name.endswith(".pyc")]
        assert len(byte_codes) > len(compiled) > 30
        for name in byte_codes:
            with archive.open(name) as code:
                magic, flags = code.read(4), int.from_bytes(code.read(4), "little")
            assert flags == 0b01, name  # by hash, and unchecked (PEP 552): no date of anything is in it
            if arm.runtime == f"python{sys.version_info[0]}.{sys.version_info[1]}":
                assert magic == importlib.util.MAGIC_NUMBER


def test_a_fault_in_it_still_names_file_and_line(package: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        archive.extractall(tmp_path)
    look = (
        "from byline.errors import raised_at\nfrom byline.settings import Settings\n"
        "try: Settings.from_environ({'BYLINE_PORT': 'x'})\nexcept Exception as fault: print(raised_at(fault))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", look],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.fullmatch(r"/var/task/byline/settings\.py:\d+", done.stdout.strip())


def test_the_same_program_is_the_same_archive(arm: Package, tmp_path: Path) -> None:
    inside = tmp_path / "package"
    with zipfile.ZipFile(arm.archive) as archive:
        archive.extractall(inside)

    assert packaging._zip(inside, tmp_path).name == arm.archive.name


def test_a_function_starts_from_it_alone_and_compiles_nothing(package: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        archive.extractall(tmp_path / "task")
    picture = tmp_path / "me.png"
    Image.effect_noise((700, 900), 60).convert("RGB").save(picture)
    environ = {
        "PYTHONPATH": str(tmp_path / "task"),
        "BYLINE_DATA": str(tmp_path / "data"),
        "BYLINE_URL": "http://127.0.0.1:8000",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    # -S: nothing of this machine's packages can help.
    command = [sys.executable, "-S", "-W", "error", "-c", _START, json.dumps(_GET), str(picture)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])

    assert said["answers"] == [200, {"batchItemFailures": []}]
    assert said["compiled"] == []
    assert said["photo"] >= 1
    foreign = [path for path in said["loaded"] if "site-packages" in path]
    assert not foreign
    assert said["hosts"]["dynamodb eu-west-1"] == "https://dynamodb.eu-west-1.amazonaws.com"
    assert said["hosts"]["sesv2 ap-southeast-5"] == "https://email.ap-southeast-5.amazonaws.com"
    assert said["hosts"]["ssm us-gov-west-1"] == "https://ssm.us-gov-west-1.amazonaws.com"
    assert said["hosts"]["s3 cn-north-1"].endswith(".amazonaws.com.cn")


def nothing_installed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Only what is in a folder is on the PATH, and neither pyenv nor uv keeps a Python."""
    monkeypatch.setenv("PATH", str(folder))
    for name in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"):
        monkeypatch.setenv(name, str(folder / "none"))


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_a_python_that_lambda_runs_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing_installed(monkeypatch, tmp_path)
    with pytest.raises(Misconfigured, match=r"3\.99, 3\.98"):
        interpreters.interpreter([(3, 99), (3, 98)])


def test_a_name_on_the_path_with_nothing_behind_it_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing_installed(monkeypatch, tmp_path)
    program(tmp_path / "python3.99", "exit 127")
    here = sys.version_info[:2]

    assert interpreters.interpreter([(3, 99), here]) == (Path(sys.executable), here)


@pytest.mark.parametrize(
    ("variable", "inside"),
    [
        ("PYENV_ROOT", "versions/3.99.1/bin/python3.99"),
        ("UV_PYTHON_INSTALL_DIR", "cpython-3.99.1-linux-x86_64-gnu/bin/python3.99"),
    ],
)
def test_a_python_that_pyenv_or_uv_keeps_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, inside: str
) -> None:
    nothing_installed(monkeypatch, tmp_path)
    program(tmp_path / "kept" / inside, "echo 3 99")
    monkeypatch.setenv(variable, str(tmp_path / "kept"))

    assert interpreters.interpreter([(3, 99), (3, 98)]) == (tmp_path / "kept" / inside, (3, 99))


def test_a_python_that_is_lacking_is_fetched_by_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing_installed(monkeypatch, tmp_path)
    program(tmp_path / "kept" / "python3.99", "echo 3 99")
    program(tmp_path / "uv", f'echo "$@" >> {tmp_path}/asked; [ "$2" = install ] || echo {tmp_path}/kept/python3.99')

    assert interpreters.fetched([(3, 99), (3, 98)]) == (tmp_path / "kept" / "python3.99", (3, 99))
    assert (tmp_path / "asked").read_text() == "python install 3.99\npython find --managed-python 3.99\n"

    program(tmp_path / "uv", "echo no network >&2; exit 2")
    with pytest.raises(Misconfigured, match=r"install one of the Pythons that Lambda runs \(3\.99\).*\nno network"):
        interpreters.fetched([(3, 99)])


def test_a_package_that_became_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packaging, "MOST_BYTES", 1_000_000)

    with pytest.raises(Misconfigured, match="at most 1 are meant"):
        packaging.pack(tmp_path / "packed")
