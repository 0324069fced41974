"""What can go wrong with experiments, with data and help."""

from __future__ import annotations

from collections.abc import Sequence

from rules import Finding


class ExperimentsError(Exception):
    """Base of this package's errors."""


class ExperimentError(ExperimentsError):
    """An experiment that may not be saved: every finding, each with a JSON pointer."""

    def __init__(self, key: str, findings: Sequence[Finding]) -> None:
        self.key = key
        self.findings = tuple(findings)
        shown = "; ".join(f"{f.pointer or '/'}: {f.message}" for f in self.findings[:5])
        super().__init__(f"experiment {key!r} has {len(self.findings)} problem(s): {shown}")
