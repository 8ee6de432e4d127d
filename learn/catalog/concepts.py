"""The concepts that join labs with questions: a failed check has their questions reviewed."""

from collections.abc import Iterator, Sequence

from labs import Problem
from learn.catalog.course import Lab, Module


def unknown_concepts(modules: Sequence[Module]) -> Iterator[Problem]:
    """Concepts of labs that no question of the course has."""
    known = {
        concept
        for module in modules
        for question in module.questions
        for concept in question.document.concepts
    }
    for module in modules:
        for lab in module.labs:
            yield from _unknown(lab, known)


def _unknown(lab: Lab, known: set[str]) -> Iterator[Problem]:
    for check, concepts in lab.spec.concepts.items():
        for concept in concepts:
            if concept not in known:
                message = (
                    f"concepts: no question of the course has the concept '{concept}'; "
                    f"there are: {', '.join(sorted(known)) or 'none'}"
                )
                yield Problem(lab.spec.folder / "lab.toml", lab.spec.concepts_line(check), message)
