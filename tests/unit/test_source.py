"""What the program's source has and has not: no code made of text, few ways out, approved cryptography.

These are promises about all of the code, so they are kept by reading it. What may be is named here, line by line: a new
use has to be looked at, and entered.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.docs.documents import ROOT, SOURCE, calls, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = [path for path in sorted((SOURCE / "web/static").glob("*.js")) if path.name != "editor.js"]
EDITOR_SCRIPTS = sorted((ROOT / "editor/src").glob("*.js"))
"""What ``editor.js`` is made of, its libraries apart."""
TEMPLATES = sorted(SOURCE.rglob("*.html"))
NETWORK = {
    "socket",
    "ssl",
    "smtplib",
    "ftplib",
    "http.client",
    "urllib.request",
    "urllib3",
    "botocore",
    "dns",
    "requests",
}


@cache
def sources() -> dict[str, ast.Module]:
    """The modules, by their paths below the program."""
    return {path.relative_to(SOURCE).as_posix(): tree for path, tree in python_files()}


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, and the names that it imports from them; what only types need is left out."""
    types = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    left_out = {id(inner) for block in types for node in block.body for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imported() -> dict[str, set[str]]:
    """What each module imports."""
    return {path: set(imports(tree)) for path, tree in sources().items()}


def importers(*modules: str) -> set[str]:
    """The modules that import one of these, or something in it."""
    return {
        path
        for path, names in imported().items()
        for name in names
        if any(name == module or name.startswith(f"{module}.") for module in modules)
    }


def used(*names: str) -> dict[str, list[str]]:
    """Where functions of these names are called: module and call."""
    found = {path: [ast.unparse(call) for call in calls(tree, *names)] for path, tree in sources().items()}
    return {path: texts for path, texts in found.items() if texts}


def in_scripts(pattern: str, scripts: list = SCRIPTS) -> list[str]:  # type: ignore[type-arg]
    """The lines of the pages' scripts that match."""
    lines = [(path.name, line) for path in scripts for line in path.read_text(encoding="utf-8").splitlines()]
    return [f"{name}: {line.strip()}" for name, line in lines if re.search(pattern, line)]


def test_no_text_is_run_as_code() -> None:
    by_name = {"eval", "exec", "compile", "__import__"}
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in by_name
    ]

    assert found == []
    assert importers("pickle", "marshal", "shelve", "yaml", "code", "dill") == set()
    assert set(used("from_string")) <= {"messages/catalogue.py"}  # no template is made from data


def test_programs_are_started_in_two_places_and_never_by_a_shell() -> None:
    assert importers("subprocess", "pty", "multiprocessing") == {"imaging/pillow.py", "cli/version.py"}
    assert used("system", "popen", "spawnv", "execv", "execvp", "startfile") == {}
    for path in ("imaging/pillow.py", "cli/version.py"):
        assert "shell=" not in (SOURCE / path).read_text(encoding="utf-8")


def test_connections_are_opened_by_few_modules() -> None:
    """To the store, files, mail and parameters of the settings; ``byline check`` besides, to these and to itself."""
    assert importers(*NETWORK) == {
        *("amazon.py", "store/dynamodb_client.py", "files/s3.py", "mail/ses.py"),  # Amazon's services
        "mail/smtp.py",
        *("cli/checks/machine.py", "cli/checks/public_address.py"),  # the mail server, the clock, the portal itself
        *("cli/guide_table.py", "cli/server.py", "server/connections.py"),  # a table to import; sockets that listen
    }
    assert used("urlopen", "build_opener") == {}


def test_nothing_is_decoded_twice() -> None:
    """Werkzeug decodes addresses and forms; besides, percents in the settings' own addresses, and a ``mailto:``."""
    assert importers("urllib.parse.unquote", "urllib.parse.unquote_plus") == {
        "service_addresses.py",
        "accounts/addresses.py",
    }
    assert importers("html.unescape") == {"richtext/html_tokens.py", "richtext/sanitize.py"}  # readers of HTML


