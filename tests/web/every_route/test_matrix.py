"""Who may open what: every address, method and role, with objects of one's own, of next door and of
another banner, against the table in matrix/*.csv; and what each of these answers must not hold.

WRITE_MATRIX=new writes the rows of new addresses into the table, WRITE_MATRIX=1 all that is found: to be
read and judged row by row before it is kept.
EVERY_CELL=1 also asks for objects of others where the guard refuses the role anyway (a minute more).
"""

import os
from collections.abc import Iterator

import pytest

from jobmatch.web import reads
from jobmatch.web.guard import Policy
from jobmatch.web.proving import GRAVE
from tests.web.every_route import leaks, matrix
from tests.web.every_route.matrix import COLUMNS, IN, Table, asks
from tests.web.every_route.place import Place
from tests.web.every_route.round import Cast, Round, cast_of, walk
from tests.web.every_route.snapshot import people_of

pytestmark = [
    pytest.mark.timeout(900), pytest.mark.slow, pytest.mark.xdist_group("matrix"),
]  # fmt: skip
TABLE = matrix.read()
# What a cell may say at all: nothing ends in a server's error.
ANSWERS = {IN, "200", "303", "403", "404", "422"}
# Objects that everybody may open who may open the page, whoever's they are.
OPEN = {
    "public.brand": "approved brands present themselves to all",
    "public.brand_ask": "any worker may ask any brand to join",
    "public.brand_invite": "whoever has the link may look",
    "public.brand_invite_join": "and join",
    "public.posting": "open work is for all to read",
    "public.posting_qr": "so is its code",
    "worker.posting": "open work is for every worker",
    "worker.sign_up": "and every worker may ask for it",
    "worker.brand_ask": "any worker may ask any brand to join",
    "worker.training_enrol": "courses are open to all who have the skill's need",
    "brand.fitting": "a brand looks who of its own fits any open work",
    "station.sign_up:posting_id": "its visitors may ask for any open work",
    "station.enrol:session_id": "and for any course",
}
# An own object that is not found, and why. Anything else that all are refused was filled in wrongly.
NOT_THERE = {
    "admin.user_second": "that person has no authenticator",
    "employer.bank_preview": "no file was sent in",
    "employer.bank_save": "no file was sent in",
    "officer.household_errors": "no file was sent in",
    "officer.household_import_save": "no file was sent in",
    "officer.household_preview": "no file was sent in",
    "public.metrics_page": "asks for a token that no role has",
    "public.second": "nobody stands between two proofs",
    "public.second_check": "nobody stands between two proofs",
    "public.sign_out": "leads to where one signs in",
    "station.dispute_vote": "the visitor has no case of a group",
    "station.held_undo": "the visitor asked for nothing that could be undone",
    "worker.held_undo": "nothing was asked for that could be undone",
}


@pytest.fixture(scope="module")
def cast(place: Place) -> Cast:
    return cast_of(place)


@pytest.fixture(scope="module")
def done(place: Place, cast: Cast) -> Round:
    wish = os.environ.get("WRITE_MATRIX")
    every = {rule.endpoint for rule in place.app.url_map.iter_rules()}
    known = {key[1] for key in TABLE}
    found = walk(place, cast, frozenset(every - known if wish == "new" else every))
    if wish:
        order = [ask.key for ask in asks(place.app, place.own, place.foreign)]
        matrix.write(TABLE | found.found, order)
    return found


def test_every_answer_is_the_one_in_the_table(done: Round) -> None:
    assert "\n".join(matrix.differences(TABLE, done.found)) == ""
    assert done.sent > 2_000


def test_no_answer_holds_what_its_reader_must_not_see(done: Round) -> None:
    assert "\n".join(done.faults) == ""


def test_what_must_not_be_seen_elsewhere_is_seen_at_home(done: Round, place: Place) -> None:
    """The search for names of others finds one's own: it would find theirs."""
    assert {name for name in people_of(place.own) if name not in done.seen} == set()


def test_whole_phone_numbers_stand_where_somebody_must_call_and_nowhere_else(done: Round) -> None:
    assert sorted(done.calls) == sorted(leaks.CALLS)


def test_whoever_reads_about_people_at_work_stands_in_the_log(done: Round) -> None:
    """Pages with numbers, parts of numbers or kinds of households leave a line, but for those that
    show one's own contact, or what one has just typed oneself.
    """
    assert " ".join(sorted(done.unread)) == " ".join(sorted(leaks.NOT_OF_PEOPLE))


