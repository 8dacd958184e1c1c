"""Every address that takes posts: without its token, with a good form, sent twice, empty, mad, and
with keys of others. Nothing may end in a server error or write half of something.

EVERY_VALUE=1 tries every mad value in every field instead of some in each (ten minutes and more).
"""

import pytest

from tests.support import World
from tests.web.every_route.place import (
    WHOLE,
    Place,
    address,
    forms_of,
    good,
    held,
    once,
    rules,
    some,
    values,
)  # fmt: skip
from tests.web.every_route.two_sides import ROLES

pytestmark = [pytest.mark.timeout(1800), pytest.mark.slow]
TAKEN = {200, 303, 400, 403, 404, 409, 422}


# Good forms that change no row, and why. Any other that changes none was not filled in rightly.
WITHOUT_ROWS = {
    "public.join_who": "the draft travels in the session",
    "public.join_days_post": "the draft is missing",
    "public.join_skills_post": "the draft is missing",
    "public.join_code_check": "no code was asked for",
    "public.join_code_again": "no code was asked for",
    "public.sign_in_post": "a wrong password",
    "public.sync": "takes JSON",
    "public.brand_invite_join": "a member stays one",
    "public.again_check": "a wrong password",
    "public.code_check": "no code was asked for",
    "public.second_check": "there is no first proof",
    "public.second_confirm": "nothing to confirm was begun",
    "public.second_remove": "there is no authenticator",
    "admin.user_second": "they have no authenticator",
    "officer.consents_save": "nobody is ticked",
    "employer.choose": "the choice stays in the session",
    "employer.verify_again": "a verified one need not ask",
    "worker.dispute_ask": "all fellow workers were asked",
    "station.dispute_ask": "all fellow workers were asked",
    "worker.dispute_vote": "two are too few for a representative",
    "station.dispute_vote": "two are too few for a representative",
    "worker.dispute_file": "needs a file",
    "station.dispute_file": "needs a file",
    "officer.dispute_file": "needs a file",
    "employer.dispute_file": "needs a file",
    "brand.submit": "an approved one need not ask",
    "brand.training_finish": "results come first",
    "officer.training_finish": "results come first",
    "employer.bank_check": "needs a file",
    "employer.bank_save": "needs a file that was checked",
    "officer.household_import_check": "needs a file",
    "officer.household_import_save": "needs a file that was checked",
    "admin.log_search": "a search",
    "admin.users_search": "a search",
    "admin.words_reread": "all is read",
    "brand.members_search": "a search",
    "employer.arrears_search": "a search",
    "employer.pay_run_search": "a search",
    "employer.payments_search": "a search",
    "employer.settlement_search": "a search",
    "brand.training_search": "a search",
    "officer.households_search": "a search",
    "officer.training_search": "a search",
    "worker.held_ask": "days agreed ahead come first",
    "worker.held_undo": "nothing was asked for",
    "station.held_ask": "days agreed ahead come first",
    "station.held_undo": "nothing was asked for",
    "station.worker_bank_post": "who has an account here enters it there",
    "station.worker_bank_remove": "who has an account here enters it there",
    "brand.season_release": "that stay is not pinned",
    "officer.season_release": "that stay is not pinned",
}


# What a browser says of a request that a page of another site began, and what one says that knows no
# Sec-Fetch-Site: the address of that page.
ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


@pytest.mark.same_everywhere
def test_nothing_is_written_without_the_token_or_from_another_site(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address that takes posts: 400 without a token; 403 from elsewhere, even with a token."""
    seen: set[str] = set()
    for role in ROLES:
        for rule in held(place, role, "POST"):
            if rule.endpoint in seen:
                continue
            seen.add(rule.endpoint)
            path = address(place.app, rule, values(rule, place.own))
            monkeypatch.setitem(place.app.config, "WTF_CSRF_ENABLED", True)
            answers = [place.go(place.browsers[role], "POST", path, data={"name": "字"})]
            monkeypatch.setitem(place.app.config, "WTF_CSRF_ENABLED", False)
            said = ELSEWHERE if WHOLE else (ELSEWHERE[len(seen) % len(ELSEWHERE)],)
            answers += [place.go(place.browsers[role], "POST", path, headers=one) for one in said]
            found = [answer.status_code for answer in answers]
            if found != [400] + [403] * len(said) or place.is_changed:
                place.faults.append(f"{role} {path}: {found} {place.written}")
    assert seen == {rule.endpoint for rule in rules(place.app, "POST")}
    place.check()


@pytest.mark.same_everywhere
def test_forms_good_sent_twice_empty_and_mad(place: Place) -> None:
    world, quiet = World(place.app), set()
    for n, (role, rule, base, names) in enumerate(once(place)):
        path = address(place.app, rule, values(rule, place.own))
        sent = [("good", base), ("again", base), ("empty", {})]
        sent += [(f"all {mad[:12]!r}", dict.fromkeys(names, mad)) for mad in some(n, 1)]
        sent += [
            (f"{name} {mad[:20]!r}", base | {name: mad})
            for m, name in enumerate(names)
            for mad in some(n + m, 1)
        ]
        browser = world.sign_in(place.own.actors[role])
        for said, data in sent:
            if said == "empty":  # a good form may have signed out
                browser = world.sign_in(place.own.actors[role])
            answer = place.go(browser, "POST", path, data=data)
            wrote = set(place.written) - {"audit_entry"}
            if answer.status_code not in TAKEN or (wrote and answer.status_code not in (200, 303)):
                place.faults.append(f"{role} {path} {said}: {answer.status_code} {wrote}")
            if said != "good":
                place.put_back()
            elif answer.status_code not in (200, 303) or not place.written:
                quiet.add(rule.endpoint)
    place.check()
    assert quiet == set(WITHOUT_ROWS)


# Keys that travel in a form: what is foreign there is refused, and nothing is written.
@pytest.mark.parametrize(
    ("role", "endpoint", "data"),
    [
        ("employer", "employer.choose", {"employer_id": "employer_id"}),
        ("employer", "employer.settlement_pay", {"slip": "slip_id"}),
        ("employer", "employer.payments_record", {"slip": "slip_id"}),
        ("organizer", "brand.send_post", {"crew_id": "crew_id"}),
        ("organizer", "brand.crew_people", {"worker": "worker_id"}),
        ("organizer", "brand.member_crew", {"crew": "crew_id"}),
        ("organizer", "brand.training_enrol", {"worker": "worker_id"}),
        ("officer", "officer.training_enrol", {"worker": "worker_id"}),
        ("officer", "officer.consents_save", {"people": "household_id"}),
        ("officer", "officer.income_add", {"member": "member_id"}),
    ],
)
def test_foreign_keys_in_forms_are_refused(
    place: Place, role: str, endpoint: str, data: dict[str, str]
) -> None:
    (rule,) = [r for r in rules(place.app, "POST") if r.endpoint == endpoint]
    base = good(forms_of(place, role).get(endpoint), rule, place.own)
    base |= {name: place.foreign.of[of] for name, of in data.items()}
    path = address(place.app, rule, values(rule, place.own))
    answer = place.go(World(place.app).sign_in(place.own.actors[role]), "POST", path, data=base)
    wrote = set(place.written) - {"audit_entry"}
    place.put_back()
    assert answer.status_code in {303, 403, 404, 422}
    assert wrote == set()