def test_no_pattern_is_made_from_data() -> None:
    """The first argument of each is a literal, or a constant of the module."""
    odd = []
    for path, tree in sources().items():
        for call in calls(
            tree, "compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"
        ):
            is_re = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "re"
            if is_re and call.args and not _is_constant(call.args[0]):
                odd.append(f"{path}: {ast.unparse(call)[:60]}")

    # Alphabets and handles that stand in the tables of these modules, and the two patterns of words of the comparison.
    assert {text.partition("(")[0] for text in odd} == {
        "profiles/collation.py: re.match",
        "richtext/diff.py: re.findall",
        "richtext/lines.py: re.compile",
        "richtext/networks.py: re.compile",
    }
    assert len(odd) == 5, odd


def _is_constant(node: ast.expr) -> bool:
    """A literal, or made of literals and constants of a module, which are written in capitals."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return all(name.isupper() or name in {"name", "re"} for name in names)


def test_a_statement_is_never_made_from_data() -> None:
    """What SQLite executes is a literal or a constant, with values beside it; a format's number is a number."""
    odd = []
    for path in ("store/sqlite.py", "store/sqlite_file.py"):
        for call in calls(sources()[path], "execute", "executescript", "executemany"):
            text = ast.unparse(call.args[0])
            if not (isinstance(call.args[0], ast.Constant) or text.isupper() or text.lstrip("_").isupper()):
                odd.append(text)

    assert sorted(odd) == [
        "f'PRAGMA {check}(10)'",  # of two words in the loop around it
        "f'{_FORMAT} = {number:d}'",
        "select(len(keys), 'version')",  # as many question marks as there are keys
        "statement",  # of the store's own queries
    ]
    assert importers("sqlite3") == {"store/sqlite.py", "store/sqlite_file.py"}


def test_randomness_comes_from_the_operating_system_alone() -> None:
    assert importers("random", "uuid", "numpy") == {"store/dynamodb.py"}  # how long to wait between two tries
    assert importers("secrets") == {
        "environment.py",  # what all secrets are made with
        "secret_key.py",
        *("files/folder.py", "mail/folder.py", "cli/checks/public_address.py"),  # names of files, a question
    }
    assert "secrets.token_bytes" in (SOURCE / "environment.py").read_text(encoding="utf-8")


def test_only_approved_digests_are_used() -> None:
    named = {
        (path, word)
        for path, tree in sources().items()
        for node in ast.walk(tree)
        for word in re.findall(r"\b(md4|md5|sha1|sha224|ripemd160|crc32)\b", _own_words(node))
    }

    assert named == {
        ("accounts/totp.py", "sha1"),  # RFC 6238, which every authenticator app knows
        ("legacy_hashes.py", "sha1"),  # of passwords of an imported portal, until their next login
    }
    assert {name for names in imported().values() for name in names if name.startswith("hashlib.")} <= {
        "hashlib.sha256"
    }


def _own_words(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
        return node.value
    return node.attr if isinstance(node, ast.Attribute) else ""


def test_one_cipher_and_mode_is_used() -> None:
    ciphers = {name for names in imported().values() for name in names if "Cipher" in name}
    modes = re.findall(r"MODE_\w+", "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")))

    assert ciphers == {"Cryptodome.Cipher", "Cryptodome.Cipher.AES"}
    assert set(modes) == {"MODE_GCM"}
    assert importers("Cryptodome.Cipher") == {"encryption.py"}


def test_digests_are_compared_in_constant_time() -> None:
    """None with ``==`` of what is made from a secret. A hash that is a key of the store is looked up, not compared."""
    made = {"mac", "digest", "digits", "code_at", "derived"}
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)
        and any(calls(node, *made))
    ]

    # The host that a passkey's answer is for, which is no secret.
    assert found == ["accounts/webauthn.py: data[:32] != hashlib.sha256(asked.rp_id.encode()).digest()"]
    assert set(used("compare_digest")) == {"links.py", "aws/gateway.py"}
    assert "accounts/totp.py" in set(used("constant_time_equal"))


