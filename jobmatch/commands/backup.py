"""flask backup: the database and what people sent, in a folder; keys apart."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from jobmatch.infra import audit_chain, sealed_keys
from jobmatch.infra.backup import BackupError, back_up


@click.command("backup")
@click.argument("dest", type=click.Path(path_type=Path))
@click.option(
    "--keys", "keys_file", type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the keys, sealed by a passphrase, to this file outside of DEST.",
)  # fmt: skip
@click.option(
    "--passphrase",
    envvar="JOBMATCH_PASSPHRASE",
    help="Of the keys' file; asked for when not given.",
)
@with_appcontext
def command(dest: Path, keys_file: Path | None, passphrase: str | None) -> None:
    """Write a backup into the folder DEST while the application goes on.

    The keys (SECRET_KEY, DATA_KEYS, INDEX_KEY) are never in DEST: who has the backup alone can read
    no ID number. Keep them apart, with --keys or from where they were set.
    """
    if keys_file is not None:
        if keys_file.resolve().is_relative_to(dest.resolve()):
            raise click.UsageError("keys do not lie with the backup: name a file elsewhere")
        phrase = passphrase or click.prompt(
            "Passphrase for the keys", hide_input=True, confirmation_prompt=True
        )
        keys = {name: str(current_app.config[name]) for name in sealed_keys.NAMES}
        try:
            sealed_keys.write(keys_file, keys, phrase)
        except (OSError, ValueError) as error:
            raise click.ClickException(f"the keys could not be kept: {error}") from None
        click.echo(f"keys sealed in {keys_file}: keep it and the passphrase away from {dest}")
    try:
        audit_chain.seal()
        made = back_up(dest, head=audit_chain.head())
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{dest}: {sum(made.rows.values()):,} rows of {len(made.rows)} tables at migration "
        f"{made.revision or 'none'}, log head {made.head}"
    )
    if keys_file is None:
        click.echo("The keys are not in it. Keep them apart: flask backup DEST --keys FILE")
