"""Two banners side by side, each with one of everything: what one side's people must never see of
the other, and what every address of the product can be filled with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.attendance import service as attendance
from jobmatch.brands import membership as brands
from jobmatch.brands.models import BrandInvite
from jobmatch.dispatch import crews, season_blobs
from jobmatch.dispatch import season_service as dispatch_season
from jobmatch.dispatch import service as dispatch
from jobmatch.dispatch.models import CrewOrder, SeasonPin, SeasonPlan, SeasonSpell
from jobmatch.earnings import payment
from jobmatch.earnings import service as earnings
from jobmatch.earnings.models import PaySlip
from jobmatch.employers.models import Site
from jobmatch.households.models import IncomeEntry
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.ids import BrandId, CrewId, TrainingSessionId, UserId, WorkerId
from jobmatch.skills import service as skills
from jobmatch.skills.models import UnreadWords
from jobmatch.training import enrolling
from jobmatch.training import service as training
from jobmatch.training.models import TrainingSession
from jobmatch.workers.models import SkillProposal
from tests.attendance.support import engage
from tests.support import World, instant
from tests.web.every_route import days as told_of
from tests.web.every_route import disputing
from tests.web.every_route.calling import called
from tests.web.every_route.homes import home
from tests.web.every_route.pay_runs import runs_under_way
from tests.web.every_route.paying import banked

YESTERDAY, TODAY = date(2026, 9, 25), date(2026, 9, 26)
NOW = instant(2026, 9, 26, 18)
# Pages of season plans, in the organizers' and the officers' door.
SEASON_PAGES = (
    "season_plan", "season_file", "season_progress", "season_board", "season_coverage",
    "season_why", "season_conflicts", "season_compare", "season_replan", "season_replan_ask",
    "season_publish", "season_send", "season_spell", "season_move", "season_drop", "season_split",
    "season_pin", "season_remove", "season_add", "season_add_post", "season_unpin",
    "season_release",
)  # fmt: skip
ROLES = ("worker", "employer", "organizer", "officer", "station", "admin")


@dataclass
class Side:
    """One banner. `of` fills the parameters of addresses; `at` the places where another object of
    the same kind is the right one ("endpoint.parameter"); `forms` what a form must say so that it fits them.
    """

    name: str
    actors: dict[str, Actor] = field(default_factory=dict)
    of: dict[str, Any] = field(default_factory=dict)
    at: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)  # by endpoint

    def value(self, endpoint: str, parameter: str) -> Any:
        return self.at.get(f"{endpoint}.{parameter}", self.of.get(parameter))


@contextmanager
def two_sides(app: Flask) -> Iterator[tuple[Side, Side]]:
    """Naiman (own) and Aohan (foreign) on an evening in the season."""
    world = World(app)
    with clock.at(NOW):
        own = _side(world, "奈曼", "150525", "150525102", "150525102222")
        foreign = _side(world, "敖汉", "150430", "150430100", "150430100201")
        yield own, foreign


def _side(world: World, name: str, banner: str, township: str, village: str) -> Side:
    side = Side(name)

    def person(said: str) -> tuple[int, Actor]:
        return world.worker(f"{name}{said}", home=village)

    leader_id, leader = person("班长")
    worker_id, worker = person("务工")
    asker_id, asker = person("申请人")
    invited_id, _ = person("受邀人")
    comer_id, comer = person("来人")
    late_id, late = person("候人")
    employer_id, employer = world.employer(f"{name}合作社", place=township)
    new_employer, _ = world.employer(f"{name}新社", place=township, verified=False)
    brand_id, organizer = world.brand(f"{name}品牌", place=banner)
    _draft, founder = world.brand(f"{name}草稿品牌", state="draft", place=banner)
    pending_brand, _ = world.brand(f"{name}待批品牌", state="pending", place=banner)
    officer, station = world.officer(banner), world.station(banner)
    side.actors = {
        "worker": leader, "employer": employer, "organizer": organizer, "officer": officer,
        "station": station, "admin": world.admin(), "member": worker, "founder": founder,
    }  # fmt: skip
    crew_id = world.crew(brand_id, [leader_id, worker_id], name=f"{name}一班")
    world.member(brand_id, asker_id, "requested")
    world.member(brand_id, invited_id, "invited")
    # Brands whose answer the leader waits for, who wait for the leader's, and who know nothing yet.
    others = {
        said: world.brand(f"{name}{said}", place=banner)[0] for said in ("求人", "被求", "新牌")
    }
    world.member(others["求人"], leader_id, "invited")
    world.member(others["被求"], leader_id, "requested")
    unsigned_id, _ = world.worker(f"{name}无号", home=village, with_account=False)
    second_user = world.user(f"{name}会计")
    to = {"actor": Actor(), "subject_id": employer_id}
    with transaction() as session:
        accounts.grant(session, UserId(second_user), Role.EMPLOYER, **to)
    # A posting under way: the crew works, two have asked, the wages of yesterday are due.
    posting_id = world.posting(
        employer_id, first=YESTERDAY, last=date(2026, 9, 29), title=f"{name}分拣", headcount=3
    )
    days = engage(posting_id, leader_id, YESTERDAY, TODAY, crew_id=crew_id, brand_id=brand_id)
    engage(posting_id, worker_id, YESTERDAY, TODAY, crew_id=crew_id, brand_id=brand_id)
    attendance.mark_all_present(posting_id, YESTERDAY, actor=employer, uid=f"{name}-1")
    signup_id = dispatch.sign_up(
        posting_id, actor=comer, worker_id=comer_id, first=date(2026, 9, 28)
    )
    dispatch.sign_up(posting_id, actor=late, worker_id=late_id, first=date(2026, 9, 28))
    # One that is over and settled, one that is to come, a draft.
    gone = (date(2026, 9, 20), date(2026, 9, 21))
    past = world.posting(employer_id, first=gone[0], last=gone[1], title=f"{name}旧活")
    for one in (leader_id, worker_id):
        engage(past, one, *gone, crew_id=crew_id, brand_id=brand_id)
    for day in gone:
        attendance.mark_all_present(past, day, actor=employer, uid=f"{name}-{day.day}")
    settlement_id, paid = (earnings.settle(past, day, day, actor=employer) for day in gone)
    coming = world.posting(
        employer_id, first=date(2026, 10, 5), last=date(2026, 10, 7), title=f"{name}新活"
    )
    free = world.posting(
        employer_id, first=date(2026, 10, 12), last=date(2026, 10, 13), title=f"{name}空活"
    )
    draft = world.posting(
        employer_id, first=date(2026, 10, 8), last=date(2026, 10, 9), state="draft",
        title=f"{name}草稿",
    )  # fmt: skip
    crews.send_crew(CrewId(crew_id), coming, None, None, actor=organizer)
    withdrawn = dispatch.sign_up(free, actor=leader, worker_id=leader_id)
    accepted = dispatch.sign_up(free, actor=late, worker_id=late_id)
    dispatch.accept(accepted, actor=employer)
    brands.create_invite(BrandId(brand_id), 7, actor=organizer)
    sessions = {
        "organizer": _session(
            organizer, township, brand_id, date(2026, 10, 20), date(2026, 10, 21)
        ),
        "officer": _session(officer, township, None, date(2026, 10, 24), date(2026, 10, 25)),
    }
    over = {}  # two of the last days, results to be given: organizers' and officers'
    with clock.at(instant(2026, 9, 15)):
        for role, first, guest, actor in (
            ("organizer", date(2026, 9, 22), asker_id, asker),
            ("officer", date(2026, 9, 24), asker_id, asker),
        ):
            over[role] = _session(
                side.actors[role], township, brand_id if role == "organizer" else None, first, first
            )
            seat = enrolling.enrol(TrainingSessionId(over[role]), WorkerId(guest), actor=actor)
            with clock.at(NOW):
                enrolling.mark_presence(
                    TrainingSessionId(over[role]), first, {seat: True}, actor=side.actors[role]
                )
    enrolments = {
        key: enrolling.enrol(
            TrainingSessionId(key), WorkerId(worker_id), actor=side.actors["member"]
        )
        for key in sessions.values()
    }
    mine = enrolling.enrol(
        TrainingSessionId(sessions["officer"]), WorkerId(leader_id), actor=leader
    )
    household_id, members, doubt_id = home(world, village, officer, leader, name)

    def first_of(statement: Any) -> Any:
        return reading().scalars(statement).first()

    slips = select(PaySlip.id).where(PaySlip.worker_id == leader_id)
    slip = first_of(slips.where(PaySlip.settlement_id == settlement_id))
    paid_slip = first_of(slips.where(PaySlip.settlement_id == paid))
    payment.record_payment([paid_slip], TODAY, "bank", "", actor=employer)
    invite = first_of(select(BrandInvite).where(BrandInvite.brand_id == brand_id))
    orders = dispatch_orders(coming)
    open_words, set_aside = _unread(f"{name}起窖"), _unread(f"{name}聊天")
    skills.dismiss(set_aside, actor=side.actors["admin"])
    told = told_of.told_days(world, name, employer_id, posting_id, (employer, leader))
    argued = disputing.disputed(posting_id, leader, worker, slip, past)
    asked = [_proposal(key) for key in (leader_id, worker_id)]
    grant = first_of(select(RoleGrant).where(RoleGrant.user_id == organizer.user_id))
    seen = dict(enrolments)
    side.of = {
        "posting_id": posting_id, "signup_id": signup_id, "order_id": orders[0],
        "worker_id": worker_id, "crew_id": crew_id, "brand_id": brand_id, "invite_id": invite.id,
        "token": invite.token, "employer_id": employer_id, "site_id": _site(employer_id),
        "settlement_id": settlement_id, "slip_id": slip, "household_id": household_id,
        "member_id": members[1], "entry_id": first_of(
            select(IncomeEntry.id).where(IncomeEntry.household_id == household_id)
        ),
        "user_id": organizer.user_id, "grant_id": grant.id, "day_id": days[1],
        "course_id": _course(sessions["officer"]), "session_id": sessions["officer"],
        "enrolment_id": seen[sessions["officer"]], "day": TODAY.isoformat(),
        "words_id": open_words, "doubt_id": doubt_id, "dispute_id": told["dispute"], "event_id": told["event"],
    } | argued["of"]  # fmt: skip
    side.at = told_of.addresses(told) | disputing.addresses(argued) | {
        "employer.posting_publish.posting_id": draft,
        "employer.posting_edit.posting_id": draft,
        "employer.posting_edit_post.posting_id": draft,
        "employer.answer_crew.posting_id": coming,
        "employer.fitting_brands.posting_id": free,
        "employer.ask_brand.posting_id": free,
        "employer.slip_unpay.slip_id": paid_slip,
        "employer.remove_member.user_id": second_user,
        "employer.cancel_signup.posting_id": free,
        "employer.cancel_signup.signup_id": accepted,
        "brand.request_answer.worker_id": asker_id,
        "brand.invitation_withdraw.worker_id": invited_id,
        "worker.sign_up.posting_id": coming, "worker.posting.posting_id": coming,
        "worker.withdraw.signup_id": withdrawn,
        "worker.training_leave.enrolment_id": mine,
        "worker.training_enrol.session_id": sessions["organizer"],
        "worker.brand_answer.brand_id": others["求人"],
        "worker.brand_unask.brand_id": others["被求"],
        "worker.brand_ask.brand_id": others["新牌"],
        "station.sign_up.posting_id": free,
        "station.withdraw.signup_id": signup_id, "station.withdraw.worker_id": comer_id,
        "station.enrol.worker_id": comer_id,
        "station.open_account.worker_id": unsigned_id,
        "public.brand_ask.brand_id": others["新牌"],
        "worker.words_answer.proposal_id": asked[0],
        "station.words_answer.proposal_id": asked[1],
        "admin.word_reopen.words_id": set_aside,
        "officer.brand_approve.brand_id": pending_brand,
        "officer.brand_refuse.brand_id": pending_brand,
        "officer.employer_verify.employer_id": new_employer,
        "officer.employer_refuse.employer_id": new_employer,
    }  # fmt: skip
    seasons = {
        "brand": _season(brand_id, None, (worker_id, free), (leader_id, coming)),
        "officer": _season(None, banner, (worker_id, free), (leader_id, coming)),
    }
    dispatch_season.agree(brand_id, banner, actor=organizer)
    for door, season in seasons.items():
        side.of |= season if door == "brand" else {}
        side.at |= {
            f"{door}.{page}.{name}": key
            for name, key in season.items() if name != "waiting"
            for page in SEASON_PAGES
        }  # fmt: skip
        side.at[f"{door}.season_stop.plan_id"] = season["waiting"]
        side.at[f"{door}.season_answers.plan_id"] = season["published"]
    side.at["brand.season_agree.place_code"] = banner
    phones = {row.id: row.phone for row in reading().scalars(select(User))}
    side.forms = {
        door + name: given
        for door in ("brand", "officer")
        for name, given in {
            ".season_split": {"day": "2026-10-13"},
            ".season_replan_ask": {"kind": "closed", "postings": free},
            ".season_add_post": {
                "posting": free, "worker": leader_id, "first": "2026-10-12", "last": "2026-10-12",
            },
        }.items()
    } | {
        **told_of.forms(told), **disputing.forms(argued, worker_id),
        "employer.choose": {"employer_id": employer_id},
        "employer.add_member": {"member_phone": phones[founder.user_id or 0]},
        "employer.settlement_pay": {"slip": slip},
        "brand.send_post": {"crew_id": crew_id, "posting_id": free},
        "brand.add_organizer": {
            "phone": phones[founder.user_id or 0], "name": _name(founder.user_id),
        },
        "brand.invite_person": {"phone": phones[late.user_id or 0], "name": f"{name}候人"},
        "officer.training_enrol": {"worker": late_id},
    }  # fmt: skip
    for role, door in (("organizer", "brand"), ("officer", "officer")):
        key = sessions[role]
        for page in (
            "training_session", "training_cancel", "training_session_edit",
            "training_session_save", "training_pick", "training_search", "training_enrol",
            "training_leave", "training_sheet",
        ):  # fmt: skip
            side.at[f"{door}.{page}.session_id"] = key
        for page in (
            "training_finish", "training_presence", "training_mark", "training_results",
            "training_decide",
        ):  # fmt: skip
            side.at[f"{door}.{page}.session_id"] = over[role]
        side.at[f"{door}.training_leave.enrolment_id"] = seen[key]
        for page in ("training_course", "training_session_new", "training_session_create"):
            side.at[f"{door}.{page}.course_id"] = _course(key)
    called(world, side, leader_id, worker_id, employer_id)
    runs_under_way(world, side, employer_id, second_user, posting_id, told["posting"])
    banked(side, employer_id, slip)
    return side


def _session(actor: Actor, township: str, brand_id: int | None, first: date, last: date) -> int:
    course = training.create_course(
        training.NewCourse("甘薯分拣上岗培训", "ag.swpotato.sort", township, 2, "分三级"),
        actor=actor, brand_id=BrandId(brand_id) if brand_id else None,
    )  # fmt: skip
    return training.create_session(
        course,
        training.NewSession(township, "文化站", "张老师", first, last, 510, 30),
        actor=actor,
    )


def _season(
    brand_id: int | None, place_code: str | None, stay: tuple[int, int], pin: tuple[int, int]
) -> dict[str, int]:
    """A draft with a stay, a plan that waits, one that is out, and a pin."""
    first, last = date(2026, 9, 27), date(2026, 10, 20)
    places = season_blobs.Table(first, (stay[1],), np.array([[0] * 15 + [3, 3] + [0] * 7]))
    with transaction() as session:
        plans = [
            SeasonPlan(
                brand_id=brand_id, place_code=place_code, first_day=first, last_day=last,
                state=state, asked_at=NOW, seed=1, most_seconds=5, gap_wanted=0.01, tries=1,
                changes=[], demand=season_blobs.pack(places), value=value, bound=value, filled=2, demanded=4, stop_asked=False,
            )
            for state, value in (("done", 200), ("queued", None), ("published", 200))
        ]  # fmt: skip
        held = SeasonPin(
            brand_id=brand_id, place_code=place_code, worker_id=pin[0], posting_id=pin[1],
            first_day=date(2026, 10, 7), last_day=date(2026, 10, 7), created_at=NOW,
        )  # fmt: skip
        session.add_all([*plans, held])
        session.flush()
        spell = SeasonSpell(
            plan_id=plans[0].id, worker_id=stay[0], posting_id=stay[1],
            first_day=date(2026, 10, 12), last_day=date(2026, 10, 13), rest=[], state="planned",
        )  # fmt: skip
        session.add(spell)
        session.flush()
        return {
            "plan_id": plans[0].id, "spell_id": spell.id, "pin_id": held.id, "waiting": plans[1].id,
            "published": plans[2].id,
        }  # fmt: skip


def _name(user_id: int | None) -> str:
    return reading().get_one(User, user_id).name


def _unread(words: str) -> int:
    with transaction() as session:
        row = UnreadWords(normal=words, words=words, source="worker", first_seen=NOW, last_seen=NOW)
        session.add(row)
        session.flush()
        return row.id


def _proposal(worker_id: int) -> int:
    with transaction() as session:
        row = SkillProposal(
            worker_id=worker_id, skill_id="ag.potato.dig", words="起窖", created_at=NOW
        )
        session.add(row)
        session.flush()
        return row.id


def _site(employer_id: int) -> int:
    return reading().scalars(select(Site.id).where(Site.employer_id == employer_id)).one()


def _course(session_id: int) -> int:
    return reading().get_one(TrainingSession, session_id).course_id


def dispatch_orders(posting_id: int) -> list[int]:
    return list(reading().scalars(select(CrewOrder.id).where(CrewOrder.posting_id == posting_id)))
