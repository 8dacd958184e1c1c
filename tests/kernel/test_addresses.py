"""Where a request came from, no nearer than its network."""

import pytest

from jobmatch.kernel.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        (" 10.1.2.3 ", "10.1.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("unix:", ""),
        ("203.0.113.777", ""),
    ],
)
def test_an_address_is_told_by_its_network_only(address: str, network: str) -> None:
    assert network_of(address) == network
