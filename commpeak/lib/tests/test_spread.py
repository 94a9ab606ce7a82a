"""Pauses that are spread (B9)."""

from datetime import timedelta

from commpeak.lib.spread import spread

MINUTE = timedelta(minutes=1)


def test_b9_pauses_of_many_lie_all_over_a_fifth_either_way():
    seconds = [spread(MINUTE, key=f"T-{nth}").total_seconds() for nth in range(1000)]
    assert 48 <= min(seconds) < 48.1
    assert 71.9 < max(seconds) <= 72
    assert 59 < sum(seconds) / len(seconds) < 61


def test_the_same_key_gives_the_same_pause():
    assert spread(MINUTE, key="T-2222222222-1:0") == spread(MINUTE, key="T-2222222222-1:0")
