"""States, legal limits, representatives and files of disputes: pure rules."""

import struct
from datetime import date

import pytest

from jobmatch.disputes.rules.clock import (
    Deadline,
    Known,
    Limit,
    Limits,
    deadlines,
    said,
    threshold,
)
from jobmatch.disputes.rules.files import MOST_BYTES, Refused, checked, plain_name
from jobmatch.disputes.rules.groups import TooFew, elected, require_enough
from jobmatch.disputes.rules.states import CaseClosed, Deed, Side, State, after, deeds

# --- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "deed", "side", "then"),
    [
        (State.OPEN, Deed.ANSWER, Side.EMPLOYER, State.ANSWERED),
        (State.OPEN, Deed.OFFER, Side.EMPLOYER, State.ANSWERED),
        (State.OPEN, Deed.OFFER, Side.WORKER, State.OPEN),
        (State.MEDIATION, Deed.ANSWER, Side.EMPLOYER, State.MEDIATION),
        (State.ANSWERED, Deed.MEDIATE, Side.OFFICER, State.MEDIATION),
        (State.MEDIATION, Deed.ACCEPT, Side.EMPLOYER, State.AGREED),
        (State.MEDIATION, Deed.INSPECTION, Side.DESK, State.INSPECTION),
        (State.INSPECTION, Deed.ARBITRATION, Side.WORKER, State.ARBITRATION),
        (State.ARBITRATION, Deed.CLOSE, Side.OFFICER, State.CLOSED),
        (State.OPEN, Deed.WITHDRAW, Side.WORKER, State.WITHDRAWN),
    ],
)
def test_a_deed_moves_the_dispute(state: State, deed: Deed, side: Side, then: State) -> None:
    assert after(state, deed, side) is then


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        (State.AGREED, Deed.SAY),
        (State.WITHDRAWN, Deed.OFFER),
        (State.ARBITRATION, Deed.ACCEPT),
        (State.MEDIATION, Deed.MEDIATE),
        (State.OPEN, Deed.CLOSE),
        (State.ARBITRATION, Deed.INSPECTION),
    ],
)
def test_what_is_over_or_elsewhere_does_not_move(state: State, deed: Deed) -> None:
    with pytest.raises(CaseClosed):
        after(state, deed, Side.WORKER)


def test_each_side_has_its_deeds_and_nobody_accepts_the_own_offer() -> None:
    assert deeds(State.OPEN, Side.EMPLOYER) == (Deed.ANSWER, Deed.OFFER, Deed.FILE)
    assert Deed.ACCEPT in deeds(State.ANSWERED, Side.WORKER, offered_by=Side.EMPLOYER)
    assert Deed.ACCEPT not in deeds(State.ANSWERED, Side.DESK, offered_by=Side.WORKER)
    assert Deed.ACCEPT in deeds(State.ANSWERED, Side.EMPLOYER, offered_by=Side.DESK)
    assert deeds(State.OPEN, Side.OFFICER) == (Deed.SAY, Deed.MEDIATE, Deed.FILE)
    assert deeds(State.CLOSED, Side.WORKER) == ()


# --- limits --------------------------------------------------------------------------------------

LIMITS = Limits()
TODAY = date(2026, 9, 28)


def test_while_they_talk_both_ways_are_open_and_counted() -> None:
    known = Known(date(2026, 9, 27), State.OPEN, claimed_on=date(2026, 9, 28))
    first, second = deadlines(known, TODAY, LIMITS)
    assert first == Deadline(Limit.ARBITRATION, date(2027, 9, 27), 364, date(2027, 9, 28))
    assert second == Deadline(Limit.INSPECTION, date(2028, 9, 27), 730)


def test_a_claim_on_the_day_itself_counts_nothing_anew() -> None:
    known = Known(date(2026, 9, 27), State.OPEN, claimed_on=date(2026, 9, 27))
    assert deadlines(known, TODAY, LIMITS)[0].anew is None


def test_the_inspection_has_sixty_working_days_and_the_year_runs_on() -> None:
    known = Known(date(2026, 9, 1), State.INSPECTION, referred_on=date(2026, 9, 28))
    # 60 working days after a Monday are 12 weeks; two holidays on weekdays make it two days more.
    holidays = {date(2026, 10, 1), date(2026, 10, 2)}
    handling, year = deadlines(known, TODAY, LIMITS, holidays)
    assert handling == Deadline(Limit.HANDLING, date(2026, 12, 23), 60)
    assert (year.limit, year.days_left) == (Limit.ARBITRATION, 338)
    late = deadlines(known, date(2026, 12, 25), LIMITS, holidays)[0]
    assert (late.limit, late.days_left) == (Limit.HANDLING, -2)


