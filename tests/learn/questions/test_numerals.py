"""Numbers as people of many countries type them."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.questions.numerals import NumeralError, read_numeral


def indian(whole: str) -> str:
    """12,34,567"""
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def grouped(by: str) -> Callable[[str], str]:
    return lambda whole: f"{int(whole):,}".replace(",", by)


# How a number is written in English, German, French, Swiss German, Hindi, Arabic, and by programs.
STYLES: list[tuple[Callable[[str], str], str, str]] = [
    (grouped(","), ".", "0123456789"),
    (grouped("."), ",", "0123456789"),
    (grouped("\u202f"), ",", "0123456789"),
    (grouped("\u00a0"), ",", "0123456789"),
    (grouped("\u2019"), ".", "0123456789"),
    (grouped("'"), ".", "0123456789"),
    (indian, ".", "0123456789"),
    (grouped("\u066c"), "\u066b", "٠١٢٣٤٥٦٧٨٩"),
    (grouped("_"), ".", "0123456789"),
    (str, ".", "0123456789"),
    (str, ",", "0123456789"),
]


@given(
    st.sampled_from(STYLES),
    st.sampled_from(["", "-", "\u2212", "+"]),
    st.integers(0, 10**12),
    st.text("0123456789", max_size=6),
)
@settings(max_examples=400, derandomize=True, deadline=None, database=None)
def test_it_reads_what_any_country_writes(
    style: tuple[Callable[[str], str], str, str], sign: str, whole: int, decimals: str
) -> None:
    group, point, digits = style
    text = group(str(whole)) + (point + decimals if decimals else "")
    number = Fraction(f"{whole}.{decimals or 0}") * (-1 if sign in {"-", "\u2212"} else 1)
    readings = read_numeral(sign + text.translate(dict(zip(b"0123456789", digits, strict=True))))
    is_kept_for_one_reading = point == "," and len(decimals) == 3 and decimals.endswith("0")
    assert number in readings.readings or (is_kept_for_one_reading and group is str)
    assert len(readings.readings) <= 2


@given(st.integers(-(10**9), 10**9), st.integers(-20, 20))
@settings(max_examples=50, derandomize=True, deadline=None, database=None)
def test_it_reads_powers_of_ten(number: int, exponent: int) -> None:
    for form in ("{}e{}", "{}E{}", "{} x 10^{}", "{} \u00d7 10^{}", "{}*10**{}"):
        [reading] = read_numeral(form.format(number, exponent)).readings
        assert reading == number * Fraction(10) ** exponent


@given(st.text(max_size=120) | st.text("0123456789.,' -+eExX*^$%/", max_size=30))
@settings(max_examples=500, derandomize=True, deadline=None, database=None)
def test_it_raises_nothing_but_its_own_error(text: str) -> None:
    try:
        assert read_numeral(text).readings
    except NumeralError as error:
        assert str(error).endswith(".")  # noqa: PT017 - a number is as good, and no other error


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1,234", ["1234", "1.234"]),
        ("1.234", ["1.234", "1234"]),
        ("1,500", ["1500"]),
        ("1.500", ["1.5", "1500"]),
        ("0,123", ["0.123"]),
        ("0.123", ["0.123"]),
        ("1234,567", ["1234.567"]),
        ("12,34", ["12.34"]),
        ("1,234,567", ["1234567"]),
        ("1.234.567,8", ["1234567.8"]),
        ("1,234.5", ["1234.5"]),
        (".5", ["0.5"]),
        ("90.", ["90"]),
        ("\uff19\uff10", ["90"]),
        ("90\u200b", ["90"]),
        ("≈ 3.2", ["3.2"]),
        ("1.5x10³", ["1500"]),
    ],
)
def test_it_tells_thousands_from_decimals(text: str, readings: list[str]) -> None:
    assert list(read_numeral(text).readings) == [Fraction(reading) for reading in readings]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("90 RCU", "", "RCU"),
        ("$5/month", "$", "/month"),
        ("-$5", "$", ""),
        ("USD 1,234.50", "USD", ""),
        ("5 %", "", "%"),
        ("1.5GB-s", "", "GB-s"),
        ("5e", "", "e"),
    ],
)
def test_it_leaves_the_words_around_it(text: str, before: str, after: str) -> None:
    numeral = read_numeral(text)
    assert (numeral.before, numeral.after) == (before, after)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write one number in digits"),
        ("ninety", "Write one number in digits"),
        ("nan", "Write one number in digits"),
        ("-inf", "Write one number in digits"),
        ("0x10", "Write one number in digits"),
        ("1/2", "Write one number in digits"),
        ("90 RCU and 200 WCU", "Write one number in digits"),
        ("-5 - 3", "Write one number in digits"),
        ("--5", "Write one number in digits"),
        ("12 34", "'12 34' cannot be read as one number"),
        ("1.2.3", "'1.2.3' cannot be read as one number"),
        ("1,23,4", "'1,23,4' cannot be read as one number"),
        ("1e999999", "between 1e-30 and 1e30"),
        ("1e-31", "between 1e-30 and 1e30"),
        ("1e99999999999999", "between 1e-30 and 1e30"),
        ("9" * 41, "at most 40 digits"),
        ("9" * 101, "at most 100 characters"),
    ],
)
def test_it_says_what_it_cannot_read(text: str, message: str) -> None:
    with pytest.raises(NumeralError) as caught:
        read_numeral(text)
    assert message in str(caught.value)
