"""An employer's books as the generator writes them: chain and balances, added up in memory."""

from collections import Counter
from dataclasses import dataclass, field

from jobmatch.earnings.models import JournalEntry, LedgerBalance, LedgerHead
from jobmatch.earnings.rules.ledger import Entry, Head, linked
from jobmatch.seed.writer import Writer


@dataclass(slots=True)
class Books:
    head: Head = field(default_factory=Head)
    sums: Counter[tuple[int, str]] = field(default_factory=Counter)

    def book(self, w: Writer, said: Entry) -> int:
        """Add the entry as the next of the chain; gives its key."""
        link, self.head = linked(self.head, said)
        for line in said.lines:
            self.sums[line.worker_id, line.account.value] += line.amount_fen
        return w.add(
            JournalEntry, employer_id=said.employer_id, booked_on=said.booked_on, kind=said.kind,
            ref=said.ref, reverses_id=said.reverses_id, created_by=said.created_by,
            created_at=said.created_at, chain_no=link.number, hash_before=link.before,
            hash=link.hash,
        )  # fmt: skip

    def close(self, w: Writer, employer_id: int) -> None:
        """Add the head of the chain and the balances, when all is booked."""
        if not self.head.entries:
            return
        w.add(LedgerHead, employer_id=employer_id, entries=self.head.entries, hash=self.head.hash)
        for (worker_id, account), fen in sorted(self.sums.items()):
            w.add(
                LedgerBalance, employer_id=employer_id, worker_id=worker_id, account=account,
                amount_fen=fen,
            )  # fmt: skip
