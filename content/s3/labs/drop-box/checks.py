"""What clients, their browsers and strangers notice."""

import re
from email.message import Message

from labs.checks import Cloud, check, expect, setup

BUCKET = "drop-box"
ADDRESS = f"https://{BUCKET}.s3.amazonaws.com/"
TYPES = ("application/pdf", "image/jpeg", "image/png")
MINUTE = 60
AROUND = 10  # seconds before and after the end of a link


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket=BUCKET)


@check("A client hands in a file", points=1, visible=True)
def hands_in(cloud: Cloud) -> None:
    for kind in TYPES:
        client, name = client_id(cloud), f"receipt-{cloud.random.randrange(1000)}.bin"
        expect_upload(cloud, client, name, kind)


@check("A browser saves a file under its name", points=1, visible=True)
def saves(cloud: Cloud) -> None:
    for save_as in ("receipt.pdf", f"c-12 taxi {cloud.random.randrange(30)} May.pdf"):
        client, name = client_id(cloud), f"{cloud.random.randrange(10**6)}.pdf"
        body = store(cloud, client, name)
        url = download_url(cloud, client, name, save_as)
        answer = cloud.request("GET", url)
        expect(answer.status == 200, refused("The download", answer))
        expect(answer.body == body, "The download gives another file than the one it is for.")
        headers = {key.lower(): value for key, value in answer.headers.items()}
        disposition = headers.get("content-disposition", "")
        kind, found = parsed(disposition)
        expect(
            kind == "attachment", "The browser shows the file in its window, and saves nothing."
        )
        expect(found == save_as, f"For '{save_as}' the browser saves the file as '{found}'.")


@check("Another type than the announced one is refused", points=2)
def type_is_bound(cloud: Cloud) -> None:
    client, name = client_id(cloud), "scan.pdf"
    url = upload_url(cloud, client, name, kind := cloud.random.choice(TYPES))
    others = [*(one for one in TYPES if one != kind), "text/html", "application/x-msdownload"]
    for other in others:
        answer = put(cloud, url, other)
        expect(answer >= 400, f"A link for {kind} took a file of the type {other}.")
    expect(
        cloud.request("PUT", url, body=b"x").status >= 400,
        f"A link for {kind} took a file without any type.",
    )
    expect(put(cloud, url, kind) == 200, f"A link for {kind} does not take a file of this type.")
    for other in ("text/html", "image/svg+xml", "application/pdfx", "image/png;a=b", "", "image/"):
        expect_no_link(
            cloud, f"with the type '{other}'", "upload_url", client_id(cloud), name, other
        )


@check("A link holds for one file and one method", points=2)
def one_file_one_method(cloud: Cloud) -> None:
    client, other = client_id(cloud), client_id(cloud)
    for one in (client, other):
        store(cloud, one, "a.pdf")
    up = upload_url(cloud, client, "a.pdf", "application/pdf")
    down = download_url(cloud, client, "a.pdf", "a.pdf")
    for method in ("GET", "DELETE"):
        answer = request(cloud, method, up)
        expect(answer >= 400, f"With the link for an upload a browser could {method} the file.")
    for method in ("PUT", "DELETE"):
        answer = request(cloud, method, down)
        expect(answer >= 400, f"With the link for a download a browser could {method} the file.")
    for changed in (up.replace(client, other), up.replace("a.pdf", "b.pdf")):
        expect(
            put(cloud, changed, "application/pdf") >= 400,
            "By a changed link a client wrote a file that the link was not made for.",
        )
    expect(
        request(cloud, "GET", down.replace(client, other)) >= 400,
        "By a changed link a client read the file of another client.",
    )
    expect(request(cloud, "GET", down) == 200, "A link for a download does not work any more.")


@check("Links end when their time is over", points=2)
def links_end(cloud: Cloud) -> None:
    client = client_id(cloud)
    store(cloud, client, "here.pdf")
    for _ in range(2):
        cloud.pass_time(cloud.random.randrange(1, 500))
        up = upload_url(cloud, client, "new.pdf", "application/pdf")
        down = download_url(cloud, client, "here.pdf", "here.pdf")
        cloud.pass_time(5 * MINUTE - AROUND)
        expect(request(cloud, "GET", down) == 200, "A download was refused within five minutes.")
        cloud.pass_time(2 * AROUND)
        expect(request(cloud, "GET", down) >= 400, "A download worked after its five minutes.")
        cloud.pass_time(10 * MINUTE - 2 * AROUND)
        expect(
            put(cloud, up, "application/pdf") == 200, "An upload was refused within 15 minutes."
        )
        cloud.pass_time(2 * AROUND)
        expect(put(cloud, up, "application/pdf") >= 400, "An upload worked after its 15 minutes.")


@check("Files may have any name", points=1)
def any_name(cloud: Cloud) -> None:
    number = cloud.random.randrange(100)
    names = [
        f"50% + rest #{number}.pdf",
        f"Übersicht {number}.pdf",
        f"a%20b+c{number}.pdf",
        f"what? & why={number}.pdf",
        f"..{number}..pdf",
        f"...{number}",
        f" draft {number} .pdf ",
        f"U\u0308ber {number}.PDF",
    ]
    clients = [f"ACME-{number}", "Z", "7", f"x--{number}-", client_id(cloud)]
    for client, name in zip(clients * 2, names, strict=False):
        expect_upload(cloud, client, name, "application/pdf")
        url = download_url(cloud, client, name, "x.pdf")
        expect(request(cloud, "GET", url) == 200, f"The file '{name}' cannot be fetched.")