def test_without_a_day_of_acceptance_only_the_year_counts() -> None:
    known = Known(date(2026, 9, 1), State.INSPECTION)
    assert [one.limit for one in deadlines(known, TODAY, LIMITS)] == [Limit.ARBITRATION]


def test_at_the_arbitration_and_after_the_end_no_limit_is_left() -> None:
    assert deadlines(Known(date(2026, 9, 1), State.ARBITRATION), TODAY, LIMITS) == ()
    assert deadlines(Known(date(2026, 9, 1), State.AGREED), TODAY, LIMITS) == ()


@pytest.mark.parametrize(
    ("limit", "left", "words"),
    [
        (Limit.ARBITRATION, 3, "申请劳动仲裁还有 3 天，到 2026年9月28日 止。"),
        (Limit.ARBITRATION, -3, "申请劳动仲裁的一年已经过去 3 天（到 2026年9月28日 止）。"),
        (Limit.INSPECTION, 3, "向劳动监察投诉还有 3 天，到 2026年9月28日 止。"),
        (Limit.INSPECTION, -3, "向劳动监察投诉的两年已经过去 3 天（到 2026年9月28日 止）。"),
        (Limit.HANDLING, 3, "劳动监察还有 3 个工作日办完，到 2026年9月28日 止。"),
        (Limit.HANDLING, -3, "劳动监察应在 2026年9月28日 前办完，已经超过 3 个工作日。"),
    ],
)
def test_a_limit_in_words(limit: Limit, left: int, words: str) -> None:
    assert str(said(Deadline(limit, TODAY, left))) == words


@pytest.mark.parametrize(
    ("left", "due"), [(91, None), (90, 90), (31, 90), (30, 30), (7, 7), (0, 7), (-1, -1)]
)
def test_a_reminder_is_due_at_each_threshold(left: int, due: int | None) -> None:
    assert threshold(Deadline(Limit.ARBITRATION, TODAY, left), (90, 30, 7)) == due


# --- groups --------------------------------------------------------------------------------------


def test_ten_may_name_a_representative_nine_may_not() -> None:
    require_enough(10, 10)
    with pytest.raises(TooFew, match="每个人都可以各自提"):
        require_enough(9, 10)


def test_the_representative_has_more_than_half_of_all_members() -> None:
    members = list(range(1, 11))
    five = dict.fromkeys((1, 2, 3, 4, 5), 3)
    assert elected(members, five, 10) is None
    assert elected(members, five | {6: 3}, 10) == 3
    assert elected(members, dict.fromkeys(range(11, 30), 3), 10) is None
    assert elected(members, dict.fromkeys(members, 99), 10) is None
    assert elected(members[:9], dict.fromkeys(members, 3), 10) is None


# --- files ---------------------------------------------------------------------------------------


def png(width: int = 10, height: int = 10) -> bytes:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)
    return head + b"\x08\x02\x00\x00\x00\x00\x00\x00\x00" + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def jpeg(width: int = 10, height: int = 10) -> bytes:
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return start + frame + b"\xff\xd9"


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"


@pytest.mark.parametrize(("content", "kind"), [(png(), "png"), (jpeg(), "jpg"), (PDF, "pdf")])
def test_photos_and_pdf_files_come_in(content: bytes, kind: str) -> None:
    assert checked(content).kind == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (png() + b"\x00" * MOST_BYTES, "large"),
        (b"<svg onload=alert(1)>", "kind"),
        (b"GIF89a" + b"\x00" * 50, "kind"),
        (png()[:30], "broken"),
        (png(0, 10), "broken"),
        (png(10_000, 10_000), "pixels"),
        (jpeg()[:24], "broken"),
        (b"\xff\xd8\xff\xe0\x00\x10" + b"\x00" * 40, "broken"),
        (jpeg(60_000, 60_000), "pixels"),
        (PDF.replace(b"%%EOF", b""), "broken"),
        (PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"), "active"),
    ],
)
def test_what_is_not_what_it_says_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        checked(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("照片 1.JPG", "照片 1.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\photos\\a<b>.exe", "ab.png"),
        ("...", "file.png"),
        ("x" * 200, "x" * 76 + ".png"),
    ],
)
def test_a_file_keeps_a_plain_name_with_its_true_ending(typed: str, name: str) -> None:
    assert plain_name(typed, "png") == name
