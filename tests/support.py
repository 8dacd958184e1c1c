"""What tests share: short ways to make people and things."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.brands.models import BrandMember, Crew, CrewMember, LaborBrand
from jobmatch.employers.models import Employer, Site
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.identity import credit_check_sign, id_check_digit
from jobmatch.kernel.ids import UserId
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Availability, Worker, WorkerSkill

PASSWORD = "harvest-2026"


class Browser(FlaskClient):
    """Each request begins with nothing remembered, as on a server: tests hold one context open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            vars(g._get_current_object()).clear()
        return super().open(*args, **kwargs)


class World:
    """Makes rows directly, with sane values for all that the test does not name. Returns keys."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.number = itertools.count(1)

    # people who sign in

    def user(self, name: str = "王秀兰", phone: str | None = None) -> int:
        """A user who signs in with PASSWORD."""
        with transaction() as session:
            user = User(
                phone=phone or f"138{next(self.number):08d}", name=name,
                password_hash=_password_hash(), created_at=clock.now(),
            )  # fmt: skip
            session.add(user)
            session.flush()
            return user.id

    def actor(self, role: Role, *, place: str | None = None, subject: int | None = None) -> Actor:
        """A new user holding one role."""
        user_id = self.user(name=f"{role.value} {next(self.number)}")
        with transaction() as session:
            accounts.grant(
                session, UserId(user_id), role, actor=Actor(), place_code=place, subject_id=subject
            )
        return accounts.actor_of(user_id)

    def officer(self, place: str = "150525") -> Actor:
        return self.actor(Role.OFFICER, place=place)

    def station(self, place: str = "150525") -> Actor:
        return self.actor(Role.STATION, place=place)

    def admin(self) -> Actor:
        return self.actor(Role.ADMIN)

    def sign_in(self, actor: Actor, client: FlaskClient | None = None) -> FlaskClient:
        """A browser in which this actor is signed in."""
        client = client or self.app.test_client()
        with transaction() as session:
            user = session.get_one(User, actor.user_id)
            version = user.session_version
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{actor.user_id}:{version}"
            cookie["_fresh"] = True
        return client

    # domain objects

    def worker(
        self,
        name: str = "王秀兰",
        *,
        home: str = "150525102222",
        skills: tuple[str, ...] = ("ag.swpotato.sort",),
        born: date = date(1972, 5, 4),
        free: tuple[date, date] | None = (date(2026, 1, 1), date(2027, 12, 31)),
        with_account: bool = True,
        **fields: Any,
    ) -> tuple[int, Actor]:
        """A worker and the actor for it (nobody without an account)."""
        user_id = self.user(name=name) if with_account else None
        number = id_number(born, next(self.number))
        uid = uuid.uuid4().hex
        with transaction() as session:
            place = session.get_one(Place, home)
            worker = Worker(
                uid=uid, user_id=user_id, name=name, phone=None, sex="F", born=born,
                id_sealed=crypto.ring().seal(number, place=f"worker.id_number:{uid}"),
                id_index=crypto.ring().blind_index(number), id_tail=number[-4:],
                home_code=home, lon=place.lon, lat=place.lat, consented_at=clock.now(),
                registered_via="self" if user_id else "desk", created_at=clock.now(), **fields,
            )  # fmt: skip
            session.add(worker)
            session.flush()
            for skill_id in skills:
                session.add(
                    WorkerSkill(worker_id=worker.id, skill_id=skill_id, confirmed_at=clock.now())
                )
            if free:
                session.add(Availability(worker_id=worker.id, first_day=free[0], last_day=free[1]))
            if user_id:
                accounts.grant(
                    session, UserId(user_id), Role.WORKER, actor=Actor(), subject_id=worker.id
                )
        return worker.id, accounts.actor_of(user_id) if user_id else Actor()

    def employer(
        self, name: str = "青龙山甘薯合作社", *, verified: bool = True, place: str = "150525102"
    ) -> tuple[int, Actor]:
        """An employer with one site, and an actor for it."""
        with transaction() as session:
            row = Employer(
                kind="cooperative", name=name, credit_code=credit_code(next(self.number)),
                contact_name="李建国", phone="13900000000", place_code=place,
                state="verified" if verified else "pending",
                verified_on=date(2026, 6, 1) if verified else None,
                verified_until=date(2027, 6, 1) if verified else None, created_at=clock.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            point = session.get_one(Place, place)
            session.add(
                Site(
                    employer_id=row.id, name="一号窖", place_code=place, lon=point.lon,
                    lat=point.lat, created_at=clock.now(),
                )
            )  # fmt: skip
        return row.id, self.actor(Role.EMPLOYER, subject=row.id)

    def posting(
        self,
        employer_id: int,
        *,
        first: date = date(2026, 9, 25),
        last: date = date(2026, 9, 27),
        headcount: int = 3,
        state: str = "open",
        skill_id: str = "ag.swpotato.sort",
        **fields: Any,
    ) -> int:
        """A posting with a posting day for each day."""
        given: dict[str, Any] = {
            "title": "甘薯分拣工", "work_text": "坐着挑，分大中小三级", "pay_kind": "day",
            "rate_fen": 18_000, "day_minutes": 480, "starts_at": 450, "ends_at": 1020,
            "load": "light", "published_at": clock.now() if state == "open" else None,
        }  # fmt: skip
        with transaction() as session:
            site = session.scalars(select(Site).where(Site.employer_id == employer_id)).first()
            assert site is not None
            row = Posting(
                employer_id=employer_id, site_id=site.id, skill_id=skill_id, state=state,
                first_day=first, last_day=last, place_code=site.place_code, lon=site.lon,
                lat=site.lat, created_at=clock.now(), **(given | fields),
            )  # fmt: skip
            session.add(row)
            session.flush()
            for n in range((last - first).days + 1):
                session.add(
                    PostingDay(
                        posting_id=row.id, work_date=first + timedelta(days=n), headcount=headcount
                    )
                )
            return row.id

    def brand(
        self, name: str = "奈曼青龙薯乡人", *, state: str = "approved", place: str = "150525"
    ) -> tuple[int, Actor]:
        """A labor brand and its organizer."""
        with transaction() as session:
            row = LaborBrand(
                name=name, place_code=place, skill_id="ag.swpotato.sort", rank="banner",
                state=state, created_at=clock.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
        return row.id, self.actor(Role.ORGANIZER, subject=row.id)

    def member(self, brand_id: int, worker_id: int, state: str = "member") -> None:
        with transaction() as session:
            session.add(
                BrandMember(
                    brand_id=brand_id, worker_id=worker_id, state=state,
                    joined_on=clock.today(), changed_at=clock.now(),
                )
            )  # fmt: skip

    def crew(
        self, brand_id: int, worker_ids: list[int], *, name: str = "一班", **fields: Any
    ) -> int:
        """A crew of these workers, led by the first; they become members when they are not."""
        with transaction() as session:
            row = Crew(
                brand_id=brand_id, name=name, leader_id=worker_ids[0] if worker_ids else None,
                created_at=clock.now(), **fields,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add_all(CrewMember(crew_id=row.id, worker_id=w) for w in worker_ids)
            members = set(
                session.scalars(
                    select(BrandMember.worker_id).where(BrandMember.brand_id == brand_id)
                )
            )
            for worker_id in set(worker_ids) - members:
                session.add(
                    BrandMember(
                        brand_id=brand_id, worker_id=worker_id, state="member",
                        joined_on=clock.today(), changed_at=clock.now(),
                    )
                )  # fmt: skip
        return row.id

    def household(
        self, no: str = "", *, kind: str = "lifted", village: str = "150525102222", members: int = 2
    ) -> tuple[int, list[int]]:
        """A household and the keys of its members."""
        with transaction() as session:
            row = Household(
                household_no=no or f"H{next(self.number):08d}", village_code=village, kind=kind,
                head_name="王建国", created_at=clock.now(), updated_at=clock.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            keys = []
            for n in range(members):
                born = date(1970 + n, 3, 3)
                number, uid = id_number(born, next(self.number)), uuid.uuid4().hex
                member = HouseholdMember(
                    uid=uid, household_id=row.id, name=f"王{n + 1}", sex="M", born=born,
                    relation_to_head="户主" if n == 0 else "配偶",
                    id_sealed=crypto.ring().seal(number, place=f"household_member.id_number:{uid}"),
                    id_index=crypto.ring().blind_index(number), id_tail=number[-4:],
                )  # fmt: skip
                session.add(member)
                session.flush()
                keys.append(member.id)
        return row.id, keys


_hash = ""


def _password_hash() -> str:
    """One hash for all users of a test run: argon2 is slow on purpose."""
    global _hash
    _hash = _hash or accounts.hash_password(PASSWORD)
    return _hash


def id_number(born: date, order: int, area: str = "150525") -> str:
    """A valid resident ID number that no test shares with another; even order: a woman."""
    first_17 = f"{area}{born:%Y%m%d}{order % 1000:03d}"
    return first_17 + id_check_digit(first_17)


def credit_code(order: int) -> str:
    """A valid unified social credit code."""
    first_17 = f"93150525{order:09d}"
    return first_17 + credit_check_sign(first_17)


def instant(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """An instant by Shanghai's clock."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)
