"""Whether one of two series tends to be larger: ranks only, so that a few slow answers cannot decide it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Verdict:
    """``auc``: how often a figure of the second series is larger than one of the first (0.5: neither tells).

    ``p``: how often chance alone would give at least so clear an answer, both directions counted.
    """

    auc: float
    p: float


def compare(first: Sequence[float], second: Sequence[float]) -> Verdict:
    """Mann and Whitney's U test with the normal approximation, corrected for ties (sizes from about 20 on)."""
    n, m = len(first), len(second)
    figures = sorted([(figure, 0) for figure in first] + [(figure, 1) for figure in second])
    rank_sum, ties, begin = 0.0, 0, 0
    while begin < len(figures):
        end = begin
        while end < len(figures) and figures[end][0] == figures[begin][0]:
            end += 1
        rank = (begin + 1 + end) / 2
        rank_sum += rank * sum(which for _, which in figures[begin:end])
        ties += (end - begin) ** 3 - (end - begin)
        begin = end
    u = rank_sum - m * (m + 1) / 2
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return Verdict(0.5, 1.0)
    z = (u - n * m / 2) / math.sqrt(variance)
    return Verdict(u / (n * m), math.erfc(abs(z) / math.sqrt(2)))
