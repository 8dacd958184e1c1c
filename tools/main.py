"""The commands of manage.py."""

import argparse
import sys
from collections.abc import Sequence

from tools import application, checks, environment
from tools.console import Failure, prepare_output, say

# Campaigns with a name of their own.
BENCHMARKS = ("deployed", "faults", "load", "reliability", "workbooks")


def main(arguments: Sequence[str]) -> int:
    """Runs one command; gives the exit status. A failure is one sentence and status 1."""
    prepare_output()
    try:
        return dispatch(list(arguments))
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        return 130


def dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["flask"]:  # its arguments are not ours to read
        application.setup()
        return environment.flask(*arguments[1:])
    if arguments[:1] == ["benchmark"] and arguments[1:2] and arguments[1].isidentifier():
        application.setup("dev")
        module = f"benchmarks.{arguments[1]}"
        return environment.run_python(["-m", module, *arguments[2:]])
    if arguments[:1] == ["audit"]:
        application.setup("dev")
        environment.ensure("audit")
        return environment.run_python(["-m", "tools.audit", *arguments[1:]])
    if arguments[:1] and arguments[0] in BENCHMARKS:
        application.setup("dev")
        return environment.run_python(["-m", f"benchmarks.{arguments[0]}", *arguments[1:]])
    if (
        arguments[:1] == ["pictures"]
        and "-h" not in arguments[1:]
        and "--help" not in arguments[1:]
    ):
        application.setup("dev")
        return environment.run_python(["-m", "tools.pictures", *arguments[1:]])
    own, separator, rest = split_at_dashes(arguments)
    options = parser().parse_args(own)
    if separator and options.command != "test":
        parser().error("only `test` takes arguments after --")
    if options.command == "run":
        return application.run(options.host, options.port)
    if options.command == "setup":
        application.setup("dev" if options.dev else "runtime")
        say("jobmatch is set up: start it with `python3 manage.py run`.")
        return 0
    return checks.run(
        checks.Options(browser=not options.no_browser, fast=options.fast, pytest=tuple(rest))
    )


def split_at_dashes(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    place = arguments.index("--")
    return arguments[:place], True, arguments[place + 1 :]


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="manage.py", description="Sets up, runs and tests jobmatch.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")

    run = commands.add_parser("run", help="set up, make the demonstration season, serve it")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=port, default=5000)

    setup = commands.add_parser("setup", help="only set up")
    setup.add_argument("--dev", action="store_true", help="with what the tests need")

    test = commands.add_parser("test", help="check everything; arguments after -- go to pytest")
    test.add_argument("--no-browser", action="store_true", help="leave out the browser tests")
    test.add_argument("--fast", action="store_true", help="leave out PostgreSQL and the browser")

    commands.add_parser("flask", help="any flask command, in the environment")
    commands.add_parser("benchmark", help="a campaign of benchmarks/ by its name, e.g. pages")
    commands.add_parser("reliability", help="kill -9 at random moments, and deeds in any order")
    commands.add_parser("deployed", help="all processes of production on this machine, tried")
    commands.add_parser("workbooks", help="mangled workbooks and bombs under a memory limit")
    commands.add_parser("audit", help="the supply chain; status 3 where something was not done")
    commands.add_parser("faults", help="restart, full disk, a killed leader, clocks elsewhere")
    commands.add_parser("load", help="50 people of a banner at once; --soak 20: for 20 minutes")
    commands.add_parser("pictures", help="the pictures of the documents, from a served season")
    return top


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number
