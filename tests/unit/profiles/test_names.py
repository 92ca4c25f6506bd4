"""Names: what may be one, how it sorts and is found."""

# ruff: noqa: RUF001 - letters that look like others are part of what is tested

from __future__ import annotations

import random
import unicodedata
from itertools import groupby

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from byline.errors import Invalid
from byline.messages.pages import NAME_MISSING
from byline.profiles import names

a_name = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(categories=["L", "N", "M", "Zs", "P"]), max_size=30),
    st.lists(
        st.sampled_from(
            [
                "Ana",
                "López",
                "van",
                "Le",
                "Jr.",
                "III",
                "Ö",
                "Þór",
                "村上",
                "かな",
                "カナ",
                "한강",
                "Жук",
                "y",
                "O’Hara",
                "50",
                "ʻĪ",
            ]
        )
    ).map(" ".join),
)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Ana Lima",
            "Homer",
            "bell hooks",
            "J. R. R. Tolkien",
            "will.i.am",
            "Jean-Luc d’Ormesson",
            "50 Cent",
            "Malcolm X",
        ),
        *(
            "村上 春樹",
            "よしもとばなな",
            "한강",
            "Ngũgĩ wa Thiong'o",
            "Лев Толстой",
            "نجيب محفوظ",
            "עמוס עוז",
            "महादेवी वर्मा",
        ),
        "نویسنده\u200cها",  # Persian parts letters with a zero width non-joiner
        "ක්\u200dරි",  # Sinhala joins them with a zero width joiner after a virama
        "Ana 👩\u200d👧\u200d👦",  # so do pictures that are shown as one
        "Ana 👩🏽\u200d⚕\ufe0f",
        "葛\U000e0100城",  # a Japanese name that insists on its form of the sign
        "Dr. med. Ana Lima, PhD",
        "A" * 200,
        "Ravi Shah, B.Com",
        "Ravi Shah, M.Com. (Hons.)",
        "Ravi Shah-B.Com",
        "Ravi Shah, b.com",
        "Ana Lima, Ph.D/J.D",
        "Ana Lima, B.Sc./M.Ed",
        "Ana Lima, Dip.Com",
        "Mr.Net",
        "A.C./D.C.",
        "Jack.Ma",
        "anna.de.vries",
        "J.R.R.Tolkien",
        "S/O Ram",
        "សុខ\u200bវណ្ណា",  # the space bar of Khmer keyboards
        "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",  # the Mongolian vowel separator
        "ᠰᠠᠢᠬᠠᠨ\u180b",  # a free variation selector
        "മോഹന്\u200d",  # Malayalam ends words with a virama and a joiner
        "അനൂപ്\u200c കൃഷ്ണൻ",
        "র\u200d্যাব",  # Bengali puts one before a virama
        "ه\u200d. ج\u200d.",  # Arabic letters as initials
        "عمر \u200f(Omar)\u200f خيام",
    ],
)
def test_names_of_any_script_and_kind_are_taken_as_they_are(name: str) -> None:
    assert names.clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana   Lima ", "Ana Lima"),
        ("Ana\u00a0Lima", "Ana Lima"),
        ("Ana\tLima", "Ana Lima"),
        ("村上\u3000春樹", "村上 春樹"),
        ("Jose\u0301", "José"),
        ("Ana\u3164Lima", "Ana Lima"),
        ("\u200eAna Lima\u200f", "Ana Lima"),
        ("\u202aAna Lima\u202c", "Ana Lima"),
        ("\u202dAna Lima\u202c", "Ana Lima"),
        ("\u2068Ana\u2069 \u2068Lima\u2069 \u202e", "Ana Lima"),
        ("\u202b\u2067עמוס עוז\u2069\u202c", "עמוס עוז"),
        ("\ufeff Ana Lima \u200b", "Ana Lima"),
        ("Ana \u200e Lima\u2028", "Ana Lima"),
        ("Ana\u200b Li\u00adma", "Ana Lima"),
        ("Ana\u200dLima", "AnaLima"),
        ("Ana\u200c", "Ana"),
        ("نجيب\u200c", "نجيب"),
        ("ن\u200c\u200cه", "ن\u200cه"),
        ("ក\u200b\u200b ខ", "ក ខ"),
        ("Ana 👩\u200dLima", "Ana 👩Lima"),
    ],
)
def test_what_nobody_sees_and_nothing_needs_is_dropped_and_letters_are_composed(typed: str, name: str) -> None:
    assert names.clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your name"),
        (" \u00a0\t", "Enter your name"),
        ("A" * 201, "longer than 200 characters"),
        ("A " * 100_000, "longer than 200 characters"),
        ("...", "at least one letter"),
        ("\U0001f451", "at least one letter"),
        ("Ana\nLima", "line break"),
        ("Ana\r\nBcc: x@example.org", "line break"),
        ("Ana Lima\n", "line break"),
        ("Ana\u2028Lima", "line break"),
        ("Ana\x00Lima", "invisible"),
        ("Ana\x1b[31m", "invisible"),
        ("Ana\x85Lima", "invisible"),
        ("Ana\ud800", "invisible"),
        ("Ana 🏴\U000e0067", "invisible character after “🏴”; take it out"),
        ("Ana\ufffe", "invisible"),
        ("Ana\ue000", "invisible"),
        ("\u0001Ana", "begins with a line break or an invisible character"),
        ("Ana\u202egpj.exe", "direction"),
        ("\u202eamiL anA", "direction"),
        ("\u115f", "at least one letter"),
        ("\u3164", "Enter your name"),
        ("Buy at http://example.org", "web address"),
        ("Win at www.example.org", "web address"),
        ("example.tk/win", "web address"),
        ("example.com", "web address"),
        ("Example.com", "web address"),
        ("EXAMPLE.COM", "web address"),
        ("Buy at cheap-pills.shop.", "web address"),
        ("casino.ru", "web address"),
        ("казино.рф", "web address"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "web address"),
        ("example。com", "web address"),
        ("Bit.ly/win", "web address"),
        ("t.me/win", "web address"),
        ("ana@example.museum", "web address"),
        ("https:\\\\example", "web address"),
    ],
)
def test_what_no_name_needs_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.clean_name(typed)

    assert words in str(refused.value.faults["author_name"])


