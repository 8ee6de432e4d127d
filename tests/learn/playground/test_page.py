"""The playground's page: what is in the editor, and what can be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from learn.accounts.models import User
from learn.playground import snippets
from learn.playground.programs import shared_files
from tests.conftest import PASSWORD
from tests.learn.course_files import WHO_DELETES, write_course
from tests.learn.playground.conftest import CODE, FILES, Broker, MakeRun

pytestmark = pytest.mark.django_db(transaction=True)

LESSON = """\
+++
title = "Life of a message"
summary = "From send to delete."
minutes = 10
objectives = ["Tell who deletes a message in `SQS`."]
+++
## Send with `boto3`

```python
# worker.py
def work():
    return 1
```

```python
print("first")
```

```output
first
```

```python
# continued
print("second")
```

```output
second
```
"""
EXAMPLE = "/playground/examples/queues/message-life/2/"
RUN = "/playground/run/"
SECTION = "section: message-life#who-deletes-it\n"


@pytest.fixture
def _with_examples(tmp_path: Path, settings: Settings) -> None:
    folder = write_course(
        tmp_path / "with-examples",
        {
            "queues/lessons/01-message-life.md": LESSON,
            "queues/questions/who-deletes.yaml": WHO_DELETES.replace(SECTION, ""),
            "examples/classroom.py": "shared = 1\n",
        },
    )
    settings.CONTENT_DIRS = (folder,)


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_it_is_open_to_everyone(anonymous: Client) -> None:
    page = body(anonymous.get("/playground/"))
    assert "import boto3" in page
    assert "You will be asked to log in." in page
    assert "Your snippets" not in page


def test_it_opens_with_what_was_run_last(as_alice: Client, make_run: MakeRun) -> None:
    make_run(verdict="passed")
    page = body(as_alice.get("/playground/"))
    assert "print(&#x27;hello&#x27;)" in page
    assert "It ran to its end" in page
    blank = body(as_alice.get("/playground/new/"))
    assert "print(&#x27;hello&#x27;)" not in blank
    assert "Nothing run yet" in blank


@pytest.mark.usefixtures("_with_examples")
def test_it_offers_the_examples_of_lessons(anonymous: Client) -> None:
    page = body(anonymous.get("/playground/"))
    assert EXAMPLE in page
    assert "Send with boto3" in page


@pytest.mark.usefixtures("_with_examples")
def test_an_example_brings_its_files_and_what_it_continues(anonymous: Client) -> None:
    page = body(anonymous.get(EXAMPLE))
    assert 'name="file-worker.py"' in page
    assert page.index("file-main.py") < page.index("file-worker.py")
    assert "print(&quot;first&quot;)\n\n# continued\nprint(&quot;second&quot;)" in page
    assert "\x1e" not in page
    assert "x1e" not in page


@pytest.mark.usefixtures("_with_examples")
@pytest.mark.parametrize("path", ["queues/message-life/3", "queues/none/1", "none/message-life/1"])
def test_there_are_no_other_examples(anonymous: Client, path: str) -> None:
    assert anonymous.get(f"/playground/examples/{path}/").status_code == 404


@pytest.mark.usefixtures("_with_examples")
def test_a_program_may_import_what_examples_share(as_alice: Client, broker: Broker) -> None:
    assert shared_files() == {"classroom.py": "shared = 1\n"}
    as_alice.post(RUN, {"file-main.py": CODE})
    as_alice.post(RUN, {"file-main.py": CODE, "file-classroom.py": "own = 1"})
    assert broker.jobs[0]["files"] == {"classroom.py": "shared = 1\n", "main.py": CODE}


def test_the_program_survives_the_log_in(anonymous: Client, alice: User, broker: Broker) -> None:
    form = {"file-main.py": CODE, "pictures": "1", "author": ""}
    asked = anonymous.post(RUN, form)
    assert asked.headers["Location"] == "/accounts/login/?next=/playground/"

    anonymous.post(
        asked.headers["Location"],
        {"login": alice.email, "password": PASSWORD, "next": "/playground/"},
    )

    page = body(anonymous.get("/playground/"))
    assert "Your program was kept" in page
    assert "print(&#x27;hello&#x27;)" in page
    anonymous.post(RUN, {**form, "author": str(alice.pk)})
    assert "Your program was kept" not in body(anonymous.get("/playground/"))


def test_it_says_without_javascript_what_is_wrong(as_alice: Client, broker: Broker) -> None:
    response = as_alice.post(RUN, {"file-other.py": "print(7)"})
    assert response.status_code == 422
    assert "main.py is missing" in body(response)
    assert "print(7)" in body(response)


def test_it_asks_the_database_little(
    as_alice: Client,
    alice: User,
    make_run: MakeRun,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _turn in range(5):
        make_run(verdict="passed")
        snippets.save_new(alice, "One", FILES)
    with django_assert_max_num_queries(6):
        as_alice.get("/playground/")


def test_it_shows_nobody_elses_snippets(
    as_alice: Client, make_user: Callable[[str], User]
) -> None:
    snippets.save_new(make_user("Bob"), "Of Bob alone", FILES)
    assert "Of Bob alone" not in body(as_alice.get("/playground/"))
