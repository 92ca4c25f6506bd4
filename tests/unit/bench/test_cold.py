from __future__ import annotations

import re

from bench.cold import BARE, GUIDE, OURS, in_turn, report


def test_who_is_first_turns_from_round_to_round() -> None:
    order: list[str] = []

    def noting(name: str, cost: float) -> float:
        order.append(name)
        return cost

    seen = in_turn({"a": lambda: noting("a", 1.0), "b": lambda: noting("b", 2.0), "c": lambda: noting("c", 3.0)}, 4)

    assert order == list("abcbcacababc")
    assert seen == {"a": [1.0] * 4, "b": [2.0] * 4, "c": [3.0] * 4}


def test_ratios_are_those_of_one_round_and_the_middle_counts() -> None:
    said = report({OURS: [0.2, 0.3, 0.4], BARE: [0.2, 0.6, 0.5], GUIDE: [0.4, 0.3, 0.4]})

    assert re.search(r"^Byline +300 ms \[200-400\]$", said, re.MULTILINE)
    assert "Byline takes x0.80 [0.50-1.00]" in said
    assert "Byline takes x1.00 [0.50-1.00]" in said


def test_an_aim_is_met_at_its_figure_and_missed_above_it() -> None:
    def aim(ours: float) -> str:
        return report({OURS: [ours], BARE: [1.0], GUIDE: [1.0]}).splitlines()[-1].rpartition(": ")[2]

    assert (aim(0.75), aim(0.76)) == ("met", "MISSED")
