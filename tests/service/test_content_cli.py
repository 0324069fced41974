"""Content as files, by command: out and in to the byte, compared, pushed, pulled, checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors import read_folder
from service.cli import cli
from service.opening import open_house
from tests.connectors.imports import SAMPLES
from tests.service.folders import LONG, change, make_site, run, write

CONTENT = Path(__file__).parents[2] / "examples/shop/content"


@pytest.fixture
def data(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, over a database of each kind."""
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("INTARSIA_DATABASE_URL", database_url)
    return tmp_path / "data"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a type, two modules and a rule, one of the modules naming it."""
    return make_site(tmp_path / "site")


def drafts() -> dict[tuple[str, str], bytes]:
    with open_house() as house:
        manifest = house.contents.manifest()
        bodies = house.contents.content(set(manifest.values()))
        return {name: bodies[digest] for name, digest in manifest.items()}


def test_what_goes_out_and_in_and_out_again_is_the_same_to_the_byte(data: Path, tmp_path: Path) -> None:
    run("import", CONTENT)
    run("export", tmp_path / "one")
    run("import", tmp_path / "one")
    run("export", tmp_path / "two")
    assert read_folder(tmp_path / "one") == read_folder(tmp_path / "two") == read_folder(CONTENT)


def test_an_export_chooses_a_state_kinds_and_keys(data: Path, site: Path, tmp_path: Path) -> None:
    run("push", site, "--yes")
    release = run("publish", "--name", "first").split()[1]
    change(site, "modules/a", heading="later")
    run("push", site, "--yes")
    run("export", tmp_path / "published", "--published")
    run("export", tmp_path / "release", "--release", release)
    run("export", tmp_path / "some", "--kind", "modules", "--key", "a*")
    assert b'"later"' not in read_folder(tmp_path / "published")["modules", "a"]
    assert read_folder(tmp_path / "release") == read_folder(tmp_path / "published")
    assert list(read_folder(tmp_path / "some")) == [("modules", "a")]
    assert b'"later"' in read_folder(tmp_path / "some")["modules", "a"]


def test_a_readable_export_leaves_alone_what_says_the_same(data: Path, tmp_path: Path) -> None:
    write(tmp_path / "in", "rules/a", {"title": "A", "logic": True})
    (tmp_path / "in/rules/b.json").write_text('{"title":"B","logic":false}')
    run("import", tmp_path / "in")
    (tmp_path / "out/rules").mkdir(parents=True)
    (tmp_path / "out/rules/a.json").write_text('{"title":    "A", "logic": true}\n')
    run("export", tmp_path / "out", "--readable")
    assert (tmp_path / "out/rules/a.json").read_text() == '{"title":    "A", "logic": true}\n'
    assert (tmp_path / "out/rules/b.json").read_text() == '{\n  "title": "B",\n  "logic": false\n}\n'
    assert "No difference" in run("diff", tmp_path / "out")


def test_a_difference_is_told_by_field_and_long_texts_by_their_lines(data: Path, site: Path) -> None:
    run("push", site, "--yes")
    change(site, "modules/a", text=LONG.replace("Tuesday", "Wednesday"))
    write(site, "rules/new", {"title": "New", "logic": True})
    (site / "modules/b.json").unlink()
    told = run("diff", site, code=1)
    assert "+ rules/new" in told and "- modules/b" in told and "~ modules/a" in told
    assert "-<p>They are at your door on Tuesday" in told and "+<p>They are at your door on Wednesday" in told
    assert "roasted on Monday.</p>" in told and "1 added, 1 changed, 1 removed." in told
    (found,) = [one for one in json.loads(run("diff", site, "--json", code=1))["differences"] if one["key"] == "a"]
    (place,) = found["places"]
    assert (found["change"], place["pointer"], place["before"]) == ("changed", "/locales/en/text", LONG)


def test_what_is_served_changes_by_publishing_alone(data: Path, site: Path) -> None:
    run("push", site, "--yes")
    run("publish")
    change(site, "modules/a", heading="later")
    assert "push to drafts" in run("push", site, "--to", "published", "--yes", code=2)
    assert "~ modules/a" in run("diff", site, "--against", "published", code=1)
    (site / "modules/a.json").unlink()
    run("pull", site, "--from", "published", "--yes")
    assert b'"A"' in read_folder(site)["modules", "a"]


def test_nobody_to_ask_means_nothing_is_done(data: Path, site: Path) -> None:
    assert "say --yes" in run("push", site, code=1)
    assert drafts() == {}


def test_a_push_that_would_break_the_drafts_does_nothing_of_it(data: Path, site: Path) -> None:
    write(site, "modules/bad", {"type": "none", "locales": {"en": {}}})
    done = CliRunner().invoke(cli, ["push", str(site), "--yes"])
    assert done.exit_code == 1 and "no module type 'none'" in str(done.exception)
    assert drafts() == {}


def test_a_conflict_is_told_with_both_sides_and_writes_nothing(data: Path, site: Path, tmp_path: Path) -> None:
    run("push", site, "--yes")
    other = tmp_path / "other"
    run("export", other)
    change(other, "modules/a", heading="theirs")
    change(other, "modules/b", heading="theirs, too")
    run("push", other, "--yes")
    change(site, "modules/a", heading="ours")
    before = drafts()
    told = run("push", site, "--yes", code=1)
    assert "/locales/en/heading" in told and '"ours"' in told and '"theirs"' in told
    assert drafts() == before
    run("push", site, "--yes", "--ours")
    run("pull", site, "--yes")
    assert read_folder(site) == drafts()
    assert json.loads(drafts()["modules", "a"])["locales"]["en"]["heading"] == "ours"
    assert json.loads(drafts()["modules", "b"])["locales"]["en"]["heading"] == "theirs, too"


def test_what_is_used_or_served_goes_only_with_a_reason(data: Path, site: Path) -> None:
    run("push", site, "--yes")
    (site / "rules/buyers.json").unlink()
    assert "left alone: rules/buyers" in run("push", site, "--yes")
    refused = CliRunner().invoke(cli, ["push", str(site), "--yes", "--delete"])
    assert refused.exit_code == 1 and "buyers" in str(refused.exception)
    (site / "modules/a.json").unlink()
    run("push", site, "--yes", "--delete")
    assert ("rules", "buyers") not in drafts()
    run("publish")
    (site / "modules/b.json").unlink()
    refused = CliRunner().invoke(cli, ["push", str(site), "--yes", "--delete"])
    assert refused.exit_code == 1 and "published" in str(refused.exception)
    run("push", site, "--yes", "--delete", "--override", "it was a mistake")
    assert ("modules", "b") not in drafts()


def test_an_import_is_repeated_without_losing_what_people_edited(data: Path, tmp_path: Path) -> None:
    site, report = tmp_path / "site", tmp_path / "report.json"
    source = tmp_path / "notes"
    source.mkdir()
    (source / "a.md").write_text("---\ntitle: A\n---\nFirst words.\n")
    run("import-from", "markdown", source, "--into", site, "--report", report)
    change(site, "modules/a", title="Edited here")
    (source / "a.md").write_text("---\ntitle: A\nslug: other\n---\nOther words.\n")
    run("import-from", "markdown", source, "--into", site)
    assert json.loads((site / "modules/a.json").read_bytes())["locales"]["en"] == {
        "title": "Edited here",
        "body": "<p>Other words.</p>",
    }
    (source / "a.md").write_text("---\ntitle: Edited there\n---\nOther words.\n")
    assert "nothing was written" in run("import-from", "markdown", source, "--into", site, code=1)
    assert json.loads(report.read_bytes())["taken"] == {"locales": 1, "modules": 1, "types": 1}


def test_an_import_into_the_drafts_replaces_nothing(data: Path, tmp_path: Path) -> None:
    run("import-from", "strapi", SAMPLES["strapi"], "--drafts")
    run("import-from", "strapi", SAMPLES["strapi"], "--drafts")
    write(tmp_path / "in", "modules/tea", {"type": "article", "locales": {"en": {"title": "Mine"}}})
    run("import", tmp_path / "in")
    assert "modules/tea" in run("import-from", "strapi", SAMPLES["strapi"], "--drafts", code=1)


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("modules/c.json", '{"type": "hero", "locales": {"en": {"heading": "C"}}}', 0, "may be published"),
        ("modules/c.json", '{"type": "hero", "locales": {"en": {"heading": 3}}}', 1, "/modules/c/locales/en/heading"),
        ("modules/c.json", '{"type": ', 2, "not JSON"),
        ("module/c.json", "{}", 2, "did you mean 'modules'"),
    ],
)
def test_files_are_checked_without_a_database(
    site: Path, name: str, content: str, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTARSIA_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text(content)
    assert words in run("check-content", site, code=code)
    if code < 2:
        assert json.loads(run("check-content", site, "--json", code=code))["ok"] is (code == 0)
