from tests.season import browser, season

__all__ = ["browser", "season"]
