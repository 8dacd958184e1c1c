"""What no answer and no line of the log may hold: whole ID numbers, whole phone numbers."""

import io
import re
import zipfile

from werkzeug.test import TestResponse

from jobmatch.kernel.identity import id_check_digit

ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z.\-_])1[3-9][0-9]{9}(?![0-9A-Za-z])")


def id_numbers(words: str) -> set[str]:
    """Resident ID numbers in a text: 18 signs whose last one is the right check digit."""
    return {n for n in ID.findall(words) if id_check_digit(n[:17]) == n[17].upper()}


def phones(words: str) -> set[str]:
    """Mobile numbers in a text, as they stand in pages and files."""
    return set(PHONE.findall(words))


# Part of an ID number or of a bank account, as pages show it.
MASKED = re.compile(r"[*•]{4,} ?[0-9]{3}[0-9Xx]|尾号 ?[0-9]{4}")


def of_people(words: str) -> bool:
    """Whether a text holds what is sensitive about people: numbers, whole or in part, or the kind
    of a household.
    """
    return bool(phones(words) or MASKED.search(words) or any(kind in words for kind in KINDS))


def words_of(answer: TestResponse) -> str:
    """The text of a page or of a file; what is packed in a workbook too."""
    if not answer.data.startswith(b"PK"):
        kind = answer.mimetype or ""
        is_text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
        return answer.get_data(as_text=True) if is_text else ""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


# Words that say what kind of household one lives in: for officers alone.
KINDS = (
    "脱贫", "监测户", "监测对象", "易致贫", "严重困难", "lifted", "monitored", "marginal_at_risk",
    "sudden_hardship",
)  # fmt: skip
# The addresses whose answers show a whole phone number that is not the reader's own, and why somebody
# must call there. An address that shows none any more has no place here.
CALLS = {
    "admin.user": "an account is a phone",
    "admin.user_appoint": "shows the account again",
    "admin.user_password": "shows the account again",
    "brand.fitting": "organizers call their members",
    "brand.member": "organizers call their members",
    "brand.members": "organizers call their members",
    "brand.members_file": "organizers call their members",
    "brand.training_session": "organizers call who comes to their course",
    "employer.cancel_signup": "shows the list again",
    "employer.debt_note": "a debt note names both sides",
    "employer.dispute_pack": "the evidence names both sides",
    "employer.posting_sheet": "the employer's own contact, to be pinned up",
    "employer.profile": "the employer's own contact",
    "employer.signups": "employers call whom they take on",
    "employer.wage_book": "the ledger that the law asks for names phones",
    "employer.wage_book_file": "the same as a file",
    "employer.wage_list": "the ledger of one run",
    "officer.brand": "officers call organizers of their place",
    "officer.brand_rank": "shows the brand again",
    "officer.dispute_pack": "the evidence names both sides",
    "officer.employer": "officers call employers of their place",
    "officer.employer_refuse": "shows the employer again",
    "officer.training_session": "officers call who comes to their course",
    "public.brand": "who wants to join calls the organizers; nobody sees it before signing in",
    "public.posting": "who wants the work calls; nobody sees it before signing in",
    "public.sign_in_post": "what was typed there",
    "station.debt_note": "a debt note names both sides",
    "station.dispute": "the desk calls the employer",
    "station.dispute_ask": "shows the case again",
    "station.dispute_file": "shows the case again",
    "station.dispute_pack": "the evidence names both sides",
    "station.held_copy": "the visitor takes their own data home",
    "station.instant_list": "the desk calls who waits for work",
    "station.slip": "the slip says whom to call",
    "station.worker": "the desk calls its visitors and their employers",
    "station.worker_home": "the number can be changed there",
    "station.worker_slip": "the slip says whom to call",
    "worker.crew": "a crew's leader calls its people",
    "worker.debt_note": "a debt note names both sides",
    "worker.dispute": "the worker calls the employer",
    "worker.dispute_ask": "shows the case again",
    "worker.dispute_file": "shows the case again",
    "worker.dispute_pack": "the evidence names both sides",
    "worker.dispute_vote": "shows the case again",
    "worker.home": "the employer of the coming day",
    "worker.mine": "the employers of one's own days",
    "worker.pay_object": "shows the slip again",
    "worker.pay_slip": "the worker calls the employer",
    "worker.posting": "who wants the work calls",
    "worker.today": "the employer of today",
}
# Of these also for objects of others than one's own side: numbers that anybody may call, or, where
# a brand looks who fits work of others, those of its own people.
OPEN_CALLS = frozenset(
    {
        "admin.user", "admin.user_appoint", "admin.user_password", "brand.fitting",
        "public.brand", "public.posting", "worker.posting",
    }
)  # fmt: skip
# Pages that hold numbers or words of that kind, and tell nothing of other people.
NOT_OF_PEOPLE = {
    "brand.edit": "who organizes one's own brand",
    "brand.invite_poster": "who organizes one's own brand, to be pinned up",
    "employer.posting_sheet": "one's own contact, to be pinned up",
    "employer.profile": "who acts for oneself",
    "officer.home": "sums by kind of household",
    "officer.household_template": "the words that a workbook takes",
    "officer.report": "sums by kind of household",
    "officer.report_export": "sums by kind of household",
    "officer.training_report": "sums by kind of household",
    "officer.training_report_file": "sums by kind of household",
    "public.account": "one's own phone",
    "public.brand": "published by the brand itself",
    "public.posting": "published by the employer itself",
}
