"""The worked table of docs/rules/seats.md, step by step."""

from jobmatch.dispatch import service
from tests.dispatch.support import D25, D26, D27, ask, days_of, state_of


def test_the_steps_of_the_worked_table(world, employer):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    wang, zhang, li = world.worker("王秀"), world.worker("张玉"), world.worker("李梅")
    bao = world.worker("包红", free=(D26, D26))
    ask(posting, wang, first=D25, last=D25)
    zhangs = ask(posting, zhang)
    assert days_of(zhang[0]) == [D26, D27]
    lis, baos = ask(posting, li), ask(posting, bao)
    assert (state_of(lis), state_of(baos)) == ("waiting", "waiting")
    service.withdraw(zhangs, actor=zhang[1], day=D27)
    assert (days_of(li[0]), state_of(baos)) == ([D27], "waiting")
    service.withdraw(zhangs, actor=zhang[1])
    assert (days_of(zhang[0]), days_of(li[0]), days_of(bao[0])) == ([], [D27], [D26])
    assert days_of(wang[0]) == [D25]
