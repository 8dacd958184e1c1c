"""The index: built from columns, asked, and changed row by row.

A change in what a person can do or where they live gives them a new row, and the old one is
nobody's any more; new rows stand in no list and are gone through one by one, until the index is
built anew. Everything else is written in place.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index import blocks, build
from jobmatch.matching.rules.index.asking import ANYTHING, Full, Judged, Match, Wanted
from jobmatch.matching.rules.index.columns import (
    Frame,
    OffersIn,
    PeopleIn,
    calendar_of,
    place_numbers,
)
from jobmatch.matching.rules.index.for_crews import VALUE, judge_rows
from jobmatch.matching.rules.index.for_posting import best_people
from jobmatch.matching.rules.index.for_worker import best_offers
from jobmatch.matching.rules.index.keys import Keys
from jobmatch.matching.rules.index.layout import (
    GONE,
    NOBODY,
    Asked,
    Day,
    Ints,
    Offers,
    People,
    points_of,
)
from jobmatch.matching.rules.index.locks import ReadWrite
from jobmatch.matching.rules.index.places import km_between
from jobmatch.matching.rules.index.sides import Side
from jobmatch.matching.rules.weights import Weights


class Index:
    """Thread-safe: searches go on side by side, a change waits for them and holds them up."""

    def __init__(self, frame: Frame, people: PeopleIn, offers: OffersIn, weights: Weights) -> None:
        self.frame = frame
        self.weights = weights
        self.lock = ReadWrite()
        where = (
            np.concatenate([one, other])
            for one, other in (
                (people.lon, offers.lon), (people.lat, offers.lat), (people.code, offers.code),
                (people.digits, offers.digits),
            )
        )  # fmt: skip
        spots, self.known, spot = build.spots_of(build.Where(*where), build.SLACK)
        self.spots, self.blocks, self.by_lon = build.by_block(
            spots, self.known, np.bincount(spot, minlength=self.known)
        )
        spot = self.by_lon[spot]
        self.spots_used, self.lons = self.known, spots.lon[: self.known].copy()
        skills, of, x = len(frame.skills), self.blocks.of, points_of(weights)
        n, m = people.lon.shape[0], offers.lon.shape[0]
        self.people = build.people_of(frame, people, spot[:n], x=x)
        self.by_skill = build.people_lists(self.people, n, skills, of)
        self.by_proof = build.proof_lists(self.people, n, skills, of)
        self.offers, self.whole = build.offers_of(frame, offers, spot[n:], x)
        # Postings are few beside people: larger blocks, or most would be empty.
        self.areas = blocks.coarser(self.spots, self.blocks, blocks.number_of(m * 10, self.known))
        self.work = build.offer_lists(self.offers, m, skills, self.areas.of)
        self.points, self.nobody = x, _none()
        self.person_keys, self.offer_keys = (
            Keys(self.people.rec["id"][:n]), Keys(self.offers.rec["id"][:m]),
        )  # fmt: skip
        self.fresh_people = self.fresh_offers = 0
        self.used: dict[str, int] = {
            "people": n, "offers": m, "skill": int(people.skills.shape[0]),
            "proof": int(people.proofs.shape[0]), "brand": int(people.brands.shape[0]),
            "also": int(offers.also.shape[0]),
        }  # fmt: skip
        self.reach = int(people.rec["max_km"].max()) if n else 0
        self.calendar = calendar_of(frame)
        self._sides()

    # --- asking ---------------------------------------------------------------------------------

    def best_for_worker(
        self,
        worker_id: int,
        today: date,
        most: int = 20,
        *,
        nearly: int = 0,
        without: Collection[int] = (),
        wanted: Wanted = ANYTHING,
    ) -> tuple[list[Match], list[Match]]:
        """The best postings for a person, and those that one thing stands against.

        Ordered by value, km, id. raises KeyError for nobody we know
        """
        left_out = np.array(sorted(without), dtype=np.int64) if without else self.nobody
        with self.lock.reading():
            fits, close = best_offers(
                self.for_people, self.person_keys[worker_id], most, nearly, left_out,
                self.points, self.day_of(today), self._asked(wanted),
            )  # fmt: skip
        return _matches(fits), _matches(close)

    def best_for_posting(
        self, posting_id: int, today: date, most: int = 200, *, wanted: Wanted = ANYTHING
    ) -> list[Match]:
        """The best people for a posting. Ordered by value, km, id. raises KeyError"""
        with self.lock.reading():
            found = best_people(
                self.for_offers, self.offer_keys[posting_id], self.reach, most,
                self.points, self.day_of(today), self._asked(wanted),
            )  # fmt: skip
        return _matches(found)

    def judged(self, posting_id: int, worker_ids: Collection[int], today: date) -> list[Judged]:
        """Those of these people whom a posting fits, in the order given. raises KeyError"""
        ids = np.fromiter(worker_ids, dtype=np.int64, count=len(worker_ids))
        with self.lock.reading():
            found, days = judge_rows(
                self.for_offers, self.offer_keys[posting_id], self.person_keys.many(ids),
                self.points, self.day_of(today),
            )  # fmt: skip
        at = np.flatnonzero(found[:, VALUE] >= 0)
        rows = zip(ids[at].tolist(), found[at].tolist(), strict=True)
        return [
            Judged(key, value, free, km, kin, bool(proved), plain // 100, days)
            for key, (value, free, km, kin, proved, plain) in rows
        ]

    def warm(self, today: date) -> None:
        """Run every loop once, so that it is compiled before anybody waits for it."""
        day, x = self.day_of(today), self.points
        with self.lock.reading():
            best_offers(self.for_people, 0, 1, 1, _none(), x, day, self._asked(ANYTHING))
            best_people(self.for_offers, 0, self.reach, 1, x, day, self._asked(ANYTHING))
            judge_rows(self.for_offers, 0, self.person_keys.many(_none()), x, day)

    def knows_worker(self, worker_id: int) -> bool:
        return worker_id in self.person_keys

    def knows_posting(self, posting_id: int) -> bool:
        return posting_id in self.offer_keys

    def __len__(self) -> int:
        return len(self.person_keys)

    # --- changing -------------------------------------------------------------------------------

    def put_people(self, given: PeopleIn) -> None:
        """Take these people in, or take what is new of them. raises Full"""
        spots = self._spots(given)
        one = build.people_of(self.frame, given, spots, 0, self.points)
        with self.lock.writing():
            for n in range(one.rec.shape[0]):
                self._put_person(one, n)
            self._sides()

    def put_offers(self, given: OffersIn) -> None:
        """Take these postings in, or take what is new of them. raises Full"""
        spots = self._spots(given)
        one, whole = build.offers_of(self.frame, given, spots, self.points, slack=0)
        with self.lock.writing():
            for n in range(one.rec.shape[0]):
                self._put_offer(one, whole, n)
            self._sides()

    def drop(self, *, people: Iterable[int] = (), offers: Iterable[int] = ()) -> None:
        """Forget these; unknown ones are passed over."""
        with self.lock.writing():
            for key in people:
                if key in self.person_keys:
                    self._forget(self.person_keys[key])
                    del self.person_keys[key]
            for key in offers:
                if key in self.offer_keys:
                    self.offers.rec["id"][self.offer_keys[key]] = GONE
                    del self.offer_keys[key]

    @property
    def crowded(self) -> bool:
        """Whether so much has changed that it is time to build anew."""
        return (self.fresh_people + self.fresh_offers) * 2 > build.SLACK

    # --- within ---------------------------------------------------------------------------------

    def _sides(self) -> None:
        """What a search reads, gathered anew after a change of arrays."""
        kin, calendar = self.frame.kin, self.calendar
        self.for_people = Side(
            self.spots, self.areas, self.people, self.offers, self.work, self.by_proof,
            self.fresh_offers, kin, calendar,
        )  # fmt: skip
        whole = self.offers._replace(days=self.whole)
        self.for_offers = Side(
            self.spots, self.blocks, self.people, whole, self.by_skill, self.by_proof,
            self.fresh_people, kin, calendar,
        )  # fmt: skip

    def _forget(self, row: int) -> None:
        """The row is nobody's any more."""
        self.people.rec["id"][row] = GONE
        self.people.extra[row] = NOBODY

    def day_of(self, today: date) -> Day:
        offset = self.frame.offset(today)
        if offset < 0:
            raise ValueError("a day before the first of the index")
        return Day(offset, self.frame.number)

    def _asked(self, wanted: Wanted) -> Asked:
        code, digits = place_numbers(wanted.place)
        begin, end = 0, -1
        if wanted.first is not None and wanted.last is not None:
            begin, end = self.frame.offset(wanted.first), self.frame.offset(wanted.last)
            end = max(0, end)
        skill = -1
        if wanted.skill is not None:
            skill = self.frame.skills.get(wanted.skill, len(self.frame.skills))
        brand = -2 if wanted.members else -1
        brand = brand if wanted.brand is None else wanted.brand
        only = -1 if wanted.only is None else self.frame.offset(wanted.only)
        return Asked(code, digits, skill, begin, end, brand, only)

    def _spots(self, given: PeopleIn | OffersIn) -> Ints:
        """The spot of each row, found or added."""
        return np.array(
            [
                self._spot(float(lon), float(lat), int(code), int(digits))
                for lon, lat, code, digits in zip(
                    given.lon, given.lat, given.code, given.digits, strict=True
                )
            ],
            dtype=np.int64,
        )

    def _spot(self, lon: float, lat: float, code: int, digits: int) -> int:
        s, later = self.spots, slice(self.known, self.spots_used)
        lons = self.lons
        begin, end = np.searchsorted(lons, lon, "left"), np.searchsorted(lons, lon, "right")
        for rows in (self.by_lon[begin:end], np.arange(later.start, later.stop)):
            at = rows[
                (s.lon[rows] == lon) & (s.lat[rows] == lat)
                & (s.code[rows] == code) & (s.digits[rows] == digits)
            ]  # fmt: skip
            if at.shape[0]:
                return int(at[0])
        if self.spots_used == s.lon.shape[0]:
            raise Full("no room for another spot")
        one = build.measured(build.Where(
            np.array([lon]), np.array([lat]), np.array([code]), np.array([digits])
        ))  # fmt: skip
        for column, new in zip(s, one, strict=True):
            column[self.spots_used] = new[0]
        self.spots_used += 1
        return self.spots_used - 1

    def _put_person(self, one: People, n: int) -> None:
        who, people = one.rec[n], self.people
        key = int(who["id"])
        skills, proofs, brands = (_part(who, name) for name in ("skill", "proof", "brand"))
        row = self.person_keys.get(key)
        if row is not None and self._same_lists(people.rec[row], who, one, skills, proofs):
            for at in ("skill_at", "proof_at"):
                who[at] = people.rec[at][row]
        else:
            if row is not None:
                self._forget(row)
            row = self._room("people", people.rec, 1)
            who["skill_at"] = self._append("skill", people.skill, one.skill[skills])
            who["proof_at"] = self._append("proof", people.proof, one.proof[proofs])
            self.person_keys[key] = row
            for lists in (self.by_skill, self.by_proof):
                build.add_to(lists, self.fresh_people, row, int(who["spot"]), int(who["max_km"]))
            self.fresh_people += 1
            self.reach = max(self.reach, int(who["max_km"]))
        who["brand_at"] = self._append("brand", people.brand, one.brand[brands])
        people.rec[row] = who
        people.extra[row] = one.extra[n]
        people.free[:, row] = one.free[:, n]

    def _same_lists(self, was: Any, who: Any, one: People, skills: slice, proofs: slice) -> bool:
        """Whether the lists need not know: same skills and proofs, same home, same reach."""
        if any(was[name] != who[name] for name in ("spot", "max_km", "skills", "proofs")):
            return False
        a, b = int(was["skill_at"]), int(was["proof_at"])
        mine = slice(a, a + int(was["skills"]))
        return bool(
            np.array_equal(self.people.skill[mine], one.skill[skills])
            and np.array_equal(self.people.proof[b : b + int(was["proofs"])], one.proof[proofs])
        )

    def _put_offer(self, one: Offers, whole: NDArray[np.uint64], n: int) -> None:
        what, offers = one.rec[n], self.offers
        key = int(what["id"])
        part = one.also[int(what["also_at"]) : int(what["also_at"] + what["also"])]
        row = self.offer_keys.get(key)
        if row is not None and self._same_work(offers.rec[row], what, part):
            at = int(offers.rec["also_at"][row])
        else:
            if row is not None:
                offers.rec["id"][row] = GONE
            row = self._room("offers", offers.rec, 1)
            at = self._append("also", offers.also, part)
            self.offer_keys[key] = row
            build.add_to(self.work, self.fresh_offers, row, int(what["spot"]), int(what["top"]))
            self.fresh_offers += 1
        what["also_at"] = at
        offers.rec[row] = what
        offers.days[:, row] = one.days[:, n]
        self.whole[:, row] = whole[:, n]

    def _same_work(self, was: Any, what: Any, also: Ints) -> bool:
        """Whether the lists need not know: same skills, same place, same bound."""
        if any(was[name] != what[name] for name in ("spot", "skill", "also", "top")):
            return False
        at = int(was["also_at"])
        return bool(np.array_equal(self.offers.also[at : at + int(was["also"])], also))

    def _room(self, name: str, table: Any, rows: int) -> int:
        at = self.used[name]
        if at + rows > table.shape[0]:
            raise Full(f"no room for more {name}")
        self.used[name] = at + rows
        return at

    def _append(self, name: str, table: Any, part: Any) -> int:
        at = self._room(name, table, part.shape[0])
        table[at : at + part.shape[0]] = part
        return at

    def km(self, worker_id: int, posting_id: int) -> int:
        """Whole km by road between a person and a posting."""
        home = self.people.rec["spot"][self.person_keys[worker_id]]
        work = self.offers.rec["spot"][self.offer_keys[posting_id]]
        return int(km_between(self.spots, int(home), int(work)))


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _matches(rows: Ints) -> list[Match]:
    return [Match(int(row[3]), int(-row[0]), int(row[1])) for row in rows]


def _part(who: Any, name: str) -> slice:
    """Where a record's part stands in the table of this name."""
    at = int(who[f"{name}_at"])
    return slice(at, at + int(who[f"{name}s"]))
