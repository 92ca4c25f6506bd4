"""Passwords: long ones of any kind are welcome, those that everybody tries first are not."""

from __future__ import annotations

import time
import unicodedata

import pytest

from byline.accounts.policy import check_password, weakness
from byline.errors import Invalid
from byline.settings import Site

SITE = Site("Marram Press", "https://authors.example.org", "Marram", "")


def fault_of(password: str, site: Site = SITE) -> str:
    try:
        check_password(password, site, field="p", name="Ana Isabel de Lima", address="ana.isabel.de.lima@example.org")
    except Invalid as refusal:
        return str(refusal.faults["p"])
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "seven loud geese above Ghent",
        "Der alte Dackel frisst am Montag Birnen",
        "les trois chats gris du voisin dorment",
        "  spaces at both ends ",
        "ένα μεγάλο σύνθημα εδώ",
        "長い長い合言葉をここに書きますよ",
        "🦊🦉🌿🪵🧭🫖🕯️🪻🐚🧵🪡🎻🗝️",
        "a dragon and a password 1234567",
        "my password is a long sentence",
        "ana lima and her seven goats",
        "de lima isabel 1986 quince",
        "dragon-quince 84719",
        "83917465028364719",
        "ana 🦊🦉🌿🪵🧭🫖🪻🐚🧵🪡🎻",
    ],
)
def test_a_long_password_of_any_kind_is_taken(password: str) -> None:
    assert fault_of(password) == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password"),
        ("fourteen chars", "Use 15 characters or more; yours has 14"),
        ("x y" * 100, "Use 256 characters or fewer; yours has 300"),
        ("aaaaaaaaaaaaaaaaaaaa", "Attackers try"),
        ("zqzqzqzqzqzqzqzqzq", "Repetitions"),
        ("passwordpassword", "Attackers try"),
        ("PASSWORDpassword", "Attackers try"),
        ("abcdefghijklmnopq", "Sequences"),
        ("zyxwvutsrqponmlk", "Sequences"),
        ("0987654321098765", "Attackers try"),
        ("password1234567", "Attackers try"),
        ("2024-Password-2024", "Attackers try"),
        ("111 dragon 111111", "Attackers try"),
        ("trustno1 12345678", "easy to guess"),
        ("DragonDragonDragon", "Repetitions"),
        ("passwordpassword1!", "Attackers try"),
        ("1qaz2wsx3edc4rfv", "Attackers try"),
        ("Ana Isabel de Lima", "must not be your name"),
        ("123 ana isabel de lima!", "must not be your name"),
        ("ana.isabel.de.lima@example.org", "must not be your name"),
        ("authors.example.org", "must not be your name"),
        ("ana lima ana lima", "must not be your name"),
        ("AnaLimaAnaLima1986", "must not be your name"),
        ("1 lima, 2 ana, 3 isabel", "must not be your name"),
        ("ana.lima.example.org", "must not be your name"),
        ("marrampressmarrampress", "must not be your name"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_its_reason(password: str, words: str) -> None:
    assert words in fault_of(password)


@pytest.mark.parametrize("name", ["नेहा शर्मा", "村上春樹", "Zoë Ærøskøbing", "A"])
def test_a_name_in_any_script_does_not_make_a_password(name: str) -> None:
    repeated = unicodedata.normalize("NFD", f"{name} {name.upper()}" * 5 + "1234567890123")

    with pytest.raises(Invalid) as refusal:
        check_password(repeated, SITE, field="p", name=name)

    assert "must not be your name" in str(refusal.value.faults["p"])


def test_the_longest_password_is_judged_at_once() -> None:
    """Names that fit together in very many ways cost no more than others."""
    begun = time.process_time()

    for password in ("a" * 255 + "b", "0" * 128 + "ab" + "0" * 126):
        with pytest.raises(Invalid):
            check_password(password, SITE, field="p", name="a aa aaa aaaa aaaaa " * 10)

    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "password",
    [
        "correcthorsebatterystaple", "thisisapassword1", "zaq12wsxcde34rfv", "abcdefgh12345678", "qwertyuiopasdfgh",
        "Passwort!2026!!!!", "Summer2026Summer", "aaaaaaaaaaaaaaab", "123123123123123a", "111111111111111a",
        "qazwsxedcrfvtgbyhn", "asdfghjkl;'zxcvb", "poiuytrewqlkjhgf", "ilovepenguins2026", "a1b2c3d4e5f6g7h8",
        "Correct Horse Battery Staple!", "correct-horse-battery-staple-7", "To be, or not to be, that is the question",
        "MotDePasse2026!!", "mein-passwort-ist-geheim", "thisismypassword!", "ilovedolphins2025", "aabbccddeeffgghh",
        "q1w2e3r4t5y6u7i8", "p@ssw0rdp@ssw0rd", "letme in letme in", "january01021990!", "HarryPotter2026!",
        "147258369147258", "maytheforcebewithyou", "Alle meine Entchen 2026", "x" * 200 + "!",
    ],
)  # fmt: skip
def test_a_long_password_that_is_well_known_or_easy_to_guess_is_refused(password: str) -> None:
    assert fault_of(password)


def test_a_second_factor_may_ask_for_less() -> None:
    assert weakness("xK9#mQ2$") is not None
    assert weakness("xK9#mQ2$", least_guesses=10**6) is None


def test_the_longest_password_costs_no_more_than_a_hash() -> None:
    weakness("loaded with the first")
    begun = time.process_time()

    for password in ("ab1" * 85, "p@ssw0rd1990" * 21, "1q2w3e4r" * 32, "correct horse battery staple and so on " * 6):
        weakness(password)

    assert time.process_time() - begun < 0.4


def test_length_is_counted_after_composition() -> None:
    decomposed = "é" * 15

    assert fault_of("e\u0301" * 14).startswith("Use 15 characters")
    assert len(decomposed) == 15


def test_a_site_may_lower_the_length() -> None:
    lenient = Site("S", "https://s.example.org", "S", "", password_min=8)
    assert fault_of("xK9#mQ2$vL", lenient) == ""
    assert "easy to guess" in fault_of("tinsel7!", lenient)
