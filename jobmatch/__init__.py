"""jobmatch: labor brands, gig markets and household income of rural workers.

create_app is the composition root, the only module that sees every floor.
"""

from pathlib import Path

import flask_babel
from flask import Flask, g, request, session
from flask_compress import Compress
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from jobmatch import cli, listeners
from jobmatch.infra.crypto import KeyRing
from jobmatch.infra.db import db, prepare_engines
from jobmatch.infra.logs import init_logs
from jobmatch.kernel.actor import NOBODY
from jobmatch.matching import index as matching_index
from jobmatch.skills.rules import compiled
from jobmatch.web import init_web
from jobmatch.web.addresses import Site
from jobmatch.web.limits import limiter
from jobmatch.web.measuring import init_measuring

ROOT = Path(__file__).resolve().parent.parent
babel = flask_babel.Babel()
csrf = CSRFProtect()


def create_app(settings: config.Config | None = None) -> Flask:
    """The application with these settings, or those that the environment names."""
    settings = settings or config.load()
    app = Site(
        "jobmatch", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.from_mapping(settings.as_mapping())
    init_logs(app.config["LOG_LEVEL"])
    app.extensions["jobmatch.keys"] = key_ring(settings.DATA_KEYS, settings.INDEX_KEY)
    if settings.PROXIES:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.PROXIES, x_proto=settings.PROXIES, x_host=settings.PROXIES
        )
    init_measuring(app)
    db.init_app(app)
    load_models()
    prepare_engines(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    babel.init_app(app, locale_selector=choose_locale)
    csrf.init_app(app)
    limiter.init_app(app)
    Compress(app)
    init_web(app)
    listeners.connect()
    compiled.keep_in(app.config["INSTANCE_DIR"] / "compiled")
    matching_index.configure(
        app.app_context,
        folder=app.config["INSTANCE_DIR"] / "compiled",
        enabled=app.config["MATCH_INDEX"],
    )
    cli.init_cli(app)
    return app


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    from jobmatch.accounts import models as _accounts  # noqa: F401
    from jobmatch.attendance import models as _attendance  # noqa: F401
    from jobmatch.brands import models as _brands  # noqa: F401
    from jobmatch.dispatch import instant_models as _instant  # noqa: F401
    from jobmatch.dispatch import models as _dispatch  # noqa: F401
    from jobmatch.disputes import models as _disputes  # noqa: F401
    from jobmatch.earnings import account_models as _bank_accounts  # noqa: F401
    from jobmatch.earnings import arrears_models as _arrears  # noqa: F401
    from jobmatch.earnings import models as _earnings  # noqa: F401
    from jobmatch.earnings import run_models as _runs  # noqa: F401
    from jobmatch.employers import models as _employers  # noqa: F401
    from jobmatch.households import models as _households  # noqa: F401
    from jobmatch.infra import audit as _audit  # noqa: F401
    from jobmatch.infra import audit_chain as _audit_chain  # noqa: F401
    from jobmatch.infra import dated as _dated  # noqa: F401
    from jobmatch.matching import models as _matching  # noqa: F401
    from jobmatch.monitoring import models as _monitoring  # noqa: F401
    from jobmatch.notify import models as _notify  # noqa: F401
    from jobmatch.places import models as _places  # noqa: F401
    from jobmatch.postings import models as _postings  # noqa: F401
    from jobmatch.privacy import models as _privacy  # noqa: F401
    from jobmatch.reports import models as _reports  # noqa: F401
    from jobmatch.skills import models as _skills  # noqa: F401
    from jobmatch.tasks import models as _tasks  # noqa: F401
    from jobmatch.training import models as _training  # noqa: F401
    from jobmatch.workers import models as _workers  # noqa: F401


def choose_locale() -> str:
    """The language chosen in this session, else the account's, else Chinese."""
    if not request:
        return "zh"
    # Only once the guard knows the person: asking for the user asks the database.
    known = g.get("actor", NOBODY).user_id is not None and current_user.is_authenticated
    chosen = session.get("lang") or (current_user.locale if known else None)
    return chosen if chosen in ("zh", "en") else "zh"


def key_ring(data_keys: str, index_key: str) -> KeyRing:
    """Keys as "id:hex,id:hex", the first seals. raises config.ConfigError for a wrong form."""
    try:
        pairs = [pair.partition(":") for pair in data_keys.split(",")]
        keys = {key_id: bytes.fromhex(key) for key_id, _, key in pairs}
        index = bytes.fromhex(index_key)
    except ValueError as error:
        raise config.ConfigError("DATA_KEYS and INDEX_KEY must be hex digits") from error
    if not all(key_id and len(key) == 32 for key_id, key in keys.items()) or len(index) != 32:
        raise config.ConfigError("each data key and the index key must be 32 bytes (64 hex digits)")
    return KeyRing(keys, index)
