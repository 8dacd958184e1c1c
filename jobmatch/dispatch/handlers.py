"""What dispatch does when a posting changes; runs in the transaction of that change."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.dispatch import crews, placing, seats
from jobmatch.dispatch.models import CrewOrder, Engagement, Signup
from jobmatch.dispatch.rules.states import LIVE, UNDECIDED, OrderState, SignupState
from jobmatch.infra import clock
from jobmatch.infra.events import subscribe
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
from jobmatch.postings.events import PlacesAdded, PostingCancelled, PostingClosed
from jobmatch.postings.models import Posting
from jobmatch.workers.events import WorkerLeft
from jobmatch.workers.models import Worker


def connect() -> None:
    """Listen to postings and workers; called once by create_app."""
    subscribe(PostingCancelled, on_cancelled)
    subscribe(PostingClosed, on_closed)
    subscribe(PlacesAdded, on_places_added)
    subscribe(WorkerLeft, on_worker_left)


def on_cancelled(session: Session, event: PostingCancelled) -> None:
    """Free all days to come, end all that is asked or waits, tell everybody."""
    seats.hold(session, event.posting_id)
    posting = session.get_one(Posting, event.posting_id)
    engagements = session.scalars(
        select(Engagement)
        .where(Engagement.posting_id == posting.id, Engagement.state == "active")
        .order_by(Engagement.id)
    ).all()
    crews.free_days_of(session, posting, engagements, by="employer")
    said = text("“{title}”取消了：{words}", title=event.title, words=event.words)
    freed = _end(session, posting.id, list(LIVE), said)
    waits_elsewhere = session.scalars(
        select(Posting)
        .join(Signup, Signup.posting_id == Posting.id)
        .where(
            Signup.worker_id.in_(freed),
            Signup.state == SignupState.WAITING,
            Posting.id != posting.id,
        )
        .order_by(Posting.id)
    )
    for other in waits_elsewhere.unique().all():
        placing.fill(session, other)


def on_closed(session: Session, event: PostingClosed) -> None:
    """Nobody new: who asks or waits is told; those engaged keep their days."""
    posting = session.get_one(Posting, event.posting_id)
    said = text("“{title}”不再招人了，看看别的活吧。", title=posting.title)
    _end(session, posting.id, list(UNDECIDED), said)


def on_places_added(session: Session, event: PlacesAdded) -> None:
    """More places: the waiting list moves."""
    session.flush()
    placing.fill(session, session.get_one(Posting, event.posting_id, populate_existing=True))


def on_worker_left(session: Session, event: WorkerLeft) -> None:
    """What is not decided yet is taken back; days agreed are kept."""
    session.execute(
        update(Signup)
        .where(Signup.worker_id == event.worker_id, Signup.state.in_(UNDECIDED))
        .values(state=SignupState.WITHDRAWN, decided_at=clock.now(), waiting_since=None)
        .execution_options(synchronize_session=False)
    )


def _end(session: Session, posting_id: int, states: Sequence[SignupState], said: Text) -> list[int]:
    """Decline these sign-ups and open crew orders; tell the workers. Returns the workers."""
    ended = session.scalars(
        update(Signup)
        .where(Signup.posting_id == posting_id, Signup.state.in_(states))
        .values(state=SignupState.DECLINED, decided_at=clock.now(), waiting_since=None)
        .returning(Signup.worker_id)
        .execution_options(synchronize_session=False)
    ).all()
    session.execute(
        update(CrewOrder)
        .where(CrewOrder.posting_id == posting_id, CrewOrder.state == OrderState.PROPOSED)
        .values(state=OrderState.DECLINED, decided_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    users = session.scalars(select(Worker.user_id).where(Worker.id.in_(ended)))
    notify.tell(session, users.all(), said, link="/my/mine")
    return sorted(ended)
