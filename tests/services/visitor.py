"""A person at the site without a browser: forms, cookies and nothing else."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.services.programs import wait_until

GRADED_SECONDS = 60
LAB = "/modules/sqs/labs/partial-batch/"
DEMO_PASSWORD = "coldstart-demo"


class Visitor:
    """One session at the site with this URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> str:
        """The page's text."""
        return self._open(path)[1]

    def post(self, path: str, **fields: str) -> tuple[str, str]:
        """Sends a form from the page that it stands on; URL and text of the page that follows."""
        token = {cookie.name: cookie.value or "" for cookie in self._cookies}["csrftoken"]
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self._open(path, body)

    def _open(self, path: str, body: bytes | None = None) -> tuple[str, str]:
        request = Request(self._url + path, body)  # noqa: S310 (our own site)
        with self._opener.open(request, timeout=30) as response:
            return response.url, response.read().decode()

    def log_in(self, email: str) -> None:
        """As one of the demo's people."""
        self.get("/accounts/login/")
        url, _ = self.post("/accounts/login/", login=email, password=DEMO_PASSWORD)
        assert url == f"{self._url}/"

    def sign_up(self, email: str) -> None:
        """As somebody new."""
        self.get("/accounts/signup/")
        fields = {"name": "Nora", "email": email, "password1": "correct horse battery staple"}
        url, _ = self.post("/accounts/signup/", **fields)
        assert url == f"{self._url}/"

    def submit(self, code: str) -> str:
        """The id of the submission."""
        self.get(LAB)
        url, _ = self.post(f"{LAB}submit/", **{"file-handler.py": code})
        found = re.search(r"/submissions/([0-9a-f-]{36})/$", url)
        assert found, url
        return found[1]

    def verdict(self, submission: str) -> str:
        """What the submission's page says, or "" as long as it is queued."""
        found = re.search(r'data-verdict="(\w+)"', self.get(f"/submissions/{submission}/"))
        return found[1] if found else ""

    def wait_for_verdict(self, submission: str) -> str:
        """The verdict, once there is one."""
        wait_until(lambda: bool(self.verdict(submission)), GRADED_SECONDS, "it is graded")
        return self.verdict(submission)
