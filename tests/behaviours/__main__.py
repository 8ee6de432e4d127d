"""`uv run python -m tests.behaviours`: write SIMULATION.md and labs/behaviours.json anew."""

from tests.behaviours import missing, read, write

if __name__ == "__main__":
    if lost := missing(read()):
        raise SystemExit("There are no such tests: " + ", ".join(lost))
    write()
