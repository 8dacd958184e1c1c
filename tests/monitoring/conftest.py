from tests.earnings.conftest import field

__all__ = ["field"]