def test_a_whole_id_number_is_shown_by_the_reveal_and_the_lawful_ledger_alone(done: Round) -> None:
    """Both write down who had it, and ask for a fresh proof."""
    officers = {("officer.member_reveal", column) for column in ("village", "township", "county")}
    assert done.revealed == officers | {("employer.wage_book_file", "employer")}
    assert {endpoint for endpoint, _column in done.revealed} <= GRAVE


def test_the_log_holds_no_number_of_anybody(done: Round) -> None:
    assert done.log.count("\n") > 100
    assert leaks.id_numbers(done.log) | leaks.phones(done.log) == set()


# --- the table itself ---------------------------------------------------------------------------


def rows(kind: str) -> Iterator[tuple[tuple[str, str, str], dict[str, str]]]:
    for key, row in TABLE.items():
        is_foreign = key[2] not in ("-", "own", "next")
        if key[2] == kind or (kind == "foreign" and is_foreign):
            yield key, row


def test_the_table_knows_no_other_answers() -> None:
    assert {cell for row in TABLE.values() for cell in row.values()} <= ANSWERS


def test_what_is_somebody_elses_is_not_found() -> None:
    """Below an own object that opens stands 404 for the same role with an object of others."""
    found = set()
    for kind in ("next", "foreign"):
        for key, row in rows(kind):
            at_home = TABLE[*key[:2], "own"]
            for column in set(COLUMNS) - {"nobody", "admin"}:
                if row[column] == at_home[column] in ("403", IN):
                    continue
                if row[column] not in ("404", "403"):
                    found.add(key[1] if key[1] in OPEN else f"{key[1]}:{key[2]}")
    assert sorted(found) == sorted(OPEN)


def test_an_own_object_opens_for_somebody() -> None:
    shut = {
        key[1] for key, row in (*rows("own"), *rows("-")) if set(row.values()) <= {"403", "404", IN}
    }
    assert sorted(shut) == sorted(NOT_THERE)


# --- controls -----------------------------------------------------------------------------------

SOME = frozenset({"officer.household", "employer.pay_run_issue", "admin.users", "station.find"})


def test_without_the_guard_the_table_is_not_met(
    place: Place, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {key: row for key, row in TABLE.items() if key[1] in SOME}
    assert matrix.differences(table, walk(place, cast, SOME).found) == []
    monkeypatch.setattr(Policy, "admits", lambda policy, actor: True)
    found = matrix.differences(table, walk(place, cast, SOME).found)
    assert {fault.split("'")[3] for fault in found} == SOME


def test_an_address_that_nobody_wrote_down_is_noticed(place: Place) -> None:
    rules = place.app.url_map
    assert {key[1] for key in TABLE} == {rule.endpoint for rule in rules.iter_rules()}
    more: Table = TABLE | {("GET", "public.new", "-"): dict.fromkeys(COLUMNS, "200")}
    assert matrix.differences(TABLE, more) == ["('GET', 'public.new', '-'): not in the table"]
    assert matrix.differences(more, TABLE) == [
        "('GET', 'public.new', '-'): in the table, but no such address"
    ]


def test_a_page_that_leaves_no_line_is_noticed(
    place: Place, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = frozenset({"station.worker"})
    assert walk(place, cast, page).unread == set()
    monkeypatch.setattr(reads, "note_read", lambda: None)
    assert walk(place, cast, page).unread == page


def test_a_page_that_shows_too_much_is_noticed(
    place: Place, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, phone = sorted(place.numbers)[0], next(iter(place.phones))
    name = sorted(place.hidden)[0]
    shown = f"<p style='color: red'>{number} {phone} {name} 脱贫户</p>"
    monkeypatch.setitem(place.app.view_functions, "employer.home", lambda: shown)
    found = walk(place, cast, frozenset({"employer.home"}))
    assert ("employer.home", "employer") in found.revealed
    assert "employer.home" in found.calls
    said = " ".join(found.faults)
    for part in (f"speaks of {name}", "脱贫", "in the page:  style="):
        assert part in said


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("号码 15052519720504002X", set()),  # the check digit is wrong
        ("a150525197205040011b", set()),
        ("2026-11-22T13812345678", set()),
    ],
)
def test_what_looks_like_a_number_and_is_none(words: str, numbers: set[str]) -> None:
    assert leaks.id_numbers(words) | leaks.phones(words) == numbers
