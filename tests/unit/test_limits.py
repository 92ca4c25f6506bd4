"""The rate limits as settings."""

from __future__ import annotations

import pytest

from byline.errors import Misconfigured
from byline.limits import Limit
from byline.settings import Settings


def test_a_limit_is_set_as_a_count_and_seconds() -> None:
    limits = Settings.from_environ({"BYLINE_LIMIT_REGISTER_NETWORK": "300/7200"}).site.limits

    assert limits.register_network == limits.shared("register").network == Limit(300, 7200)
    assert limits.login == Limit(10, 900)


@pytest.mark.parametrize("text", ["300", "300/", "/60", "0/60", "30/0", "-1/60", "1.5/60", "30/60/2", "30 / 60", "²/60",
                                  "1/9999999999", "1000001/60", "many/60"])  # fmt: skip
def test_a_limit_that_is_none_stops_the_start_and_is_named(text: str) -> None:
    with pytest.raises(Misconfigured, match="BYLINE_LIMIT_LOGIN"):
        Settings.from_environ({"BYLINE_LIMIT_LOGIN": text})


def test_a_limit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Misconfigured, match="BYLINE_LIMIT_NONE"):
        Settings.from_environ({"BYLINE_LIMIT_NONE": "1/60"})
