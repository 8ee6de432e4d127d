"""Examples that can be run, and what a lesson's page weighs and costs."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.lessons.examples import runnable_parts
from learn.playground.models import PlaygroundRun
from tests.learn.course_files import LESSON, WHO_DELETES, write_course
from tests.learn.lessons.conftest import LESSON_URL

KILOBYTE = 1024
MAX_LESSON_BYTES = 60 * KILOBYTE
EXAMPLES = (
    LESSON
    + """
```python
# tools.py
def twice(number):
    return 2 * number
```

```python
from tools import twice
print(twice(2))
```

```output
4
```

[[check: who-deletes]]

```python
# continued
print("again")
```

```output
again
```
"""
)


@pytest.fixture(autouse=True)
def _examples(tmp_path: Path, settings: Settings) -> None:
    files = {
        "queues/lessons/01-message-life.md": EXAMPLES,
        "queues/questions/who-deletes.yaml": WHO_DELETES,
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "examples", files),)


def test_each_example_can_be_run(anonymous: Client) -> None:
    page = anonymous.get(LESSON_URL)

    assertContains(page, f'href="{LESSON_URL}examples/1/"')
    assertContains(page, f'href="{LESSON_URL}examples/2/"')
    assertNotContains(page, f'href="{LESSON_URL}examples/3/"')


def test_the_form_brings_what_the_example_imports(as_alice: Client) -> None:
    page = as_alice.get(f"{LESSON_URL}examples/2/")

    assertContains(page, 'name="file-tools.py"')
    assertContains(page, "print(twice(2))")
    assertContains(page, "print(&quot;again&quot;)")
    assertNotContains(page, "\x1e")
    assertContains(page, '<button class="button button-small" type="submit">Run</button>')


def test_a_guest_is_told_to_log_in(anonymous: Client) -> None:
    page = anonymous.get(f"{LESSON_URL}examples/1/")

    assertContains(page, "to run it. It is free.")
    assertNotContains(page, 'type="submit">Run<')


@pytest.mark.parametrize("number", ["0", "3", "999999999999999999999"])
def test_there_is_no_other_example(anonymous: Client, number: str) -> None:
    assert anonymous.get(f"{LESSON_URL}examples/{number}/").status_code == 404


def test_every_example_of_the_course_can_be_run(settings: Settings) -> None:
    del settings.CONTENT_DIRS
    lessons = [lesson for module in get_course().modules for lesson in module.lessons]
    printing = [one for one in lessons if "\n```output\n" in one.body.text]

    assert printing
    for lesson in printing:
        html = "".join(part.html for part in runnable_parts(lesson))
        assert html.count('<div class="example ') == lesson.body.text.count("\n```output\n")


def test_a_lesson_costs_three_queries(
    as_alice: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_alice.get(LESSON_URL)  # The number of due reviews is known for a while.

    with django_assert_max_num_queries(3):  # Session, user, answers.
        as_alice.get(LESSON_URL)


def test_a_lesson_loads_little(as_alice: Client) -> None:
    page = as_alice.get(LESSON_URL).content.decode()
    loaded = set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css))"', page))

    assert "core/htmx.min.js" in loaded
    sizes = {name: compressed_bytes(name) for name in loaded}
    assert sum(sizes.values()) <= MAX_LESSON_BYTES, sizes


def compressed_bytes(name: str) -> int:
    path = finders.find(name)
    assert path, name
    return len(gzip.compress(Path(path).read_bytes(), compresslevel=9))


def test_what_the_form_sends_is_run(as_alice: Client, alice: User) -> None:
    form = as_alice.get(f"{LESSON_URL}examples/1/", headers={"HX-Request": "true"})
    url = re.search(r'hx-post="([^"]+)"', form.content.decode())
    assert url

    files = {"file-main.py": "from tools import twice", "file-tools.py": "def twice(n): ..."}
    page = as_alice.post(url[1], files, headers={"HX-Request": "true"})

    assertContains(page, 'class="run"')
    assert set(PlaygroundRun.objects.get(user=alice).files) == {"main.py", "tools.py"}
