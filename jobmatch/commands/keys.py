"""flask keys: a new key for what is sealed, and keys that are kept apart."""

import os
from pathlib import Path

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from jobmatch.disputes import sealing
from jobmatch.infra import audit, crypto, sealed_keys
from jobmatch.infra.db import transaction
from jobmatch.infra.sealed_columns import SEALED, old_seals, rotate
from jobmatch.kernel.actor import SYSTEM


@click.group("keys")
def command() -> None:
    """The keys of sealed numbers. A new one: DATA_KEYS=new:...,old:... and then `rotate`."""


@command.command("status")
@with_appcontext
def status() -> None:
    """Which key seals, and how many values still need an old one."""
    ring = crypto.ring()
    click.echo(f"sealing key: {ring.first_id}; known: {', '.join(ring.keys)}")
    for name, count in old_seals().items():
        click.echo(f"{name:<30} {count:,} sealed by another key")
    click.echo(f"{'files of disputes':<30} {sealing.old_files():,} plain or sealed by another key")


@command.command("rotate")
@with_appcontext
def rotate_() -> None:
    """Seal everything with the first key. Stopped, it goes on where it was."""
    total = 0
    with tqdm(
        total=sum(old_seals().values()) + sealing.old_files(), desc="sealing anew", leave=False
    ) as bar:
        for sealed in SEALED:
            while count := rotate(sealed):
                total += count
                bar.update(count)
        last = -1
        while last:
            count, last = sealing.rotate(max(last, 0))
            total += count
            bar.update(count)
    if total:
        with transaction() as session:
            audit.record(
                session, SYSTEM, "keys.rotate", "key", crypto.ring().first_id, count=total
            )  # fmt: skip
    click.echo(f"sealed {total:,} values anew; keys after the first one are no longer needed here")
    click.echo("Backups made before still need them: keep the old keys as long as those backups.")


@command.command("open")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--passphrase", envvar="JOBMATCH_PASSPHRASE", prompt=True, hide_input=True)
def open_(file: Path, to: Path, passphrase: str) -> None:
    """Open a file of `flask backup --keys` into a new file TO, as lines for an environment."""
    try:
        keys = sealed_keys.read(file, passphrase)
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except sealed_keys.WrongPhrase:
        raise click.ClickException("the passphrase does not open this file") from None
    except OSError as error:
        raise click.ClickException(str(error)) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
        lines.writelines(f"{name}={value}\n" for name, value in keys.items())
    click.echo(f"written to {to}, readable by you alone; remove it once the keys are set")
