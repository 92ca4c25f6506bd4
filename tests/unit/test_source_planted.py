"""What ``test_source.py`` keeps out is found where it is planted: each of its tests fails for what it is about."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from tests.unit import test_source as reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLANTED: list[tuple[Callable[[], None], str]] = [
    (reading.test_no_text_is_run_as_code, "eval(request.args['x'])"),
    (reading.test_no_text_is_run_as_code, "import pickle"),
    (reading.test_no_text_is_run_as_code, "environment.from_string(bio)"),
    (reading.test_programs_are_started_in_two_places_and_never_by_a_shell, "import subprocess"),
    (reading.test_programs_are_started_in_two_places_and_never_by_a_shell, "import os\nos.system(name)"),
    (reading.test_connections_are_opened_by_few_modules, "def f():\n    from urllib.request import urlopen"),
    (reading.test_connections_are_opened_by_few_modules, "import http.client"),
    (reading.test_nothing_is_decoded_twice, "from urllib.parse import unquote"),
    (reading.test_no_pattern_is_made_from_data, "re.search(query, text)"),
    (reading.test_randomness_comes_from_the_operating_system_alone, "import uuid"),
    (reading.test_only_approved_digests_are_used, "hashlib.md5(x)"),
    (reading.test_only_approved_digests_are_used, "hmac.digest(key, x, 'sha1')"),
    (reading.test_one_cipher_and_mode_is_used, "from Cryptodome.Cipher import DES"),
    (reading.test_digests_are_compared_in_constant_time, "sent == signer.mac('login', name)"),
    (reading.test_logs_go_to_one_place, "logging.FileHandler('x')"),
    (reading.test_nothing_turns_a_debug_mode_on, "app.run(debug=True)"),
    (reading.test_nothing_turns_a_debug_mode_on, "app.debug = True"),
    (reading.test_no_use_case_changes_an_audit_event, "Delete(event_key(id_), 1)"),
]


@pytest.mark.parametrize(("test", "code"), PLANTED, ids=[f"{test.__name__}: {code[:30]}" for test, code in PLANTED])
def test_what_is_planted_in_a_module_is_found(
    test: Callable[[], None], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = {**reading.sources(), "web/planted.py": ast.parse(code)}
    monkeypatch.setattr(reading, "sources", lambda: modules)
    imported = {**reading.imported(), "web/planted.py": set(reading.imports(modules["web/planted.py"]))}
    monkeypatch.setattr(reading, "imported", lambda: imported)

    with pytest.raises(AssertionError):
        test()


@pytest.mark.parametrize(
    ("test", "line"),
    [
        (reading.test_scripts_neither_run_text_nor_write_markup, "element.innerHTML = text;"),
        (reading.test_scripts_neither_run_text_nor_write_markup, 'eval("1");'),
        (reading.test_no_script_sets_a_property_by_a_name_from_data, "values[name] = text;"),
        (reading.test_no_script_sets_a_property_by_a_name_from_data, "x.__proto__ = y;"),
    ],
)
def test_what_is_planted_in_a_script_is_found(
    test: Callable[[], None], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "planted.js"
    script.write_text(f'"use strict";\n\n(() => {{\n  {line}\n}})();\n')
    monkeypatch.setattr(reading, "SCRIPTS", [script])
    monkeypatch.setattr(reading.in_scripts, "__defaults__", ([script],))

    with pytest.raises(AssertionError):
        test()


@pytest.mark.parametrize(
    "code", ["(() => {\n  x();\n})();\n", '"use strict";\nvar shared = 1;\n', "window.shared = 1;\n"]
)
def test_a_script_that_shares_its_names_is_found(code: str, tmp_path: Path) -> None:
    script = tmp_path / "planted.js"
    script.write_text(code)

    with pytest.raises(AssertionError):
        reading.test_scripts_keep_their_names_to_themselves(script)
