"""Evidence files are sealed where they lie, and sealed anew when the first key changes.

A file is written under a new name before its row is changed, and the old one dropped after: a
process that dies between leaves a file too many, never one too few.
"""

from sqlalchemy import ColumnElement, func, select, update

from jobmatch.disputes.models import DisputeFile
from jobmatch.infra import crypto, uploads
from jobmatch.infra.db import reading, transaction

FOLDER, ENDING = "disputes", "sealed"
BATCH = 20


def keep(case_id: int, sha256: str, content: bytes) -> str:
    """Write the bytes sealed with the first key; the name under which they lie."""
    sealed = crypto.ring().seal_bytes(content, place=_place(case_id, sha256))
    return uploads.keep(sealed, FOLDER, ENDING)


def content_of(file: DisputeFile) -> bytes:
    """The bytes as they were handed in. raises FileNotFoundError, CannotOpen"""
    held = uploads.fetch(FOLDER, file.kept_as)
    if not file.sealed_by:
        return held
    return crypto.ring().open_bytes(held, place=_place(file.case_id, file.sha256))


def old_files() -> int:
    """How many files are plain, or sealed by another key than the first."""
    found = select(func.count(DisputeFile.id)).where(_is_old())
    return reading().scalar(found) or 0


def rotate(after: int = 0, most: int = BATCH) -> tuple[int, int]:
    """Seal up to `most` files with the first key, those with greater keys than `after`.

    returns  how many were sealed, and the key of the last one looked at (0: there are no more)
    raises   CannotOpen. A file that is not there any more is passed over.
    """
    first, done = crypto.ring().first_id, 0
    with transaction() as session:
        rows = session.scalars(
            select(DisputeFile)
            .where(_is_old(), DisputeFile.id > after)
            .order_by(DisputeFile.id)
            .limit(most)
        ).all()
    for row in rows:
        try:
            kept = keep(row.case_id, row.sha256, content_of(row))
        except FileNotFoundError:
            continue
        with transaction() as session:
            changed = session.scalar(
                update(DisputeFile)
                .where(DisputeFile.id == row.id, DisputeFile.kept_as == row.kept_as)
                .values(kept_as=kept, sealed_by=first)
                .returning(DisputeFile.id)
            )
        # Somebody else was first: their file stands.
        uploads.drop(FOLDER, row.kept_as if changed else kept)
        done += bool(changed)
    return done, rows[-1].id if rows else 0


def try_some(most: int = 3) -> int:
    """Open the last files; returns how many. raises CannotOpen, FileNotFoundError"""
    rows = reading().scalars(select(DisputeFile).order_by(DisputeFile.id.desc()).limit(most)).all()
    for row in rows:
        content_of(row)
    return len(rows)


def _place(case_id: int, sha256: str) -> str:
    return f"dispute_file.content:{case_id}:{sha256}"


def _is_old() -> ColumnElement[bool]:
    return DisputeFile.sealed_by != crypto.ring().first_id
