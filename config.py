"""Settings. The only module that reads the environment."""

import hashlib
import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent
LEAST_SECRET = 32
# A key of few different signs ("aaaa...", "changemechangeme...") is long, but guessed all the same.
LEAST_SIGNS = 10


class ConfigError(RuntimeError):
    """The environment lacks something without which the application must not start."""


class Config:
    """What all environments share; values are read when the object is made, not at import."""

    NAME = "development"
    TESTING = False
    DEBUG = False
    # What was answered is on the disk: it outlives a power cut.
    SQLITE_SYNCHRONOUS = "FULL"
    MAX_CONTENT_LENGTH = 10 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_NAME = "jobmatch"
    SESSION_COOKIE_SECURE = False
    PERMANENT_SESSION_LIFETIME = 60 * 60 * 24 * 14
    WTF_CSRF_TIME_LIMIT: int | None = 60 * 60 * 12
    SEND_FILE_MAX_AGE_DEFAULT = 60 * 60 * 24 * 7
    BABEL_DEFAULT_LOCALE = "zh"
    BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"
    BABEL_TRANSLATION_DIRECTORIES = "translations"
    LANGUAGES = ("zh", "en")
    RATELIMIT_HEADERS_ENABLED = True
    RATELIMIT_ENABLED = True
    COMPRESS_MIN_SIZE = 500
    COMPRESS_MIMETYPES = [
        "text/html", "text/css", "text/javascript", "application/json", "image/svg+xml",
        "application/manifest+json", "application/geo+json",
    ]  # fmt: skip
    COMPRESS_ALGORITHM = ["br", "gzip"]
    # A sixth smaller than level 4, in nearly the same time; higher levels take far longer.
    COMPRESS_BR_LEVEL = 6

    def __init__(self) -> None:
        self.INSTANCE_DIR = Path(os.environ.get("JOBMATCH_INSTANCE") or ROOT / "instance")
        self.SECRET_KEY = given("SECRET_KEY")
        self.SQLALCHEMY_DATABASE_URI = database_url(given("DATABASE_URL"), self.INSTANCE_DIR)
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        # Who owns the tables, for migrations and backups, where the application itself does not.
        owner = given("DATABASE_OWNER_URL")
        self.DATABASE_OWNER_URI = database_url(owner, self.INSTANCE_DIR) if owner else ""
        self.RATELIMIT_STORAGE_URI = given("REDIS_URL") or "memory://"
        # While Redis is away each process counts for itself; nobody waits for it.
        self.RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = bool(given("REDIS_URL"))
        self.RATELIMIT_STORAGE_OPTIONS = (
            {"socket_connect_timeout": 1, "socket_timeout": 1}
            if self.RATELIMIT_STORAGE_URI.startswith(("redis", "unix"))
            else {}
        )
        self.DATA_KEYS = given("DATA_KEYS")
        self.INDEX_KEY = given("INDEX_KEY")
        self.LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
        self.PROXIES = number("PROXIES")
        # Addresses of providers as apprise writes them, with {to} for the person's; empty: nothing
        # leaves, the outbox keeps what would have been sent.
        self.SMS_URL = given("SMS_URL")
        self.WECOM_URL = given("WECOM_URL")
        # The ClamAV daemon that looks through files that are handed in: unix:/path or host:port.
        self.CLAMD = os.environ.get("CLAMD", "")
        # Who signs up proves their phone by a code first; so nobody learns who has an account.
        self.SIGN_UP_CODE = True
        self.RELAX_RATE_LIMITS = False
        # The folder of pg_dump and pg_restore, where it is not on the path.
        self.PG_BIN = os.environ.get("PG_BIN", "")
        # What the log keeps of an address: its network, nothing, or all of it.
        self.LOG_ADDRESS = one_of("LOG_ADDRESS", ("network", "none", "full"))
        # Officers and administrators must have a second factor; else they may have one.
        self.SECOND_FACTOR_REQUIRED = False
        # A proof of who one is holds so long for what is grave (minutes); 0: for ever.
        self.PROOF_MINUTES = 15
        # Sessions end when they were left alone, or are old (accounts/rules/proof.py).
        self.SESSION_LIMITS = True
        # Who may read /metrics: whoever knows the token, or asks from these networks; else nobody.
        self.METRICS_TOKEN = given("METRICS_TOKEN")
        self.METRICS_NETWORKS = networks("METRICS_NETWORKS")
        # Where several processes put down what they count; set by gunicorn.conf.py.
        self.METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
        # Off: matching asks the database each time.
        self.MATCH_INDEX = os.environ.get("MATCH_INDEX", "1") != "0"

    def as_mapping(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in dir(self) if name.isupper()}