@check("Bad names get no link", points=2)
def bad_names(cloud: Cloud) -> None:
    good = client_id(cloud)
    for filename in ("", ".", "..", "a/b.pdf", "/a.pdf", f"../{client_id(cloud)}/a.pdf", "a/"):
        what = f"with the file name '{filename}'"
        expect_no_link(cloud, what, "upload_url", good, filename, "application/pdf")
        expect_no_link(cloud, what, "download_url", good, filename, "a.pdf")
    for client in ("", "..", ".", f"{good}/x", f"../{good}", "c 12", f"{good}%2Fx", f"{good}."):
        what = f"as the client '{client}'"
        expect_no_link(cloud, what, "upload_url", client, "a.pdf", "application/pdf")
        expect_no_link(cloud, what, "download_url", client, "a.pdf", "a.pdf")


@check("Without a link nobody reaches the bucket", points=1)
def nobody_else(cloud: Cloud) -> None:
    client = client_id(cloud)
    upload = upload_url(cloud, client, "secret.pdf", "application/pdf")
    put(cloud, upload, "application/pdf")
    store(cloud, client, "a.pdf")
    download_url(cloud, client, "a.pdf", "a.pdf")
    for name in ("secret.pdf", "a.pdf"):
        answer = cloud.request("GET", f"{ADDRESS}inbox/{client}/{name}")
        expect(answer.status >= 400, "A stranger without a link has read a client's file.")
        answer = cloud.request("PUT", f"{ADDRESS}inbox/{client}/{name}", body=b"virus")
        expect(answer.status >= 400, "A stranger without a link has written over a client's file.")
    expect(cloud.request("GET", ADDRESS).status >= 400, "A stranger has listed the bucket.")
    block = cloud.client("s3").get_public_access_block(Bucket=BUCKET)
    expect(
        all(block["PublicAccessBlockConfiguration"].values()),
        "The bucket does not block public access any more.",
    )


def client_id(cloud: Cloud) -> str:
    return f"c-{cloud.random.randrange(1000, 10**6)}"


def upload_url(cloud: Cloud, client: str, name: str, kind: str) -> str:
    return link(cloud.call("dropbox.upload_url", client, name, kind), "upload_url")


def download_url(cloud: Cloud, client: str, name: str, save_as: str) -> str:
    return link(cloud.call("dropbox.download_url", client, name, save_as), "download_url")


def link(found: object, function: str) -> str:
    is_link = isinstance(found, str) and found.startswith("https://")
    expect(is_link, f"What {function} returned is not a URL: {str(found)[:80]}")
    return str(found)


def expect_upload(cloud: Cloud, client: str, name: str, kind: str) -> None:
    """The file arrives under its key, with its type."""
    url, body = upload_url(cloud, client, name, kind), cloud.random.randbytes(20)
    answer = cloud.request("PUT", url, headers={"Content-Type": kind}, body=body)
    expect(answer.status == 200, refused(f"The upload of '{name}' as {kind}", answer))
    try:
        found = cloud.client("s3").get_object(Bucket=BUCKET, Key=f"inbox/{client}/{name}")
    except cloud.client("s3").exceptions.NoSuchKey:
        found = {}
    expect("Body" in found, f"The file '{name}' of {client} was not found where it belongs.")
    expect(found["Body"].read() == body, f"The file '{name}' is not the one that was sent.")
    expect(found["ContentType"] == kind, f"The file '{name}' was stored with another type.")


def expect_no_link(cloud: Cloud, what: str, function: str, *args: str) -> None:
    found = cloud.call(f"dropbox.{function}", *args)
    expect(found is None, f"Somebody asked {what}, and {function} gave: {str(found)[:60]}")


def store(cloud: Cloud, client: str, name: str) -> bytes:
    """A file that was handed in earlier."""
    body = cloud.random.randbytes(20)
    cloud.client("s3").put_object(
        Bucket=BUCKET, Key=f"inbox/{client}/{name}", Body=body, ContentType="application/pdf"
    )
    return body


def put(cloud: Cloud, url: str, kind: str) -> int:
    return cloud.request("PUT", url, headers={"Content-Type": kind}, body=b"x").status


def request(cloud: Cloud, method: str, url: str) -> int:
    headers = {"Content-Type": "application/pdf"} if method == "PUT" else {}
    return cloud.request(method, url, headers=headers).status


def refused(what: str, answer: object) -> str:
    """The sentence that tells S3's own error."""
    body = getattr(answer, "body", b"").decode("utf-8", "replace")
    code, message = (re.search(f"<{tag}>(.*?)</{tag}>", body) for tag in ("Code", "Message"))
    said = f": {code[1]}, {message[1]}" if code and message else "."
    return f"{what} was refused with status {getattr(answer, 'status', 0)}{said}"


def parsed(disposition: str) -> tuple[str, str]:
    """What a browser reads from the header: its kind and the file name."""
    message = Message()
    message["Content-Disposition"] = disposition
    name = message.get_filename() or "download"
    if re.search(r"filename=[^\"]*$", disposition):
        name = name.partition(" ")[0]  # without quotes it ends at the first space
    return message.get_content_disposition() or "", name
