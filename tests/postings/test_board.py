"""The open board: what is on it, what a filter leaves, in which order."""

from datetime import date

import pytest
from sqlalchemy import event, insert, update

from jobmatch.infra.db import db, transaction
from jobmatch.postings import queries
from jobmatch.postings.models import PostingDay, PostingSkill
from jobmatch.postings.queries import BoardFilter

TODAY = date(2026, 9, 1)


@pytest.fixture
def naiman(world):
    return world.employer("青龙山合作社")[0]


@pytest.fixture
def aohan(world):
    return world.employer("新惠合作社", place="150430100")[0]


def found(**wanted):
    return [row.posting.id for row in queries.board(BoardFilter(**wanted), today=TODAY).rows]


def fill(posting_id, day=None):
    with transaction() as session:
        rows = update(PostingDay).where(PostingDay.posting_id == posting_id)
        if day:
            rows = rows.where(PostingDay.work_date == day)
        session.execute(rows.values(taken=PostingDay.headcount))


def test_only_open_postings_that_are_not_over_are_on_it(world, naiman):
    shown = world.posting(naiman)
    for state in ("draft", "closed", "cancelled"):
        world.posting(naiman, state=state)
    world.posting(naiman, first=date(2026, 8, 1), last=date(2026, 8, 31))
    last_day = world.posting(naiman, first=date(2026, 8, 30), last=TODAY)
    assert found() == [last_day, shown]


def test_the_soonest_day_with_a_place_comes_first(world, naiman):
    late = world.posting(naiman, first=date(2026, 9, 25), last=date(2026, 9, 27))
    soon = world.posting(naiman, first=date(2026, 9, 5), last=date(2026, 9, 30))
    assert found() == [soon, late]
    for n in range(5, 28):
        fill(soon, date(2026, 9, n))
    assert found() == [late, soon]
    assert queries.board(BoardFilter(), today=TODAY).rows[1].fill.next_day == date(2026, 9, 28)


def test_full_postings_are_shown_on_wish_and_last(world, naiman):
    full = world.posting(naiman, first=date(2026, 9, 5), last=date(2026, 9, 6))
    free = world.posting(naiman)
    fill(full)
    assert found() == [free]
    assert found(full=True) == [free, full]


def test_a_place_stands_for_all_below_it(world, naiman, aohan):
    here, there = world.posting(naiman), world.posting(aohan)
    assert found(place="150525") == [here]
    assert found(place="1504") == [there]
    assert set(found(place="15")) == {here, there}


def test_within_km_of_a_place_borders_do_not_count(world, naiman, aohan):
    here, there = world.posting(naiman), world.posting(aohan)
    # Qinglongshan (120.7, 42.4) to Xinhui (119.9, 42.29): 1.3 x 66.9 km = 87 km
    assert found(place="150525102", km=50) == [here]
    assert found(place="150525102", km=86) == [here]
    assert found(place="150525102", km=88) == [here, there]
    rows = queries.board(BoardFilter(place="150525102", km=100), today=TODAY).rows
    assert [round(row.km) for row in rows] == [5, 87]


def test_near_a_point_the_nearest_comes_first(world, naiman, aohan):
    here, there = world.posting(naiman), world.posting(aohan)
    assert found(point=(119.9, 42.3), km=300) == [there, here]
    assert found(point=(120.7, 42.4), km=300) == [here, there]
    assert found(point=(119.9, 42.3), km=300, order="soon") == [there, here]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("分拣", True),
        ("坐着挑", True),
        ("挑地瓜", True),  # an alias of the skill
        ("青龙山", True),  # the employer's name
        ("sweet", True),
        ("剪羊毛", False),
        ("100%", False),
        ("  ", True),
    ],
)
def test_words_are_sought_in_work_names_and_aliases(world, naiman, words, hits):
    key = world.posting(naiman)
    assert found(words=words) == ([key] if hits else [])


