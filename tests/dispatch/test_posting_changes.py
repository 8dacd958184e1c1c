"""What becomes of sign-ups when their posting is cancelled or closed."""

from jobmatch.dispatch import service
from jobmatch.infra.db import transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.ids import PostingId
from jobmatch.postings.events import PostingCancelled
from jobmatch.postings.events import PostingClosed as ClosedEvent
from jobmatch.postings.models import Posting
from tests.dispatch.support import ask, engagement, state_of, taken, told


def test_a_cancelled_posting_frees_everybody_and_tells_them(world, employer):
    posting = world.posting(employer[0], is_instant=True)
    worker = world.worker()
    signup = ask(posting, worker)
    with transaction() as session:
        session.get_one(Posting, posting).state = "cancelled"
        publish(session, PostingCancelled(PostingId(posting), "甘薯分拣工", "下冰雹"))
    assert (state_of(signup), taken(posting)) == ("declined", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "employer")
    assert told(worker[1].user_id) == ["“{title}”取消了：{words}"]


def test_a_closed_posting_keeps_who_is_engaged_and_ends_who_asks(world, employer):
    posting = world.posting(employer[0])
    engaged, asking = world.worker(), world.worker("张玉")
    first, second = ask(posting, engaged), ask(posting, asking)
    service.accept(first, actor=employer[1])
    with transaction() as session:
        session.get_one(Posting, posting).state = "closed"
        publish(session, ClosedEvent(PostingId(posting)))
    assert (state_of(first), state_of(second)) == ("accepted", "declined")
    assert taken(posting) == [1, 1, 1]
