"""One row that cannot be done keeps no other from being done."""

from commpeak.lib.one_by_one import one_by_one


def test_what_breaks_off_is_logged_and_the_rest_is_done(caplog):
    seen = []

    def work(row_id: int) -> bool:
        seen.append(row_id)
        return 1 / (row_id - 2) > 0

    assert one_by_one([1, 2, 3, 4], work, trouble="a row broke off") == 2
    assert seen == [1, 2, 3, 4]
    assert caplog.text.count("a row broke off") == 1
