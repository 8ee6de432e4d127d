"""HTTP libraries reach the account, and nothing else."""

import json
from typing import Any

import pytest

import labs

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
