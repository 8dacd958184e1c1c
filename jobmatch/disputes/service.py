"""The steps of a dispute after it was opened: one verb, since all are checked and told alike."""

from datetime import date, timedelta

from jobmatch.disputes import policy, steps
from jobmatch.disputes.models import DisputeCase
from jobmatch.disputes.opening import checked_words
from jobmatch.disputes.rules.states import OURS, REFERRED, Deed, Side, State, after, deeds
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.money import MOST_FEN
from jobmatch.kernel.text import Amount, Text, text

# Words are a must where a deed says nothing without them.
WANT_WORDS = frozenset({Deed.SAY, Deed.ANSWER, Deed.CLOSE})
WANT_DAY = frozenset({Deed.OFFER, *(Deed(state.value) for state in REFERRED)})
MOST_AHEAD = timedelta(days=366)


@retried
def act(
    case_id: int,
    deed: Deed,
    *,
    side: Side,
    actor: Actor,
    words: str = "",
    fen: int | None = None,
    on_day: date | None = None,
) -> State:
    """Do a step. fen, on_day: of an offer; on_day: when the arbitration or the inspection took it.

    returns  the state after it
    raises   NotFound; Invalid (field words, fen or on_day); CaseClosed; ForRepresentative
    """
    if deed in WANT_WORDS or words.strip():
        words = checked_words(words)
    with transaction() as session:
        case = steps.held(session, case_id)
        people = steps.people_of(session, case_id)
        policy.require_deed(actor, case, people, side, deed)
        state = State(case.state)
        becomes = after(state, deed, side)
        if deed not in deeds(state, side, offered_by=_offered_by(case)):
            raise NotFound
        if deed in WANT_DAY:
            _check(deed, fen, on_day, case)
        fen, on_day = _apply(case, deed, side, fen, on_day)
        case.state = becomes.value
        steps.add(
            session, case, deed, side, user_id=actor.user_id, words=words.strip(), fen=fen,
            on_day=on_day,
        )  # fmt: skip
        steps.end(session, case)
        to = {Side.EMPLOYER, Side.WORKER}
        if side is not Side.OFFICER:
            to = {Side.EMPLOYER} if side in OURS else {Side.WORKER}
        steps.tell(session, case, people, _news(deed, fen, on_day), to=to, but=actor.user_id)
        audit.record(
            session, actor, f"case.{deed.value}", "dispute_case", case_id, state=case.state
        )
        return becomes


def _apply(
    case: DisputeCase, deed: Deed, side: Side, fen: int | None, on_day: date | None
) -> tuple[int | None, date | None]:
    """What the deed leaves on the dispute; the figures that its step keeps."""
    today = clock.today()
    if deed is Deed.OFFER:
        case.offer_by = "worker" if side in OURS else "employer"
        case.offer_fen, case.offer_on = fen, on_day
        # To offer is to acknowledge, to ask is to claim: the year counts anew (art. 27).
        case.claimed_on = today
        return fen, on_day
    if deed is Deed.ACCEPT:
        return case.offer_fen, case.offer_on
    if deed in (Deed.ARBITRATION, Deed.INSPECTION):
        case.referred_on = on_day
        case.claimed_on = on_day
        return None, on_day
    if deed is Deed.MEDIATE:
        case.claimed_on = today
    return None, None


def _check(deed: Deed, fen: int | None, on_day: date | None, case: DisputeCase) -> None:
    """raises Invalid (field fen or on_day)."""
    today = clock.today()
    if on_day is None:
        raise Invalid(text("请填写日期。"), field="on_day")
    if deed is Deed.OFFER:
        if fen is None or not 0 < fen <= MOST_FEN:
            raise Invalid(text("请填写金额，要大于 0。"), field="fen")
        if not today <= on_day <= today + MOST_AHEAD:
            raise Invalid(text("付钱的日子要在今天以后的一年之内。"), field="on_day")
    elif not case.known_on <= on_day <= today:
        raise Invalid(text("受理的日子不能晚于今天，也不能早于事情发生的那天。"), field="on_day")


def _offered_by(case: DisputeCase) -> Side | None:
    return Side(case.offer_by) if case.offer_by else None


def _news(deed: Deed, fen: int | None, on_day: date | None) -> Text:
    if deed is Deed.OFFER and fen is not None and on_day is not None:
        return text("对方提出：{day} 前付 {amount}。同意就点一下。", day=on_day, amount=Amount(fen))
    return {
        Deed.SAY: text("争议有新的说明，请看一看。"),
        Deed.ANSWER: text("用工方答复了您说的事。"),
        Deed.ACCEPT: text("对方同意了，事情说定了。"),
        Deed.MEDIATE: text("干部开始调解，请两边都看一看。"),
        Deed.ARBITRATION: text("这件事已经申请劳动仲裁。"),
        Deed.INSPECTION: text("这件事已经向劳动监察投诉。"),
        Deed.WITHDRAW: text("对方撤回了，这件事不再办。"),
        Deed.CLOSE: text("这件事有了结果，已经结案。"),
    }.get(deed, text("争议有新的说明，请看一看。"))