def test_a_fault_stands_at_the_field_it_is_about() -> None:
    with pytest.raises(Invalid) as refused:
        names.clean_name("", field="author_sort_name")

    assert refused.value.faults == {"author_sort_name": NAME_MISSING}


@pytest.mark.parametrize(
    ("name", "sort_name"),
    [
        ("Maria López", "López, Maria"),
        ("Ludwig van Beethoven", "Beethoven, Ludwig van"),
        ("Simone de Beauvoir", "Beauvoir, Simone de"),
        ("Johann Wolfgang von und zu Goethe", "Goethe, Johann Wolfgang von und zu"),
        ("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ("Vincent Van Gogh", "Van Gogh, Vincent"),
        ("James E Gunn", "Gunn, James E"),
        ("José Ortega y Gasset", "Ortega y Gasset, José"),
        ("Martin King Jr.", "King, Martin, Jr."),
        ("Martin L. King, Jr.", "King, Martin L., Jr."),
        ("Henry L. Gates III", "Gates, Henry L., III"),
        ("J. R. R. Tolkien", "Tolkien, J. R. R."),
        ("Gabriel García Márquez", "Gabriel García Márquez"),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
        ("Лев Толстой", "Толстой, Лев"),
        ("עמוס עוז", "עוז, עמוס"),
        ("Malcolm X", "X, Malcolm"),
        ("Homer", "Homer"),
        ("Henry VIII", "Henry VIII"),
        ("50 Cent", "50 Cent"),
        ("Lima, Ana", "Lima, Ana"),
        ("Smith, Jones and Sons", "Smith, Jones and Sons"),
        ("村上 春樹", "村上 春樹"),
        ("한 강", "한 강"),
        ("نجيب محفوظ", "نجيب محفوظ"),
        ("महादेवी वर्मा", "महादेवी वर्मा"),
        ("", ""),
    ],
)
def test_a_sort_name_is_suggested(name: str, sort_name: str) -> None:
    assert names.sort_name(name) == sort_name


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("Gabriel García Márquez", ("Márquez, Gabriel García", "García Márquez, Gabriel")),
        ("Nguyễn Nhật Ánh", ("Ánh, Nguyễn Nhật", "Nhật Ánh, Nguyễn")),
        (
            "María José Ferrada Lefenda",
            ("Lefenda, María José Ferrada", "Ferrada Lefenda, María José", "José Ferrada Lefenda, María"),
        ),
        ("Martin Luther King Jr.", ("King, Martin Luther, Jr.", "Luther King, Martin, Jr.")),
        ("Mary Ann O'Brien", ("O'Brien, Mary Ann", "Ann O'Brien, Mary")),
        ("Maria López", ()),
        ("Ursula K. Le Guin", ()),
        ("J. M. Coetzee", ()),
        ("JM Coetzee Smith", ("Smith, JM Coetzee", "Coetzee Smith, JM")),
        ("Johann Wolfgang von Goethe", ()),
        ("José Ortega y Gasset", ()),
        ("Vincent Van Gogh", ()),
        ("Rosa García-Márquez", ()),
        ("bell hooks", ()),
        ("García Márquez, Gabriel", ()),
        ("村上 春 樹", ()),
        ("Homer", ()),
    ],
)
def test_a_name_that_may_have_two_family_names_is_left_to_its_owner(name: str, choices: tuple[str, ...]) -> None:
    assert names.sort_name_choices(name) == choices
    assert names.sort_name(name) == name or not choices


@given(a_name)
def test_a_suggested_sort_name_is_a_name(typed: str) -> None:
    try:
        name = names.clean_name(typed)
    except Invalid:
        assume(False)
        raise

    suggested = names.clean_name(names.sort_name(name))

    assert names.clean_name(name) == name
    assert suggested == names.sort_name(name)


