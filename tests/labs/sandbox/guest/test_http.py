"""HTTP libraries reach the account, and nothing else."""

import http.client
import json
from typing import Any

import pytest

import labs
from labs.sandbox.guest.aws import NotSimulatedError
from labs.sandbox.guest.http import AccountSocket, network
from labs.sandbox.seam import Frame

PRELUDE = """
import boto3, http.client, json, requests, urllib.error, urllib.request, urllib3
s3 = boto3.client("s3")
s3.create_bucket(Bucket="photos")
s3.put_object(Bucket="photos", Key="a b.txt", Body=b"hello")
def url(operation="get_object", key="a b.txt"):
    return s3.generate_presigned_url(operation, Params={"Bucket": "photos", "Key": key})
def stored(key):
    return s3.get_object(Bucket="photos", Key=key)["Body"].read().decode()
def tried(act):
    try:
        return str(act())
    except Exception as error:
        return f"{type(error).__name__} {isinstance(error, OSError)} {error}"
"""


def played(program: str) -> labs.PlaygroundReport:
    report = labs.play({"main.py": PRELUDE + program})
    assert report.verdict is labs.Verdict.PASSED, report
    return report


def printed(expression: str, before: str = "") -> Any:
    return json.loads(played(f"{before}\nprint(json.dumps({expression}))").stdout)


@pytest.mark.parametrize(
    "read",
    [
        "requests.get(url()).text",
        "urllib.request.urlopen(url()).read().decode()",
        "urllib3.request('GET', url()).data.decode()",
    ],
)
def test_each_library_reads_an_object(read: str) -> None:
    assert printed(read) == "hello"


def test_the_trace_names_operation_and_line() -> None:
    report = played("requests.get(url())\n")

    (*_, call) = report.trace
    assert (call.service, call.operation, call.status) == ("s3", "GetObject", 200)
    assert call.source == f"main.py:{PRELUDE.count('\n') + 1}"
    assert json.loads(call.parameters) == {"Bucket": "photos", "Key": "a b.txt"}


def test_a_body_in_chunks_arrives_whole() -> None:
    put = "requests.put(url('put_object', 'new'), data=iter([b'one', b'', b'two'])).status_code"

    assert printed(f"[{put}, stored('new')]") == [200, "onetwo"]


def test_one_connection_serves_many_requests() -> None:
    before = """
session, found = requests.Session(), []
for key in ("1", "2"):
    found.append(session.put(url("put_object", key), data=key, timeout=5).status_code)
    found.append(session.head(url("head_object", key)).headers["Content-Length"])
    found.append(session.delete(url("delete_object", key)).content.decode())
    found.append(session.get(url()).text)
"""
    assert printed("found", before) == [200, "1", "", "hello"] * 2


def test_another_address_cannot_be_reached() -> None:
    program = """
for act in (
    lambda: requests.get("https://example.com/x"),
    lambda: urllib.request.urlopen("http://example.com"),
    lambda: http.client.HTTPConnection("example.com").request("GET", "/"),
    lambda: urllib3.request("GET", "https://example.com"),
    lambda: requests.get("https://nothing.on.aws"),
    lambda: requests.get("https://example.com", proxies={"https": "http://example.com"}),
):
    print(tried(act))
"""
    lines = played(program).stdout.splitlines()

    assert [line.split()[0] for line in lines] == [
        "ConnectionError",
        "URLError",
        "OSError",
        "MaxRetryError",
        "ConnectionError",
        "ProxyError",
    ]
    reason = "Network is unreachable: the sandbox reaches only the simulated cloud, not "
    assert all(reason in line for line in lines)


def test_what_is_not_simulated_is_named() -> None:
    (line,) = played(
        "print(tried(lambda: requests.get('https://x.amazonaws.com/')))"
    ).stdout.split("\n")[:1]

    assert line.startswith("NotSimulatedError False x.GET is not simulated")


def test_a_urllib3_of_ones_own_is_taken_over() -> None:
    program = """
import pathlib, sys
there = pathlib.Path(urllib3.__file__).parent
for path in there.rglob("*.py"):
    copy = pathlib.Path("/tmp/layer/urllib3", path.relative_to(there))
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(path.read_bytes())
for name in [name for name in sys.modules if name.partition(".")[0] == "urllib3"]:
    del sys.modules[name]
sys.path.insert(0, "/tmp/layer")
import urllib3
print(urllib3.__file__.startswith("/tmp/layer"), urllib3.request("GET", url()).data)
"""
    assert played(program).stdout == "True b'hello'\n"


class Account:
    """Answers every request with the same frame, and keeps what came."""

    def __init__(self, body: bytes = b"", **answer: Any) -> None:
        self._frame: Frame = ({"status": 200, "headers": {}, **answer}, body)
        self.asked: list[Frame] = []

    def __call__(self, header: dict[str, Any], body: bytes) -> Frame:
        self.asked.append((header, body))
        return self._frame


def exchanged(
    monkeypatch: pytest.MonkeyPatch, account: Account, method: str = "GET", **options: Any
) -> http.client.HTTPResponse:
    monkeypatch.setattr(network, "line", account)
    connection = http.client.HTTPConnection("x.amazonaws.com")
    connection.sock = AccountSocket("http", "x.amazonaws.com", 80)
    connection.request(method, "/a?b=c", **options)
    return connection.getresponse()


def test_a_request_is_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account()
    exchanged(monkeypatch, account, "POST", body=b"data", headers={"X-A": "b"})

    ((header, body),) = account.asked
    assert (header["http"], header["method"], body) == (True, "POST", b"data")
    assert header["url"] == "http://x.amazonaws.com/a?b=c"
    assert {"Host": "x.amazonaws.com", "X-A": "b"}.items() <= header["headers"].items()


@pytest.mark.parametrize(
    ("method", "status", "length"), [("GET", 200, 2), ("HEAD", 200, 2), ("GET", 204, None)]
)
def test_the_length_is_right(
    monkeypatch: pytest.MonkeyPatch, method: str, status: int, length: int | None
) -> None:
    wrong = {"Content-Length": "99", "Transfer-Encoding": "chunked"}
    response = exchanged(monkeypatch, Account(b"ok", status=status, headers=wrong), method)

    assert response.getheader("Content-Length") == (None if length is None else str(length))
    assert response.read() == (b"ok" if (method, status) == ("GET", 200) else b"")


def test_a_header_of_several_lines_comes_several_times(monkeypatch: pytest.MonkeyPatch) -> None:
    response = exchanged(monkeypatch, Account(headers={"Set-Cookie": "a=1\nb=2"}))

    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_a_lost_answer_is_a_closed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        exchanged(monkeypatch, Account(lost=True, status=0))


def test_what_the_account_does_not_reach_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="only the simulated cloud"):
        exchanged(monkeypatch, Account(unreachable=True, status=0))


def test_a_gap_has_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSimulatedError, match="x is not simulated"):
        exchanged(monkeypatch, Account(not_simulated="x is not simulated.", status=501))
