"""`uv run python -m tests.behaviours`: write SIMULATION.md anew."""

from tests.behaviours import PAGE, missing, page, read

if __name__ == "__main__":
    behaviours = read()
    if lost := missing(behaviours):
        raise SystemExit("There are no such tests: " + ", ".join(lost))
    PAGE.write_text(page(behaviours))
