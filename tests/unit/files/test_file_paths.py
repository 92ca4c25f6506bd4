from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.files.paths import checked, checked_type, content_type, is_path


@pytest.mark.parametrize(
    "path", ["index.html", "authors/a-b/index.json", "authors/photos/0f/x-1200.jpg", "~a/_b/-c", "a..b", "a."]
)
def test_ordinary_paths_pass(path: str) -> None:
    assert checked(path) == path


@given(st.text(max_size=30))
def test_whatever_passes_cannot_leave_its_folder_or_hide(path: str) -> None:
    if is_path(path):
        assert path.isascii()
        assert path.isprintable()
        assert all(segment and not segment.startswith(".") for segment in path.split("/"))
        assert "\\" not in path
        assert "%" not in path
    else:
        with pytest.raises(ValueError, match="not a path"):
            checked(path)


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("authors/a/index.html", "text/html; charset=utf-8"),
        ("authors/a/index.json", "application/json"),
        ("authors/sitemap.xml", "application/xml; charset=utf-8"),
        ("x.jpg", "image/jpeg"),
        ("x.css", "text/css; charset=utf-8"),
        ("a.html/x", "application/octet-stream"),
        ("html", "application/octet-stream"),
        ("x.HTML", "application/octet-stream"),
    ],
)
def test_a_suffix_promises_a_type(path: str, type_: str) -> None:
    assert content_type(path) == type_
    assert checked_type(path, type_) == type_


def test_parameters_and_case_of_a_type_do_not_matter() -> None:
    assert checked_type("a.html", "Text/HTML;charset=UTF-8") == "Text/HTML;charset=UTF-8"
