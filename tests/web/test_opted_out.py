"""Who lets no work be found for them still finds it on the board and signs up for it."""

from datetime import date

from jobmatch.dispatch import instant_queries, own_work
from jobmatch.infra import clock
from tests.support import instant


def test_without_matching_the_board_works_as_before(world):
    with clock.at(instant(2026, 9, 20)):
        worker, actor = world.worker(matching_opt_out=False)
        employer, _ = world.employer()
        posting = world.posting(employer)
        browser = world.sign_in(actor)
        world.app.config["WTF_CSRF_ENABLED"] = False
        try:
            assert browser.post("/my/me/matching", data={"wanted": "0"}).status_code == 303
            assert "您关掉了推荐" in browser.get("/my/").get_data(as_text=True)
            assert "甘薯分拣工" in browser.get("/board").get_data(as_text=True)
            assert browser.post(f"/my/postings/{posting}/sign-up").status_code == 303
        finally:
            world.app.config["WTF_CSRF_ENABLED"] = True
        work = own_work.of_worker(worker)
        assert [row.first_day for row in work.pending] == [date(2026, 9, 25)]
        assert instant_queries.questions(worker) == []
