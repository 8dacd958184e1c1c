"""A process that keeps an index of its own and answers for each worker key it reads."""

import sys
from datetime import date

import config
from jobmatch import create_app
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads
from jobmatch.matching import index
from tests.matching.index.conftest import COMPILED
from tests.support import instant

TODAY = date(2026, 9, 20)


def main(address: str) -> None:
    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = address
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
    settings.MATCH_INDEX = True
    app = create_app(settings)
    with app.app_context(), clock.at(instant(2026, 9, 20)):
        index.keeper().folder = COMPILED
        index.keeper().build(TODAY)
        for line in sys.stdin:
            forget_reads()
            found = index.best_for_worker(int(line), TODAY)
            assert found is not None, "the index was thrown away"
            sys.stdout.write(f"{sorted(match.id for match in found[0])}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
