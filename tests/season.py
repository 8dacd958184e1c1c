"""The demonstration season behind a real server, for tests that look at it through a browser."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page
from waitress.server import create_server

import config
from jobmatch import create_app
from jobmatch.infra.db import db, writing_engine
from jobmatch.seed.demo import seed_demo
from jobmatch.seed.ground import load_ground
from tools.shot import chromium


@dataclass(frozen=True)
class Season:
    """A served demonstration season: its address, a sign-in by role, the application behind it."""

    url: str
    accounts: dict[str, tuple[str, str]]
    instance: Path
    app: Flask

    def sign_in(self, page: Page, role: str) -> None:
        """Sign in by the form as the first account of this role."""
        phone, password = self.accounts[role]
        page.goto(f"{self.url}/sign-in")
        page.fill("[name=phone]", phone)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)


class SeasonSettings(config.Test):
    """The test settings on a SQLite file of their own, whatever database the other tests use."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.INSTANCE_DIR = folder
        self.SQLALCHEMY_DATABASE_URI = config.database_url(None, folder)
        self.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.TESTING = False


def make(folder: Path) -> None:
    """Migrate and seed in this folder."""
    app = create_app(SeasonSettings(folder))
    with app.app_context():
        upgrade()
        load_ground(lambda what, count: None)
        seed_demo(folder, lambda n: None)
        db.session.remove()
        writing_engine().dispose()


def made(factory: pytest.TempPathFactory) -> Path:
    """The season's folder: made by the first process of a run that asks, the others wait for it."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder = root / "season-made"
    with (root / "season-made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demo-accounts.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
    return folder


@pytest.fixture(scope="package")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """Migrated, seeded and served; a copy for the tests of a folder."""
    folder = tmp_path_factory.mktemp("season")
    shutil.copytree(made(tmp_path_factory), folder, dirs_exist_ok=True)
    app = create_app(SeasonSettings(folder))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    rows = json.loads((folder / "demo-accounts.json").read_text(encoding="utf-8"))
    accounts: dict[str, tuple[str, str]] = {}
    for row in rows:
        accounts.setdefault(row["role"], (row["phone"], row["password"]))
    yield Season(f"http://127.0.0.1:{server.effective_port}", accounts, folder, app)
    server.close()
    with app.app_context():
        db.session.remove()
        writing_engine().dispose()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def context(browser: Browser, width: int = 375, **options: object) -> BrowserContext:
    """A fresh browser profile at this width, Chinese, light."""
    return browser.new_context(
        viewport={"width": width, "height": 800},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **options,  # type: ignore[arg-type]
    )
