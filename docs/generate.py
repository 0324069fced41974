"""Write the pages of the manual that are made from tables: `python docs/generate.py`, from anywhere."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from rules.manual import pages  # noqa: E402 -- found by the line above


def main() -> None:
    """Write what changed, and take away the pages of operators that are no more."""
    made = pages((DOCS / "rules.md").read_text(encoding="utf-8"))
    for name, text in made.items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"docs/{name}")
    for path in (DOCS / "operators").glob("*.md"):
        if f"operators/{path.name}" not in made:
            path.unlink()
            print(f"docs/operators/{path.name}: removed")


if __name__ == "__main__":
    main()
