"""What the trace says of an answer."""

import pytest

from labs.cloud.answers import MAX_READ, answer_text

JSON = {"Content-Type": "application/x-amz-json-1.0"}
XML = {"content-type": "text/xml"}


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        (JSON, b'{"MessageId": "1"}', '{"MessageId": "1"}'),
        (JSON, b'{"SecretString": "hush"}', '{"SecretString": "***"}'),
        (JSON, b"[1, 2]", '{"": [1, 2]}'),
        ({}, b'{"n": 1}', '{"n": 1}'),
        (JSON, b"no json", "<7 bytes>"),
        ({"Content-Type": "text/plain"}, b"hello", "<5 bytes>"),
        ({}, b"", ""),
        (
            XML,
            b'<A xmlns="x"><R><I>1</I><I>2</I></R><ResponseMetadata>r</ResponseMetadata></A>',
            '{"R": {"I": ["1", "2"]}}',
        ),
        (XML, b"<A><B>", "<6 bytes>"),
        (XML, b'<!DOCTYPE a [<!ENTITY b "c">]><A>&b;</A>', "<40 bytes>"),
        (JSON, b"1" * (MAX_READ + 1), "<20,001 bytes>"),
    ],
)
def test_it_is_short_json_without_secrets(headers: dict[str, str], body: bytes, text: str) -> None:
    assert answer_text(headers, body) == text