def test_the_name_of_an_upload_is_never_looked_at() -> None:
    """Whether there is one says whether a file was chosen, and nothing more is asked of it."""
    asked = [
        (path, line.strip())
        for path in sorted(SOURCE.glob("web/**/*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\.filename\b", line)
    ]

    assert len(asked) > 5
    for path, line in asked:
        assert re.search(r"(\bif (not )?|\bnot files or not |any\()[^=]*\.filename\b(?! *[=!.\[(+])", line), (
            path,
            line,
        )
    assert importers("werkzeug.utils.secure_filename") == set()


def test_logs_go_to_one_place() -> None:
    assert set(used("basicConfig", "addHandler")) == {"logs.py"}
    handlers = used("StreamHandler", "FileHandler", "SysLogHandler", "HTTPHandler", "SMTPHandler", "dictConfig")
    assert handlers == {"logs.py": ["logging.StreamHandler()"]}
    assert importers("syslog", "logging.handlers", "logging.config") == set()


def test_no_use_case_changes_an_audit_event() -> None:
    """Events are created; what ends is a security event by its time, and nothing replaces or deletes one."""
    for path in ("audit.py", "store/event_log.py", "security_events.py"):
        text = (SOURCE / path).read_text(encoding="utf-8")
        assert "Delete(" not in text, path
        if path == "audit.py":
            assert "Replace(" not in text
    writers = [path for path, tree in sources().items() if _deletes_events(tree)]
    assert writers == []


def _deletes_events(tree: ast.Module) -> bool:
    return any("event_key" in ast.unparse(call) for call in calls(tree, "Delete", "delete_op"))


def test_nothing_turns_a_debug_mode_on() -> None:
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in {"debug", "use_debugger", "use_reloader"})
        or (isinstance(node, ast.Attribute) and node.attr in {"debug", "testing"} and isinstance(node.ctx, ast.Store))
        or (
            isinstance(node, ast.Constant) and node.value in {"DEBUG", "TESTING", "FLASK_DEBUG", "PROPAGATE_EXCEPTIONS"}
        )
    ]

    assert found == []


def test_no_answer_is_a_script_made_for_a_request() -> None:
    """Scripts are the static files, by a hash in their names; no view answers with one, nor asks how to call one."""
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("web/**/*.py"))
    types = {word for word in re.findall(r"(?:application|text)/[a-z+-]+", text) if "script" in word}

    assert types <= {"text/javascript"}
    assert {path.name for path in SOURCE.glob("web/**/*.py") if "text/javascript" in path.read_text()} <= {"pages.py"}
    assert not re.search(r"""["'](?:callback|jsonp)["']""", text)


def test_no_page_uses_a_plug_in() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)

    assert not re.search(r"<(?:object|embed|applet|param|marquee|frameset|plaintext)\b", text, re.IGNORECASE)


def test_scripts_neither_run_text_nor_write_markup() -> None:
    unsafe = (
        r"\beval\(|new Function|setTimeout\(\s*[\"'`]|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcdoc"
    )

    assert in_scripts(unsafe) == []
    assert SCRIPTS
    # In the editor, text becomes markup in documents that load and run nothing (Trusted Types name the policy).
    assert {line.partition(":")[0] for line in in_scripts(unsafe, EDITOR_SCRIPTS)} <= {"inert.js"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_their_names_to_themselves(path) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"^//.*\n", "", text, flags=re.MULTILINE).strip()

    assert re.match(r'(?:"use strict";\s*)?\(\(\) => \{', code), "one closed function"
    assert '"use strict";' in text
    assert code.endswith("})();")
    assert not re.search(r"\b(?:window|globalThis|self|document)\.\w+\s*=[^=>]", text.replace("window.location", ""))
    assert not re.search(r"^\s*var ", text, re.MULTILINE)


def test_no_script_sets_a_property_by_a_name_from_data() -> None:
    assert in_scripts(r"__proto__|\.prototype\b|setPrototypeOf") == []
    assert in_scripts(r"(?<!dataset)\[[a-zA-Z_][\w.]*\]\s*=[^=>]") == []


def test_the_log_out_is_in_the_head_of_every_page() -> None:
    layout = (SOURCE / "web/templates/_layout.html").read_text(encoding="utf-8")
    head = layout.partition('<header class="top">')[2].partition("</header>")[0]

    assert "login.log_out" in head
    pages = [path for path in (SOURCE / "web/templates").rglob("*.html") if "<!doctype html>" in path.read_text()]
    assert [path.name for path in pages] == ["_layout.html"]