class Development(Config):
    """One machine, embedded database; keys are made once and kept in the instance folder."""

    def __init__(self) -> None:
        super().__init__()
        self.SECRET_KEY = self.SECRET_KEY or kept_secret(self.INSTANCE_DIR / "secret_key")
        self.DATA_KEYS = self.DATA_KEYS or "d1:" + kept_secret(self.INSTANCE_DIR / "data_key")
        self.INDEX_KEY = self.INDEX_KEY or kept_secret(self.INSTANCE_DIR / "index_key")
        self.RELAX_RATE_LIMITS = os.environ.get("RELAX_RATE_LIMITS") == "1"


class Test(Config):
    NAME = "test"
    TESTING = True
    # Tests kill processes, not machines: waiting for the disk would prove nothing.
    SQLITE_SYNCHRONOUS = "OFF"

    def __init__(self) -> None:
        super().__init__()
        self.SECRET_KEY = hashlib.sha256(b"tests only").hexdigest()
        self.DATA_KEYS = "t1:" + hashlib.sha256(b"data key of the tests").hexdigest()
        self.INDEX_KEY = hashlib.sha256(b"index key of the tests").hexdigest()
        self.SQLALCHEMY_DATABASE_URI = database_url(
            os.environ.get("TEST_DATABASE_URL"), self.INSTANCE_DIR
        )
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.RELAX_RATE_LIMITS = True
        self.SIGN_UP_CODE = False
        self.PROOF_MINUTES = 0
        self.SESSION_LIMITS = False
        self.MATCH_INDEX = False


class Production(Config):
    NAME = "production"
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-jobmatch"

    def __init__(self) -> None:
        super().__init__()
        if is_weak(self.SECRET_KEY):
            raise ConfigError(
                "SECRET_KEY must be set, at least 32 characters long and drawn at random"
            )
        if not self.DATA_KEYS or not self.INDEX_KEY:
            raise ConfigError(
                "DATA_KEYS (id:64 hex digits[,...]) and INDEX_KEY (64 hex digits) must be set"
            )
        keys = [pair.rpartition(":")[2] for pair in self.DATA_KEYS.split(",")]
        if any(is_weak(key) for key in [*keys, self.INDEX_KEY]):
            raise ConfigError("DATA_KEYS and INDEX_KEY must be drawn at random, 32 bytes each")
        secrets = [self.SECRET_KEY, self.INDEX_KEY, *keys]
        if len(set(secrets)) < len(secrets):
            raise ConfigError("SECRET_KEY, INDEX_KEY and each of DATA_KEYS must differ")
        if self.METRICS_TOKEN and is_weak(self.METRICS_TOKEN):
            raise ConfigError("METRICS_TOKEN must be 32 characters long and drawn at random")
        if not given("DATABASE_URL"):
            raise ConfigError("DATABASE_URL must be set")
        require_sealed_ways()
        # Without a provider no code would ever arrive: sign-up goes on without, and says who is
        # known (jobmatch/starting.py warns of it).
        self.SIGN_UP_CODE = bool(self.SMS_URL)
        self.SECOND_FACTOR_REQUIRED = True


# Within one machine.
LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
VERIFIED = ("verify-full", "verify-ca")


