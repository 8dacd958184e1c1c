"""Photos and PDF files of a dispute: checked before anything opens them, seen by both sides and the
officer alone, each download written down.
"""

import hashlib

from sqlalchemy import func, select

from jobmatch.dispatch.seats import insert_new
from jobmatch.disputes import policy, sealing, steps
from jobmatch.disputes.models import DisputeFile
from jobmatch.disputes.rules.files import MOST_FILES, Refused, checked, plain_name
from jobmatch.disputes.rules.states import Deed, Side, State, after
from jobmatch.infra import audit, clock, crypto, uploads
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text

MIMETYPES = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
_WORDS = {
    "empty": text("这个文件是空的。"),
    "large": text("文件太大，最多 5 兆。照片可以先在手机上缩小。"),
    "kind": text("只收照片（JPG、PNG）和 PDF。"),
    "broken": text("这个文件打不开，可能没有传完。"),
    "pixels": text("照片的尺寸太大。"),
    "active": text("这个 PDF 里有程序或附件，不能收。请打印成新的 PDF 再传。"),
}


@retried
def add(case_id: int, name: str, content: bytes, *, side: Side, actor: Actor) -> int:
    """Keep a file. The same bytes twice are one file.

    raises   NotFound, CaseClosed, Invalid (field file)
    """
    try:
        found = checked(content)
    except Refused as error:
        raise Invalid(_WORDS[error.code], field="file") from None
    digest = hashlib.sha256(content).hexdigest()
    kept = ""
    try:
        with transaction() as session:
            case = steps.held(session, case_id)
            people = steps.people_of(session, case_id)
            policy.require_deed(actor, case, people, side, Deed.FILE)
            after(State(case.state), Deed.FILE, side)
            n = session.scalar(
                select(func.count()).where(DisputeFile.case_id == case_id)
            )  # fmt: skip
            if (n or 0) >= MOST_FILES:
                raise Invalid(text("一件事最多收 {most} 个文件。", most=MOST_FILES), field="file")
            kept = sealing.keep(case_id, digest, content)
            shown = plain_name(name, found.kind)
            key = insert_new(
                session, DisputeFile, ("case_id", "sha256"), case_id=case_id, name=shown,
                kind=found.kind, size=len(content), sha256=digest, kept_as=kept, side=side.value,
                sealed_by=crypto.ring().first_id,
                added_by=actor.user_id, added_at=clock.now(),
            )  # fmt: skip
            if key is None:
                uploads.drop(sealing.FOLDER, kept)
                known = select(DisputeFile.id).where(
                    DisputeFile.case_id == case_id, DisputeFile.sha256 == digest
                )
                return session.scalars(known).one()
            steps.add(session, case, Deed.FILE, side, user_id=actor.user_id, words=shown)
            audit.record(session, actor, "case.file", "dispute_case", case_id, file=key)
            return key
    except BaseException:
        if kept:
            uploads.drop(sealing.FOLDER, kept)
        raise


@retried
def fetch(case_id: int, file_id: int, *, side: Side, actor: Actor) -> tuple[str, str, bytes]:
    """Name, kind of content and bytes, for whom it concerns; who fetched it is written down.

    raises   NotFound; CannotOpen for a file that was changed beside the programme
    """
    with transaction() as session:
        case = steps.held(session, case_id)
        policy.require(actor, case, steps.people_of(session, case_id), side)
        file = session.get(DisputeFile, file_id)
        if file is None or file.case_id != case_id:
            raise NotFound
        try:
            content = sealing.content_of(file)
        except FileNotFoundError:
            raise NotFound from None
        audit.record(session, actor, "case.file_read", "dispute_case", case_id, file=file_id)
        return file.name, MIMETYPES[file.kind], content
