from __future__ import annotations

import random

import pytest
from bench.ranks import compare


def test_how_often_the_second_is_larger_is_counted_pair_by_pair() -> None:
    first, second = [1.0, 2.0, 3.0, 4.0], [2.5, 0.5, 5.0]
    larger = sum(b > a for a in first for b in second)

    assert compare(first, second).auc == pytest.approx(larger / 12)


def test_equal_figures_count_half() -> None:
    assert compare([1.0, 1.0], [1.0, 2.0]).auc == pytest.approx(0.75)


def test_series_of_one_figure_tell_nothing() -> None:
    verdict = compare([1.0] * 30, [1.0] * 30)

    assert (verdict.auc, verdict.p) == (0.5, 1.0)


def test_both_directions_are_alike() -> None:
    chance = random.Random(3)
    first, second = ([chance.gauss(mean, 1) for _ in range(40)] for mean in (0, 0.5))

    assert compare(first, second).p == pytest.approx(compare(second, first).p)
    assert compare(first, second).auc == pytest.approx(1 - compare(second, first).auc)


def test_series_alike_rarely_look_different() -> None:
    chance = random.Random(5)

    def figures() -> list[float]:
        return [chance.expovariate(1) for _ in range(50)]

    alarms = sum(compare(figures(), figures()).p < 0.05 for _ in range(1_000))

    assert 30 <= alarms <= 70


def test_a_shift_of_two_thirds_of_the_noise_is_found_in_200_pairs() -> None:
    chance = random.Random(7)
    quick, slow = ([chance.gauss(mean, 1.5) for _ in range(200)] for mean in (36, 37))

    assert compare(quick, slow).p < 0.0005
