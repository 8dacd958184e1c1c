"""flask skills: the catalogue of skills and what people wrote."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from jobmatch.seed import ready
from jobmatch.skills import phrases as tables
from jobmatch.skills import queries, rereading
from jobmatch.skills.rules import compiled, measure
from jobmatch.skills.rules.bulk import rank_many
from jobmatch.skills.rules.normalise import LEAST_CONFIDENCE, Recognised

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("skills")
def command() -> None:
    """Reading skills out of what people write."""


@command.command("reread")
@click.option("--all", "everything", is_flag=True, help="list unread words of all texts first")
@with_appcontext
def reread(everything: bool) -> None:
    """Read earlier texts again for new aliases; begins where it was stopped, proposes once.

    With --all the words of all texts that the reader cannot place are listed first, for the
    catalogue's keeper: also those of texts written before there was a list.
    """
    if everything:
        click.echo(f"listed {rereading.gather(click.echo)} new words")
    outcome = rereading.run(progress=click.echo)
    click.echo(f"read {outcome.pages} pages, proposed {outcome.found}, left {outcome.left}")


@command.command("prepare")
def prepare() -> None:
    """Compile what reading wants compiled, once after an update; a server does it at start."""
    compiled.prepare()
    click.echo("compiled")


@command.command("read")
@click.option("--in", "source", type=EXISTING, required=True, help="CSV: id, phrase")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def read(source: Path, out: Path) -> None:
    """Read phrases; one JSON line {"id", "ranked", "confidence", "abstain"} each."""
    with said_plainly():
        rows = tables.phrases(source)
    found = _ranked([row["phrase"] for row in rows])
    lines = (tables.line(row["id"], each) for row, each in zip(rows, found, strict=True))
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"read {len(rows)} phrases")


@command.command("evaluate")
@click.argument("labelled", type=EXISTING)
@click.option("--nomatch", type=EXISTING, help="CSV: id, phrase; phrases that name no skill")
@with_appcontext
def evaluate(labelled: Path, nomatch: Path | None) -> None:
    """How well labelled phrases (skill_ids, accept_ids) are read."""
    with said_plainly():
        wanted = tables.labelled(labelled)
        other = tables.phrases(nomatch) if nomatch else []
    if not wanted:
        raise click.ClickException(f"{labelled.name}: no phrases")
    given = tables.answers(_ranked([phrase.text for phrase in wanted]))
    for style in ("", *sorted({phrase.style for phrase in wanted} - {""})):
        pairs = [(p, a) for p, a in zip(wanted, given, strict=True) if style in ("", p.style)]
        f = measure.figures([p for p, _ in pairs], [a for _, a in pairs], LEAST_CONFIDENCE)
        click.echo(
            f"{style or 'all':16} n={f.count:<5} acc@1={f.accuracy:.3f} recall@3={f.recall:.3f}"
            f" accepted and right={f.accepted:.3f}"
        )
    if other:
        wrong = tables.answers(_ranked([row["phrase"] for row in other]))
        share = measure.wrongly_accepted(wrong, LEAST_CONFIDENCE)
        click.echo(f"without a skill  n={len(other):<5} wrongly accepted={share:.3f}")


@contextmanager
def said_plainly() -> Iterator[None]:
    """A bad table is one line, not a traceback."""
    try:
        yield
    except (tables.BadTable, ready.NoGround) as error:
        raise click.ClickException(str(error)) from error


def _ranked(texts: list[str]) -> list[list[Recognised]]:
    with said_plainly():
        ready.require_ground(click.echo)
    return rank_many(texts, queries.catalogue(), threads=os.cpu_count() or 1)
