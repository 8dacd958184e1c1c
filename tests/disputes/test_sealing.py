"""Evidence lies sealed; a new key seals it anew, and so are files from before."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from jobmatch.disputes import evidence, sealing
from jobmatch.disputes.models import DisputeFile
from jobmatch.disputes.rules.states import Side
from jobmatch.infra import uploads
from jobmatch.infra.crypto import CannotOpen
from jobmatch.infra.db import reading, transaction
from tests.disputes.support import complained
from tests.disputes.test_service import png
from tests.earnings.support import Pay


def held(case: int) -> DisputeFile:
    found = select(DisputeFile).where(DisputeFile.case_id == case)
    return reading().scalars(found.execution_options(populate_existing=True)).one()


def added(field: Pay) -> tuple[int, int]:
    case = complained(field)
    return case, evidence.add(case, "考勤本.png", png(), side=Side.WORKER, actor=field.worker)


def content(field: Pay, case: int, key: int) -> bytes:
    return evidence.fetch(case, key, side=Side.EMPLOYER, actor=field.employer)[2]


@pytest.fixture
def new_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> object:
    """A call that puts a new key before the old one."""
    ring = app.extensions["jobmatch.keys"]

    def put(keep_old: bool = True) -> None:
        keys = {"new": b"n" * 32} | (ring.keys if keep_old else {})
        monkeypatch.setitem(app.extensions, "jobmatch.keys", type(ring)(keys, ring.index_key))

    return put


def test_a_file_lies_sealed_and_opens_for_both_sides(field: Pay) -> None:
    case, key = added(field)
    lying = uploads.fetch("disputes", held(case).kept_as)
    assert png()[:8] not in lying
    assert held(case).kept_as.endswith(".sealed")
    assert content(field, case, key) == png()


def test_a_file_put_in_anothers_place_does_not_open(field: Pay) -> None:
    case, key = added(field)
    with transaction() as session:
        session.execute(update(DisputeFile).values(sha256="0" * 64))
    with pytest.raises(CannotOpen):
        content(field, case, key)


def test_a_new_key_seals_it_anew_and_the_old_file_is_gone(field: Pay, new_key) -> None:  # type: ignore[no-untyped-def]
    case, key = added(field)
    before = held(case).kept_as
    assert sealing.old_files() == 0
    new_key()
    assert sealing.old_files() == 1
    assert sealing.rotate() == (1, key)
    assert sealing.rotate(key) == (0, 0)
    with pytest.raises(FileNotFoundError):
        uploads.fetch("disputes", before)
    new_key(keep_old=False)
    assert (sealing.old_files(), sealing.try_some()) == (0, 1)
    assert content(field, case, key) == png()


def test_a_plain_file_from_before_is_shown_and_sealed_by_the_next_round(field: Pay) -> None:
    case, key = added(field)
    plain = uploads.keep(png(), "disputes", "png")
    with transaction() as session:
        session.execute(update(DisputeFile).values(kept_as=plain, sealed_by=""))
    assert content(field, case, key) == png()
    assert sealing.rotate()[0] == 1
    assert png()[:8] not in uploads.fetch("disputes", held(case).kept_as)
    assert content(field, case, key) == png()


def test_a_file_that_is_gone_from_the_disk_is_passed_over(field: Pay, new_key) -> None:  # type: ignore[no-untyped-def]
    case, key = added(field)
    uploads.drop("disputes", held(case).kept_as)
    new_key()
    assert sealing.rotate() == (0, key)
    assert held(case).sealed_by != "new"
