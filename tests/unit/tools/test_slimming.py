from __future__ import annotations

import ast
import ssl
from pathlib import Path
from typing import Any

import botocore
import botocore.loaders
import pytest
from botocore import xform_name
from tools.aws import slimming
from tools.aws.slimming import OPERATIONS, reduce_model

import byline

SOURCE = Path(byline.__file__).parent
ASKING = {
    "dynamodb": ["store/dynamodb.py", "store/dynamodb_client.py", "store/dynamodb_table.py"],
    "s3": ["files/s3.py", "aws/scheduled_backup.py"],
    "sesv2": ["mail/ses.py"],
    "ssm": ["amazon.py"],
}
BY_BOTOCORE = {"s3": {"HeadBucket"}}


def described(service: str) -> dict[str, Any]:
    model: dict[str, Any] = botocore.loaders.create_loader().load_service_model(service, "service-2")
    return model


def words(path: str) -> set[str]:
    """Every name after a dot and every string in a module."""
    nodes = list(ast.walk(ast.parse((SOURCE / path).read_text(encoding="utf-8"))))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("service", OPERATIONS)
def test_what_the_program_asks_of_a_service_is_kept_and_nothing_else(service: str) -> None:
    names = {xform_name(operation): operation for operation in described(service)["operations"]}
    said = set().union(*(words(path) for path in ASKING[service]))

    asked = {names[word] for word in said & set(names)}
    assert asked | BY_BOTOCORE.get(service, set()) == set(OPERATIONS[service])


def test_nothing_else_on_a_function_has_to_do_with_amazon() -> None:
    paths = [path for path in SOURCE.rglob("*.py") if SOURCE / "cli" not in path.parents]
    importing = {path.relative_to(SOURCE).as_posix() for path in paths if "amazon" in " ".join(imported(path))}

    # The secret key asks for a parameter, by a function of the module that is looked into above.
    assert importing == {
        *("secret_key.py", "files/s3.py", "mail/ses.py", "store/dynamodb_client.py", "aws/scheduled_backup.py"),
    }


def imported(path: Path) -> list[str]:
    """The names and modules that a module imports."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found


def test_a_cut_description_holds_all_that_its_operations_need() -> None:
    whole = described("dynamodb")
    cut = reduce_model(whole, ["TransactWriteItems"])

    assert set(cut["operations"]) == {"TransactWriteItems"}
    assert cut["metadata"] == whole["metadata"]
    assert {"TransactWriteItemsInput", "AttributeValue", "MapAttributeValue", "TransactionCanceledException"} <= set(
        cut["shapes"]
    )
    assert "CreateTableInput" not in cut["shapes"]
    assert '"documentation":' not in str(cut).replace("'", '"')


def test_a_member_may_be_called_what_prose_is_called() -> None:
    text = {"shape": "Text", "documentation": "What it is."}
    page = {"type": "structure", "members": {"documentation": text, "shape": text}, "documentation": "A page."}
    model = {
        "metadata": {},
        "operations": {"Read": {"output": {"shape": "Page"}}, "Write": {"input": {"shape": "Ink"}}},
        "shapes": {"Page": page, "Text": {"type": "string"}, "Ink": {"type": "string"}},
    }

    shapes = reduce_model(model, ["Read"])["shapes"]
    assert set(shapes) == {"Page", "Text"}
    assert shapes["Page"] == {
        "type": "structure",
        "members": {"documentation": {"shape": "Text"}, "shape": {"shape": "Text"}},
    }


def test_the_certificates_that_are_kept_are_those_of_amazons_authorities(tmp_path: Path) -> None:
    bundle = tmp_path / "cacert.pem"
    bundle.write_bytes((Path(botocore.__file__).parent / "cacert.pem").read_bytes())
    slimming._slim_authorities(bundle)

    text = bundle.read_text()
    labels = [line.partition('"')[2].rstrip('"') for line in text.splitlines() if line.startswith("# Label")]
    assert {"Amazon Root CA 1", "Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"} <= set(labels)
    assert all(label.startswith(slimming.AUTHORITIES) for label in labels)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    assert context.cert_store_stats()["x509_ca"] == len(labels) == text.count("BEGIN CERTIFICATE")


def test_a_library_that_another_one_needs_stays(tmp_path: Path) -> None:
    libraries, modules = tmp_path / "pillow.libs", tmp_path / "PIL"
    libraries.mkdir()
    modules.mkdir()
    (modules / "_imaging.so").write_bytes(b"\x7fELF \0libtiff-620b7e81.so.6.3.0\0libc.so.6\0")
    (libraries / "libtiff-620b7e81.so.6.3.0").write_bytes(
        b"\x7fELF libtiff-620b7e81.so.6.3.0\0libzstd-40ad5e7e.so.1.5.7\0"
    )
    for name in ("libzstd-40ad5e7e.so.1.5.7", "libavif-c6062d5f.so.16.4.2"):
        (libraries / name).write_bytes(b"\x7fELF")
    slimming._slim_libraries(tmp_path)

    assert {path.name for path in libraries.iterdir()} == {"libtiff-620b7e81.so.6.3.0", "libzstd-40ad5e7e.so.1.5.7"}
