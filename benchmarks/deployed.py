"""The whole of it as deploy/ says, on one machine, and what it answers.

    python3 manage.py deployed

Started: PostgreSQL, Redis, gunicorn with gunicorn.conf.py (2 processes of 4 threads) in production
settings, the scheduler, and nginx with deploy/nginx.conf where the machine has one (or NGINX names
it). Asked: whether it is ready, cookies and headers, limits shared by the processes (the control
without Redis must let more through), figures, the scheduler's lead, and how long it takes to end.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.reliability import deployed
from tools.postgres import scratch

ROOT = Path(__file__).resolve().parent.parent
RESULTS: list[bool] = []


def say(name: str, good: bool | None, detail: object = "") -> None:
    """A line; None: it was not tried."""
    word = {True: "ok", False: "FAILED", None: "not tried"}[good]
    print(f"{name:<52}{word:<11}{detail}", flush=True)
    if good is not None:
        RESULTS.append(good)


def settings(address: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        "JOBMATCH_ENV": "production", "JOBMATCH_INSTANCE": str(folder), "PROXIES": "1",
        "DATABASE_URL": address, "SECRET_KEY": secrets.token_hex(32),
        "DATA_KEYS": f"k1:{secrets.token_hex(32)}", "INDEX_KEY": secrets.token_hex(32),
        "METRICS_TOKEN": secrets.token_hex(32), "FLASK_APP": "jobmatch", "REDIS_URL": "",
        "RELAX_RATE_LIMITS": "",
    } | more  # fmt: skip


@contextmanager
def web(folder: Path, env: dict[str, str]) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = deployed.free_port()
    with deployed.running(deployed.gunicorn(port), folder / "web.log", **env) as process:
        deployed.until(lambda: deployed.is_up(port, "/readyz"), 400)
        yield port, process


def asked(port: int, env: dict[str, str], log: Path) -> None:
    say("ready: database there and migrated", deployed.is_up(port, "/readyz"))
    _, _, cookie = deployed.ask(port, "/sign-in")
    say("cookie of production", cookie.startswith("__Host-"), cookie.partition("=")[0])
    say("figures without the token are not there", deployed.ask(port, "/metrics")[0] == 404)
    before = deployed.counted(port, env["METRICS_TOKEN"], "/healthz")
    good = sum(deployed.is_up(port) for _ in range(50))
    after = deployed.counted(port, env["METRICS_TOKEN"], "/healthz")
    say("figures of both processes add up", good == after - before == 50, after - before)
    answers = deployed.sign_in_tries(port, 14)
    say("limits shared by Redis: 10 tries a minute", answers.count(422) == 10, answers)
    deployed.until(lambda: b'"leading"' in log.read_bytes(), 120)
    say("the scheduler leads", True)


def proxied(stack: ExitStack, port: int, folder: Path) -> None:
    nginx = os.environ.get("NGINX") or shutil.which("nginx")
    if nginx is None:
        say("behind nginx", None, "there is no nginx here")
        return
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=jobs.example", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    plain, sealed = deployed.free_port(), deployed.free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/etc/nginx/tls", str(folder)), ("http://web:8000", f"http://127.0.0.1:{port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{sealed} ssl;"),
    ):  # fmt: skip
        assert old in site, old
        site = site.replace(old, new)
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    whole = f"pid {folder}/pid; daemon off; events {{}} http {{ access_log off; {paths} {site} }}"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx-error.log")]
    stack.enter_context(deployed.running(command, folder / "nginx.log"))
    deployed.until(lambda: deployed.answers(sealed), 20)

    def fetch(path: str) -> str:
        return subprocess.run(
            ["curl", "-sk", "-i", f"https://127.0.0.1:{sealed}{path}"],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip

    page = fetch("/sign-in")
    say("behind nginx: a page over HTTPS", page.startswith("HTTP/1.1 200"))
    say("behind nginx: HSTS, and the cookie secure",
        "strict-transport-security" in page.lower() and "; Secure" in page)  # fmt: skip
    say("behind nginx: no figures", fetch("/metrics").startswith("HTTP/1.1 404"))


def main() -> int:
    print(f"load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jobmatch-deployed-")))
        given = os.environ.get("DATABASE_URL", "")
        address = stack.enter_context(scratch(given if given.startswith("postgres") else ""))
        env = settings(address, folder)
        command = [sys.executable, "-m", "flask", "db", "upgrade"]
        own = {name: value for name, value in (os.environ | env).items() if value}
        done = subprocess.run(command, cwd=ROOT, env=own, check=False, capture_output=True)
        if done.returncode:
            raise SystemExit(done.stderr.decode("utf-8", "replace")[-2000:])
        with ExitStack() as inner:
            url = ""
            if deployed.redis_server() is None:
                say("limits shared by Redis", None, "there is no Redis here")
            else:
                url = inner.enter_context(deployed.redis(folder))[1]
            env = settings(address, folder, REDIS_URL=url)
            log = folder / "scheduler.log"
            clockwork = inner.enter_context(
                deployed.running([sys.executable, "-m", "flask", "scheduler"], log, **env)
            )
            port, process = inner.enter_context(web(folder, env))
            if url:
                asked(port, env, log)
            proxied(inner, port, folder)
            for name, one in (("gunicorn", process), ("scheduler", clockwork)):
                began = time.monotonic()
                one.terminate()
                status = one.wait(60)
                seconds = time.monotonic() - began
                say(
                    f"{name} ends when it is asked to",
                    status == 0 and seconds < 40,
                    f"{seconds:.1f} s",
                )
        with web(folder, settings(address, folder)) as (port, _):
            answers = deployed.sign_in_tries(port, 24)
            say("control: without Redis each counts for itself", answers.count(422) > 10, answers)
    return 0 if all(RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
