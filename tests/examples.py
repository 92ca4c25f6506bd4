"""How many examples Hypothesis tries: fewer in ``make test-quick``, which loads the profile ``quick``."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100


def examples(count: int) -> int:
    """This many in a full run, and a part of them in a quick one."""
    return max(5, count * settings.default.max_examples // USUAL)
