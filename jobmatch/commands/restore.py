"""flask restore: a backup back in, and whether all of it holds."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import with_appcontext

from jobmatch.disputes import sealing
from jobmatch.earnings.checks import check_ledger
from jobmatch.infra import audit_chain, backup, crypto, sealed_columns
from jobmatch.infra.backup import BackupError, Manifest
from jobmatch.infra.health import newest_migration


@click.command("restore")
@click.argument("src", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--force", is_flag=True, help="Also over a database that holds rows: they are lost.")
@click.option("--check", "only_check", is_flag=True, help="Only look whether the backup is whole.")
@with_appcontext
def command(src: Path, force: bool, only_check: bool) -> None:
    """Put the backup in SRC in the place of the database; stop the application first.

    Afterwards the migration, the rows, the keys, the ledger and the log are checked; status 1 when
    any of it does not hold.
    """
    try:
        found = backup.read_manifest(src)
        backup.require_fitting(found)
        if only_check:
            click.echo(f"{src} is whole: {sum(found.rows.values()):,} rows, {found.made_at}")
            return
        held = backup.held_rows()
        if held and not force:
            raise BackupError(
                f"the database here holds {held:,} rows: restore into an empty one, or give --force"
            )
        backup.bring_back(src, found)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"restored what was backed up at {found.made_at}")
    # Every one of them is told, also after one that does not hold.
    outcomes = [_told(name, check, found) for name, check in CHECKS.items()]
    if not all(outcomes):
        raise click.exceptions.Exit(1)


def _told(name: str, check: Callable[[Manifest], str], found: Manifest) -> bool:
    """Say what came of a check; whether it holds. One that cannot be made does not hold."""
    try:
        fault = check(found)
    except Exception as error:
        fault = f"could not be checked: {type(error).__name__}"
    click.echo(f"{name:<10} {fault or 'ok'}")
    return not fault


def _migration(found: Manifest) -> str:
    head = newest_migration()
    if found.revision == head:
        return ""
    return f"at {found.revision or 'none'}, this programme needs {head}: run flask db upgrade"


def _rows(found: Manifest) -> str:
    there = backup.counts_here()
    other = sorted(n for n in {*there, *found.rows} if there.get(n) != found.rows.get(n))
    return f"other than in the backup: {', '.join(other)}" if other else ""


def _keys(_found: Manifest) -> str:
    try:
        sealed_columns.try_some()
    except crypto.CannotOpen:
        return "an ID number does not open"
    try:
        sealing.try_some()
    except (crypto.CannotOpen, FileNotFoundError):
        return "a file of a dispute does not open"
    return ""


def _ledger(_found: Manifest) -> str:
    faults = check_ledger()
    return f"{len(faults)} faults, see flask ledger check" if faults else ""


def _log(found: Manifest) -> str:
    checked = audit_chain.check()
    if checked.faults:
        return f"{len(checked.faults)} faults, see flask audit check"
    return "" if audit_chain.head_holds(found.head) else "the head noted in the backup is missing"


CHECKS: dict[str, Callable[[Manifest], str]] = {
    "migration": _migration, "rows": _rows, "keys": _keys, "ledger": _ledger, "log": _log,
}  # fmt: skip
