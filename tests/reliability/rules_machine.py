"""The same chain as in machine.py by the rules alone, without a database: cheap enough for many
examples. What is recorded, paid, booked and earned is held against plain sums told in its own words.

Two people of a crew share their pieces, a third works by the day. Records arrive in any order; a
run settles whoever has open days; slips are confirmed, objected to, paid, unpaid and taken back.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jobmatch.attendance.rules import presence
from jobmatch.attendance.rules.kinds import Kind, Via
from jobmatch.attendance.rules.minutes import Shift
from jobmatch.attendance.rules.presence import Recorded
from jobmatch.earnings.rules import ledger, slips, taking, wage
from jobmatch.earnings.rules.ledger import Entry, Head, Link
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.rules.taking import Bound, Charge, Pay
from jobmatch.earnings.rules.wage import PayKind, Terms, Worked
from jobmatch.households.rules import income
from jobmatch.households.rules.kinds import Source
from tests.support import instant

FIRST, DAYS, CREW, ALONE = date(2026, 9, 21), 3, (0, 1), 2
NOW = instant(2026, 9, 27, 18)
SHIFT = Shift(480, 450, 1020)
BY_PIECE = Terms(PayKind.PIECE, 455, 480, "斤", 100, crew_share=True)
BY_DAY = Terms(PayKind.DAY, 18_000, 480)
BOUNDS = {taking.Kind.MEALS: Bound(20, True, False), taking.Kind.ADVANCE: Bound(100, True, False)}
LINE, MEMBERS = 500_00, 2
WHO, DAY = st.integers(0, 2), st.integers(0, DAYS - 1)


@dataclass
class Slip:
    """meals, advance: what came off; charges: of which, and how much."""

    run: int
    who: int
    gross: int
    meals: int
    advance: int
    days: list[int]
    charges: dict[int, int]
    entry: int = 0
    payment: int = 0
    state: SlipState = SlipState.ISSUED
    answered: bool = False
    objected: bool = False

    @property
    def net(self) -> int:
        return self.gross - self.meals - self.advance


@dataclass
class Books:
    """An employer's entries with their links and lines."""

    entries: list[tuple[Entry, Link]] = field(default_factory=list)
    head: Head = field(default_factory=Head)

    def book(self, ref: str, lines: tuple[ledger.Line, ...], reverses: int | None = None) -> int:
        name = ledger.numbered(ref, [entry.ref for entry, _link in self.entries])
        entry = Entry(1, FIRST, "wage", name, reverses, 1, NOW, lines)
        link, self.head = ledger.linked(self.head, entry)
        self.entries.append((entry, link))
        return len(self.entries) - 1

    def reverse(self, n: int) -> None:
        self.book(f"reverses:{n}", ledger.reversed_(self.entries[n][0].lines), n)


class RulesInAnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.events: dict[tuple[int, int], list[Recorded]] = defaultdict(list)
        self.settled: set[tuple[int, int]] = set()
        self.slips: list[Slip] = []
        self.books = Books()
        self.charges: dict[int, Charge] = {}
        self.income: list[int] = []
        self.runs = self.arrived = 0

    # attendance

    @rule(
        who=WHO, day=DAY, minute=st.integers(0, 900),
        said=st.sampled_from(["here", "away", "tap", 480, 240, 133, "4000", "2223", "0"]),
        via=st.sampled_from([Via.LEADER, Via.EMPLOYER]),
    )  # fmt: skip
    def record(self, who: int, day: int, minute: int, said: int | str, via: Via) -> None:
        """Minutes as a number, pieces as digits; what happened later may arrive earlier."""
        if (who, day) in self.settled or (who in CREW and self.settled & {(0, day), (1, day)}):
            return
        kind, value = (
            {"here": Kind.PRESENT, "away": Kind.ABSENT, "tap": Kind.CHECK_IN}.get(str(said)),
            None,
        )
        if kind is None:
            kind, value = (Kind.MINUTES if isinstance(said, int) else Kind.PIECES), int(said)
        self.arrived += 1
        at = instant(2026, 9, 21 + day, 7) + timedelta(minutes=minute)
        whose = Via.SELF if kind is Kind.CHECK_IN else via
        self.events[who, day].append(Recorded(self.arrived, kind, whose, at, value))
        found = presence.presence(
            presence.in_order(self.events[who, day]), SHIFT, FIRST + timedelta(days=day)
        )
        counted = (bool(found.present), found.minutes, found.pieces)
        assert counted == self.told(who, day)

    def told(self, who: int, day: int) -> tuple[bool, int, int]:
        """The later word stands, whenever it arrived; a tap where nobody else has said anything."""
        there, minutes, pieces, tapped = None, 480, 0, False
        for one in sorted(self.events[who, day], key=lambda e: (e.at, e.key)):
            if one.kind is Kind.CHECK_IN:
                tapped = True
                continue
            there = one.kind is not Kind.ABSENT
            minutes = one.value or 0 if one.kind is Kind.MINUTES else minutes
            pieces = one.value or 0 if one.kind is Kind.PIECES else pieces
        if there is None:
            there = tapped
        return (True, minutes, pieces) if there else (False, 0, 0)

    # settling

    @rule(who=WHO, kind=st.sampled_from(list(BOUNDS)), fen=st.sampled_from([1, 999, 3_000, 40_000]))
    def charge(self, who: int, kind: taking.Kind, fen: int) -> None:
        key = len(self.charges) * 3 + who
        self.charges[key] = Charge(key, kind, FIRST, fen)

    @rule(first=DAY, last=DAY)
    def settle(self, first: int, last: int) -> None:
        self.runs += 1
        due: dict[int, dict[int, int]] = defaultdict(dict)
        for group, terms in ((CREW, BY_PIECE), ((ALONE,), BY_DAY)):
            worked = [
                Worked(who * 10 + day, who, FIRST + timedelta(days=day), minutes, pieces, 7)
                for who in group
                for day in range(first, last + 1)
                for there, minutes, pieces in [self.told(who, day)]
                if there and (who, day) not in self.settled
            ]
            ready, _waits = wage.payable(wage.pay(terms, worked))
            for paid in ready:
                due[paid.worked.worker_id][paid.worked.key % 10] = paid.amount_fen
            if group is CREW:
                self.look_at_crew(worked, due)
            for one in worked if group == (ALONE,) else ():
                exact = Fraction(18_000 * min(one.minutes, 480), 480)
                assert due[one.worker_id][one.key % 10] == int(exact + Fraction(1, 2))
        for who, days in sorted(due.items()):
            self.issue(who, days)

    def look_at_crew(self, worked: list[Worked], due: dict[int, dict[int, int]]) -> None:
        """Nothing is lost or made, and nobody is a fen away from the exact share."""
        for day in range(DAYS):
            here = [one for one in worked if one.key % 10 == day]
            pieces = sum(one.pieces for one in here)
            fen = int(Fraction(455 * pieces, 100) + Fraction(1, 2))
            shares = {one: due[one.worker_id].get(day) for one in here}
            if not fen:
                assert not any(shares.values())
                assert all(day not in due[one.worker_id] for one in here)
                continue
            assert sum(share or 0 for share in shares.values()) == fen
            for one, share in shares.items():
                exact = Fraction(fen * one.minutes, sum(other.minutes for other in here))
                assert abs((share or 0) - exact) < 1

    def issue(self, who: int, days: dict[int, int]) -> None:
        gross = sum(days.values())
        if not days:
            return
        open_ = [c for c in self.charges.values() if c.key % 3 == who and c.left_fen]
        taken = taking.spread([Pay(1, gross, 0, BOUNDS)], open_)[1]
        off = {
            kind: sum(t.fen for t in taken if t.charge.kind is kind)
            for kind in (taking.Kind.MEALS, taking.Kind.ADVANCE)
        }
        asked = {kind: sum(c.left_fen for c in open_ if c.kind is kind) for kind in off}
        meals = min(asked[taking.Kind.MEALS], gross * 20 // 100)
        assert off == {
            taking.Kind.MEALS: meals,
            taking.Kind.ADVANCE: min(asked[taking.Kind.ADVANCE], gross - meals),
        }
        slip = Slip(
            self.runs, who, gross, meals, off[taking.Kind.ADVANCE], list(days),
            {t.charge.key: t.fen for t in taken},
        )  # fmt: skip
        self.owe(slip, -1)
        self.settled |= {(who, day) for day in days}
        lines = ledger.issued(who, gross, slip.meals, slip.advance)
        slip.entry = self.books.book(f"slip:{len(self.slips)}", lines)
        self.slips.append(slip)

    def owe(self, slip: Slip, sign: int) -> None:
        for key, fen in slip.charges.items():
            was = self.charges[key]
            self.charges[key] = Charge(key, was.kind, was.day, was.left_fen + sign * fen)

    # slips

    @precondition(lambda self: self.slips)
    @rule(data=st.data(), deed=st.sampled_from(["confirm", "object", "pay", "unpay", "reverse"]))
    def deal(self, data: st.DataObject, deed: str) -> None:
        """A rule says whether it may; what it comes to is told below by what happened."""
        slip = data.draw(st.sampled_from(self.slips))
        was = slip.state
        if deed == "confirm" and was in slips.CONFIRMABLE:
            assert was.value in ("issued", "objected")
            slip.state, slip.answered, slip.objected = SlipState.CONFIRMED, True, False
        elif deed == "object" and was in slips.OPEN_TO_OBJECTION:
            assert was.value == "issued"
            slip.state, slip.answered, slip.objected = SlipState.OBJECTED, True, True
        elif deed == "pay" and was in slips.PAYABLE:
            assert was.value in ("issued", "confirmed", "objected")
            slip.payment = self.books.book(f"paid:{slip.entry}", ledger.paid(slip.who, slip.net))
            slip.state = SlipState.PAID
        elif deed == "unpay" and was is SlipState.PAID:
            self.books.reverse(slip.payment)
            slip.state = slips.unpaid_state(slip.answered, "少记了" if slip.objected else "")
            back = "objected" if slip.objected else "confirmed" if slip.answered else "issued"
            assert slip.state.value == back
        elif deed == "reverse":
            run = [s for s in self.slips if s.run == slip.run and s.state.value != "reversed"]
            if run and all(s.state in slips.REVERSIBLE for s in run):
                assert all(s.state.value != "paid" for s in run)
                for each in run:
                    self.take_back(each)
            return
        self.earn(slip, was)

    def take_back(self, slip: Slip) -> None:
        was, slip.state = slip.state, SlipState.REVERSED
        self.books.reverse(slip.entry)
        self.settled -= {(slip.who, day) for day in slip.days}
        self.owe(slip, 1)
        self.earn(slip, was)

    def earn(self, slip: Slip, was: SlipState) -> None:
        """Income of the household of the first: by the rule when it stands."""
        before, after = was in slips.EARNED, slip.state in slips.EARNED
        if slip.who == 0 and before != after:
            self.income.append((slip.gross - slip.meals) * (1 if after else -1))

    # what holds

    @invariant()
    def the_sums_are_the_models(self) -> None:
        lines = [line for entry, _link in self.books.entries for line in entry.lines]
        found: dict[str, int] = defaultdict(int)
        for (account, _who), fen in ledger.balances(lines).items():
            found[account.value] += fen
        live = [s for s in self.slips if s.state.value != "reversed"]
        paid = [s for s in live if s.state.value == "paid"]
        told = {
            "wage_cost": sum(s.gross for s in live),
            "deduction": -sum(s.meals for s in live),
            "advance": -sum(s.advance for s in live),
            "wage_payable": sum(s.net for s in paid) - sum(s.net for s in live),
            "paid": -sum(s.net for s in paid),
        }
        assert {k: v for k, v in found.items() if v} == {k: v for k, v in told.items() if v}
        assert all(ledger.is_balanced(entry.lines) for entry, _link in self.books.entries[-3:])
        earned = sum(
            s.gross - s.meals for s in live if s.who == 0 and s.state.value in ("confirmed", "paid")
        )
        stands = income.standing({Source.WAGE: sum(self.income), Source.COST: 100}, MEMBERS, LINE)
        assert stands.net_fen == earned - 100
        assert stands.missing_fen == max(0, LINE * MEMBERS - earned + 100)
        days = [(s.who, day) for s in live for day in s.days]
        assert len(days) == len(set(days))
        assert set(days) == self.settled

    def teardown(self) -> None:
        assert list(ledger.flaws(self.books.entries, self.books.head)) == []
        refs = [entry.ref for entry, _link in self.books.entries]
        assert len(refs) == len(set(refs))
