"""Labs name concepts that questions have."""

from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.loading import load_course
from tests.learn.course_files import HOW_OFTEN, LAB, write_course

TOML = "queues/labs/worker/lab.toml"
QUESTION = "queues/questions/how-often.yaml"
CONCEPTS = '\n[concepts]\n"it_works" = ["duplicates"]\nit_lasts = [\n  "dupes",\n]\n'


def test_it_reads_a_labs_concepts(tmp_path: Path) -> None:
    files = {TOML: LAB + CONCEPTS, QUESTION: HOW_OFTEN + "concepts: [duplicates, dupes]\n"}
    course = load_course([write_course(tmp_path, files)])
    assert course.labs[0].spec.concepts == {"it_works": ("duplicates",), "it_lasts": ("dupes",)}


def test_it_names_a_concept_that_no_question_has(tmp_path: Path) -> None:
    files = {TOML: LAB + CONCEPTS, QUESTION: HOW_OFTEN + "concepts: [duplicates]\n"}
    with pytest.raises(ContentError) as error:
        load_course([write_course(tmp_path, files)])
    [problem] = error.value.problems
    line = (LAB + CONCEPTS).split("\n").index("it_lasts = [") + 1
    assert (problem.path, problem.line) == (tmp_path / TOML, line)
    assert problem.message == (
        "concepts: no question of the course has the concept 'dupes'; there are: duplicates"
    )


def test_it_blames_no_lab_for_a_question_that_cannot_be_read(tmp_path: Path) -> None:
    files = {TOML: LAB + CONCEPTS, QUESTION: "kind: riddle\n"}
    with pytest.raises(ContentError) as error:
        load_course([write_course(tmp_path, files)])
    assert all("concepts" not in problem.message for problem in error.value.problems)
