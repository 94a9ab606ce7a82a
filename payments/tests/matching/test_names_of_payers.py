"""Names as banks write them."""

import pytest

from payments.matching.names import is_within, read_name


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Acme Telecom Ltd", "ACME TELECOM LIMITED"),
        ("Müller & Söhne GmbH", "SOEHNE UND MUELLER"),
        ("ООО «Ромашка»", "OOO ROMASHKA"),
        ("Сергей Щербаков", "SHCHERBAKOV SERGEI"),
        ("Юрий Коваленко", "Iurii Kovalenko"),
        ("Γεώργιος Παπαδόπουλος", "PAPADOPOULOS GEORGIOS"),
        ("Seán O'Brien", "SEAN O BRIEN"),
        ("Alpha Sp. z o.o.", "ALPHA SPOLKA Z O.O."),
        ("Øystein Håkonsen AS", "OYSTEIN HAKONSEN A/S"),
        ("Mr John Smith", "Smith, John"),
        ("Société d'Appels S.à r.l.", "SOCIETE D APPELS SARL"),
    ],
)
def test_the_same_name(ours, theirs):
    assert read_name(ours).words == read_name(theirs).words


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme Telecom", "Acme Media"), ("John Smith", "Jane Smith"), ("Alpha 24", "Alpha 25")],
)
def test_another_name(one, other):
    assert read_name(one).words != read_name(other).words


def test_a_name_with_an_address_behind():
    longer = read_name("ACME TELECOM LTD 12 HIGH STREET LONDON").words
    assert is_within(read_name("Acme Telecom").words, longer)
    assert not is_within(read_name("Acme Media").words, longer)
    assert not is_within(read_name("12").words, longer)


def test_a_gmbh_is_no_ltd_but_may_leave_its_form_out():
    gmbh = read_name("Alpen GmbH")
    assert gmbh.has_other_form(read_name("ALPEN LIMITED"))
    assert not gmbh.has_other_form(read_name("ALPEN"))
    assert not gmbh.has_other_form(read_name("ALPEN G.M.B.H."))


@pytest.mark.parametrize("name", ["", "Ltd", "&", "\x00", "Dr.", " "])
def test_what_is_no_name_has_no_words_that_match_everybody(name):
    assert read_name(name).words == frozenset()
