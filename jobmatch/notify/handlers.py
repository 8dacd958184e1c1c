"""Whoever's password or second factor changed hears of it: it may have been somebody else."""

from sqlalchemy.orm import Session

from jobmatch.accounts.events import SignInChanged
from jobmatch.infra.events import subscribe
from jobmatch.kernel.text import text
from jobmatch.notify.service import tell

WORDS = {
    "password": text("您的登录密码改过了。不是您改的，马上用短信验证码登录，再改一次。"),
    "reset": text("有人在柜台给您重设了登录密码。不是您要的，请马上告诉零工驿站或管理员。"),
    "second": text("您的账号设了身份验证器。不是您设的，请马上告诉管理员。"),
    "no_second": text("您账号上的身份验证器停用了。不是您停的，请马上改密码。"),
    "freed": text("管理员解除了您账号上的身份验证器。不是您要的，请马上告诉管理员。"),
}


def connect() -> None:
    subscribe(SignInChanged, tell_owner)


def tell_owner(session: Session, told: SignInChanged) -> None:
    tell(session, [told.user_id], WORDS[told.what], link="/account")
