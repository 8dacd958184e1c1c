"""Who listens to whom: lower houses tell, upper houses hear. Called once by create_app."""

from jobmatch.attendance import record
from jobmatch.dispatch import handlers as dispatch
from jobmatch.dispatch import own_work
from jobmatch.disputes import handlers as disputes
from jobmatch.earnings import handlers as earnings
from jobmatch.matching.outside import known
from jobmatch.notify import handlers as notices
from jobmatch.notify.speaking import speaker
from jobmatch.postings import proposals as posting_proposals
from jobmatch.skills import rereading
from jobmatch.training import offers
from jobmatch.web import texts
from jobmatch.workers import listeners as workers


def connect() -> None:
    """Subscribe the upper houses' handlers to the lower houses' events."""
    notices.connect()
    rereading.connect()
    rereading.register("posting", posting_proposals.find, posting_proposals.settle)
    rereading.register_texts("posting", posting_proposals.texts)
    dispatch.connect()
    workers.connect()
    # After workers, who link people to their households first.
    earnings.connect()
    disputes.connect()
    known.booked, known.kept = own_work.booked_days, record.kept
    known.courses = offers.courses
    speaker.say = texts.say_in