def require_sealed_ways() -> None:
    """Nothing travels in plain between machines. raises ConfigError with what to write instead.

    PLAIN_HOSTS names hosts on a network of the machine's own, such as that of one compose file.
    """
    near = LOCAL | {name.strip() for name in os.environ.get("PLAIN_HOSTS", "").split(",")}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        for host, mode in postgres_hosts(given(name)):
            if host not in near and not host.startswith("/") and mode not in VERIFIED:
                raise ConfigError(
                    f"{name}: traffic to {host} must be encrypted and its certificate checked: "
                    "add ?sslmode=verify-full&sslrootcert=/path/of/its/ca.pem (or name the host in "
                    "PLAIN_HOSTS when it is on this machine's own network)"
                )
    redis = urlsplit(given("REDIS_URL"))
    if redis.scheme == "redis" and (redis.hostname or "") not in near:
        raise ConfigError(
            f"REDIS_URL: traffic to {redis.hostname} must be encrypted: write rediss:// (or name "
            "the host in PLAIN_HOSTS when it is on this machine's own network)"
        )
    scanner = os.environ.get("CLAMD", "")
    host = scanner.rpartition(":")[0]
    if scanner and not scanner.startswith("unix:") and host not in near:
        raise ConfigError(
            f"CLAMD: files must not travel in plain to {host}: a scanner on this machine, by "
            "unix:/path or 127.0.0.1:port (or name the host in PLAIN_HOSTS)"
        )


def postgres_hosts(url: str) -> list[tuple[str, str]]:
    """Each host of a PostgreSQL address with its sslmode; "" or a path for a socket."""
    if not url.startswith("postgres"):
        return []
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    named = asked.get("host") or unquote(parts.netloc.rpartition("@")[2])
    mode = asked.get("sslmode", "")
    return [(_bare(one), mode) for one in named.split(",")]


def _bare(host: str) -> str:
    """Without its port; an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.startswith("/") else host.partition(":")[0]


def given(name: str) -> str:
    """A setting, or what stands in the file that NAME_FILE names: how systemd and compose hand over
    secrets. raises ConfigError for a file that cannot be read, or where both are set.
    """
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE")
    if not path:
        return value
    if value:
        raise ConfigError(f"{name} and {name}_FILE are both set: which one counts?")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{name}_FILE: {path}: {error.strerror}") from None


def is_weak(secret: str) -> bool:
    """Whether a secret is too short, or made of too few different signs to be drawn at random."""
    return len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_SIGNS


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a list like "127.0.0.1,10.0.0.0/8"."""
    listed = os.environ.get(name, "")
    try:
        return tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())
    except ValueError as error:
        raise ConfigError(f"{name} must be addresses or networks: {error}") from None


def number(name: str) -> int:
    typed = os.environ.get(name, "0")
    if not typed.isdecimal():
        raise ConfigError(f"{name} must be a whole number, not {typed!r}")
    return int(typed)


def one_of(name: str, known: tuple[str, ...]) -> str:
    """One of the known words; the first when nothing is set."""
    word = os.environ.get(name) or known[0]
    if word not in known:
        raise ConfigError(f"{name} must be one of {', '.join(known)}, not {word!r}")
    return word


def load() -> Config:
    """The settings that JOBMATCH_ENV names: development (default), test or production."""
    name = os.environ.get("JOBMATCH_ENV", "development")
    try:
        kind = {"development": Development, "test": Test, "production": Production}[name]
    except KeyError:
        raise ConfigError(
            f"JOBMATCH_ENV must be development, test or production, not {name!r}"
        ) from None
    return kind()


def database_url(url: str | None, instance: Path) -> str:
    """The SQLAlchemy address: psycopg 3 for any PostgreSQL address, else the embedded file."""
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{(instance / 'jobmatch.sqlite3').as_posix()}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


# Statements kept compiled; a busy process knows more than the 500 that SQLAlchemy keeps.
STATEMENTS_KEPT = 2_000


def engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {
            "query_cache_size": STATEMENTS_KEPT,
            "connect_args": {"timeout": 5, "check_same_thread": False},
            "pool_size": 20,
            "max_overflow": 40,
        }
    return {
        "query_cache_size": STATEMENTS_KEPT, "pool_pre_ping": True, "pool_size": 10,
        "max_overflow": 30,
    }  # fmt: skip


def kept_secret(path: Path) -> str:
    """A secret of 32 random bytes (64 hex digits), made once and readable by the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = os.urandom(32).hex()
        file.write(secret)
    return secret


def make_metrics_folder() -> None:
    """The folder in which several processes put down what they count, as prometheus-client opens
    files there while it is imported. raises ConfigError where it cannot be made.
    """
    named = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not named:
        return
    try:
        Path(named).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"PROMETHEUS_MULTIPROC_DIR: {named} cannot be made ({error.strerror}); it is for "
            "gunicorn's processes alone: leave it unset for commands"
        ) from None


# On import, as this module is imported before those that count.
make_metrics_folder()
