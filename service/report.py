"""What the command line shows: progress, findings, quality, two pages side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from recommender import Trained
from rules import Finding

Report = Callable[[str, int, int], None]
"""A step's name, how much is done, how much there is."""

MOST_SHOWN = 20


@contextmanager
def progress_bars(out: Console) -> Iterator[Report]:
    """A bar for each named step; call the yielded function as the step goes on."""
    columns = (TextColumn("  {task.description:<34}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as progress:
        bars: dict[str, Any] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done, total=max(total, 1))

        yield report


def show_findings(out: Console, findings: Sequence[Finding]) -> bool:
    """Print what is wrong; True when something is an error."""
    for finding in findings[:MOST_SHOWN]:
        colour = "red" if finding.severity == "error" else "yellow"
        remedy = f" [dim]{escape(finding.remedy)}[/dim]" if finding.remedy else ""
        out.print(
            f"[{colour}]{finding.severity}[/{colour}] {escape(finding.pointer)}: {escape(finding.message)}{remedy}"
        )
    if len(findings) > MOST_SHOWN:
        out.print(f"… and {len(findings) - MOST_SHOWN} more")
    return any(f.severity == "error" for f in findings)


def show_quality(out: Console, trained: Trained) -> None:
    """The held-out figures of a training, each recommender beside popularity."""
    table = Table(title=f"Model {trained.version}: quality on weeks it did not see", title_justify="left")
    table.add_column("recommender", style="bold")
    for name in ("NDCG@10", "Recall@10", "NDCG@10, never bought before", "Recall@10, never bought before"):
        table.add_column(name, justify="right")
    for name, held_out in trained.metrics.items():
        kinds = (held_out["all_items"], held_out["never_before"])
        figures = [f"{kind[measure]:.3f}" for kind in kinds for measure in ("ndcg", "recall")]
        table.add_row(name, *figures)
    out.print(table)


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table of words, as they are."""
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def two_pages(left: Mapping[str, Any], right: Mapping[str, Any], names: tuple[str, str]) -> Table:
    """The answers of two people side by side: in each slot the modules, and in short why."""
    table = Table(title="The home page, assembled for two people", title_justify="left")
    table.add_column("slot", style="bold", no_wrap=True)
    for name in names:
        table.add_column(escape(name), ratio=1)
    for one, other in zip(left["slots"], right["slots"], strict=True):
        table.add_row(one["slot"], _cell(one), _cell(other))
    return table


def _cell(slot: Mapping[str, Any]) -> str:
    lines = [_line(module) for module in slot["modules"]]
    return "\n".join(lines) or f"[dim]{escape(slot['filled_by'])}[/dim]"


def _line(module: Mapping[str, Any]) -> str:
    variant = f" ({module['variant']})" if module.get("variant") else ""
    answered = f"; items: {module['items_from']}" if module.get("items_from") else ""
    # What let it in, and who chose its items; tier and score are told by the API and in the shop's drawer.
    why = module["reason"].partition(";")[0].replace("targeted by", "rule")
    return f"{escape(module['key'] + variant)}: [dim]{escape(why + answered)}[/dim]"
