"""What people of the demonstration say they can do: some of it nobody has heard of yet."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.skills import noting
from jobmatch.workers.models import Worker

# Said by so many. The reader may know one of them some day; then it is not in the keeper's list.
SAID = (
    ("刨疙瘩", 9), ("薅茬子", 7), ("倒栽子", 5), ("攉棒子", 4), ("薅荞麦", 3), ("扒苞米皮子", 3),
    ("归拢秧棵", 2), ("看场院", 2), ("熬羊杂碎", 1), ("拧草腰子", 1),
)  # fmt: skip


def let_people_talk(session: Session) -> None:
    """A few dozen workers say it in their own words; the unread ones land in the keeper's list."""
    workers = iter(session.scalars(select(Worker).where(Worker.said == "").order_by(Worker.id)))
    for words, times in SAID:
        for _ in range(times):
            worker = next(workers, None)
            if worker is None:
                return
            worker.said = f"会{words}"
            source = "worker" if worker.registered_via == "self" else "desk"
            noting.note(session, worker.said, source=source)