def test_a_skill_that_also_does_is_found(world, naiman):
    key = world.posting(naiman)
    with transaction() as session:
        session.execute(insert(PostingSkill), [{"posting_id": key, "skill_id": "ag.swpotato.dig"}])
    assert found(skills=("ag.swpotato.dig",)) == [key]
    assert found(skills=("lv.sheep.shear",)) == []
    assert found(category="ag") == [key]
    assert found(category="lv") == []


def test_days_must_hold_a_free_place(world, naiman):
    key = world.posting(naiman, first=date(2026, 9, 25), last=date(2026, 9, 27))
    assert found(first=date(2026, 9, 26)) == [key]
    assert found(last=date(2026, 9, 24)) == []
    assert found(first=date(2026, 9, 28)) == []
    fill(key, date(2026, 9, 26))
    assert found(first=date(2026, 9, 26), last=date(2026, 9, 26)) == []
    assert found(first=date(2026, 9, 26), last=date(2026, 9, 27)) == [key]


def test_lodging_meals_and_transport_must_be_there(world, naiman):
    all_in = world.posting(naiman, lodging=True, meals=True, transport=True)
    plain = world.posting(naiman)
    assert found(lodging=True) == found(meals=True) == found(transport=True) == [all_in]
    assert set(found()) == {all_in, plain}


def test_pay_is_compared_by_the_day(world, naiman):
    day = world.posting(naiman, rate_fen=18_000)
    hour = world.posting(naiman, pay_kind="hour", rate_fen=2_500, day_minutes=480)
    piece = world.posting(
        naiman, pay_kind="piece", rate_fen=450, piece_lot=100, usual_day_pieces=5_000, piece_unit="斤"
    )  # fmt: skip
    vague = world.posting(naiman, pay_kind="piece", rate_fen=450, piece_unit="斤")
    assert found(order="pay") == [piece, hour, day, vague]
    assert found(least_fen=20_000) == [hour, piece]
    assert found(least_fen=22_501) == []


def test_the_fill_counts_from_today_on(world, naiman):
    key = world.posting(naiman, first=date(2026, 8, 30), last=date(2026, 9, 2), headcount=4)
    fill(key, date(2026, 9, 1))
    fill_ = queries.fills([key], TODAY)[key]
    assert (fill_.days, fill_.places, fill_.taken, fill_.most_left) == (2, 8, 4, 4)
    assert fill_.next_day == date(2026, 9, 2)


def test_the_figures_count_free_person_days(world, naiman, aohan):
    world.posting(naiman, headcount=3)
    full = world.posting(aohan)
    fill(full)
    assert queries.figures(TODAY) == queries.Figures(1, 9, 1)


def test_pages_of_fifty(world, naiman):
    keys = [world.posting(naiman) for _ in range(53)]
    first = queries.board(BoardFilter(), 1, today=TODAY)
    second = queries.board(BoardFilter(), 2, today=TODAY)
    assert (first.total, len(first.rows), len(second.rows)) == (53, 50, 3)
    assert [row.posting.id for row in [*first.rows, *second.rows]] == keys
    assert queries.board(BoardFilter(), 9, today=TODAY).rows == []


def test_a_page_costs_the_same_queries_however_long_the_board(world, naiman):
    def count() -> int:
        seen = []
        engine = db.engine
        db.session.remove()

        def note(*_):
            seen.append(1)

        event.listen(engine, "before_cursor_execute", note)
        try:
            queries.board(BoardFilter(words="分拣", place="150525"), today=TODAY)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    world.posting(naiman)
    few = count()
    for _ in range(40):
        world.posting(naiman)
    assert count() == few
    assert few < 12


def test_an_employers_postings_come_latest_first_and_by_state(world, naiman, aohan):
    early = world.posting(naiman, state="draft")
    late = world.posting(naiman, first=date(2026, 10, 1), last=date(2026, 10, 2))
    world.posting(aohan)
    assert [row.id for row in queries.of_employer(naiman)] == [late, early]
    assert [row.id for row in queries.of_employer(naiman, "draft")] == [early]
    assert [row.id for row in queries.open_on_board(TODAY)][-1] == late