IN_ORDER = [
    "Aalto, Aino",
    "Ægir",
    "Ævar Þór",
    "Ahmed, Sara",
    "d'Arc, Jeanne",
    "Łem, Stanisław",
    "Öberg, Åsa",
    "O'Brien, Flann",
    "O’Hara, Frank",
    "Ozick, Cynthia",
    "Smith, Ann",
    "smith, Bea",
    "Smith, Zoe",
    "Smith Jones, Ann",
    "Smith-Jones, Bea",
    "Smithson, Ann",
    "Zola, Émile",
    "Þór",
    "Þórbergur Þórðarson",
    "50 Cent",
    "Ωμέγα, Άλφα",
    "Еж, Иван",
    "Ёлкин, Иван",
    "Жук, Анна",
    "עוז, עמוס",
    "نجيب محفوظ",
    "दिनकर",
    "かな",
    "カナダ",
    "村上 春樹",
    "한강",
]


SHUFFLED = random.Random(1).sample(IN_ORDER, len(IN_ORDER))


def test_names_sort_by_letters_and_not_by_dress() -> None:
    assert sorted(SHUFFLED, key=names.sort_key) == IN_ORDER


def test_the_order_is_the_same_byte_by_byte() -> None:
    assert sorted(SHUFFLED, key=lambda name: names.sort_key(name).encode()) == IN_ORDER


@pytest.mark.parametrize(
    ("sort_name", "letter_id", "title"),
    [
        ("López, Maria", "l", "L"),
        ("Ölund, Åsa", "o", "O"),
        ("Łem, Stanisław", "l", "L"),
        ("Ævar", "a", "A"),
        ("'t Hooft, Gerard", "t", "T"),
        ("ʻĪʻī, John Papa", "i", "I"),
        ("Þórarinn", "u00de", "Þ"),
        ("Жуковский", "u0416", "Ж"),
        ("Ёлкин", "u0415", "Е"),
        ("Έσσε", "u0395", "Ε"),
        ("עוז, עמוס", "u05e2", "ע"),
        ("نجيب محفوظ", "u0646", "ن"),
        ("أحمد", "u0627", "ا"),
        ("დავით", "u10d3", "დ"),
        ("महादेवी", "u092e", "म"),
        ("村上 春樹", "han", "漢字"),
        ("よしもとばなな", "kana", "かな"),
        ("ヨシモト", "kana", "かな"),
        ("ﾖｼﾓﾄ", "kana", "かな"),
        ("한강", "hangul", "한글"),
        ("50 Cent", "other", "#"),
        ("٣", "other", "#"),
        ("—", "other", "#"),
        ("", "other", "#"),
    ],
)
def test_a_name_stands_under_a_letter(sort_name: str, letter_id: str, title: str) -> None:
    assert names.letter(sort_name) == names.Letter(letter_id, title)


@given(st.lists(a_name, max_size=20))
def test_names_under_one_letter_are_neighbours(sort_names: list[str]) -> None:
    letters = [names.letter(name).id for name in sorted(sort_names, key=names.sort_key)]

    assert len([letter for letter, _names in groupby(letters)]) == len(set(letters))


@given(a_name)
def test_every_name_has_a_key_and_a_letter_fit_for_addresses_and_index_keys(name: str) -> None:
    key = names.sort_key(name)
    letter = names.letter(name)

    assert "/" not in key
    assert key == key.strip()
    assert key.encode("utf-8", "surrogatepass")
    assert letter.id.isascii()
    assert letter.id.isalnum()
    assert letter.id == letter.id.lower()
    assert letter.title


@given(a_name)
def test_case_and_composition_do_not_change_a_key(name: str) -> None:
    assert names.sort_key(unicodedata.normalize("NFD", name)) == names.sort_key(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lopez", "López, Maria"),
        ("LÓPEZ,  m", "López, Maria"),
        ("thor", "Þórbergur"),
        ("strasse", "Straße"),
        ("ヨシ", "よしもとばなな"),
        ("하", "한강"),
        ("анн", "АННА"),
        ("ANA@EX", "ana@example.org"),
        ("елк", "Ёлкин"),
    ],
)
def test_a_search_finds_by_the_beginning_whatever_the_dress(typed: str, name: str) -> None:
    assert names.folded(name).startswith(names.folded(typed))


@given(a_name, st.integers(0, 30))
def test_the_beginning_of_a_name_finds_it(name: str, length: int) -> None:
    plain = unicodedata.normalize("NFC", name)
    beginning = plain[:length]
    assume(
        unicodedata.normalize("NFKC", plain[:length] + "x")[:-1]
        == unicodedata.normalize("NFKC", plain)[: len(unicodedata.normalize("NFKC", beginning))]
    )

    assert names.folded(plain).startswith(names.folded(beginning))


def test_a_search_looks_at_a_hundred_characters() -> None:
    assert names.folded("a" * 5_000) == "a" * 100
    assert names.folded("\u0130" * 5_000) == "i" * 100
    assert names.folded("\ud800a\x00b\u200b c\t") == "ab c"
