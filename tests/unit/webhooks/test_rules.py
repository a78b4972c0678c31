"""What an address may be, and when it is tried again."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from turns_web.webhooks import rules
from turns_web.webhooks.addresses import why_not_reach

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd12::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1",  # noqa: S104
    "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "::ffff:169.254.169.254", "::127.0.0.1",
    "192.0.0.192",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_reached_only_where_the_configuration_allows_it(address):
    assert why_not_reach(ip_address(address), allow_private=False)
    assert why_not_reach(ip_address(address), allow_private=True) is None


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("allow_private", [False, True])
def test_what_keeps_a_clouds_secrets_or_is_no_machine_is_never_reached(address, allow_private):
    assert why_not_reach(ip_address(address), allow_private=allow_private)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address):
    assert why_not_reach(ip_address(address), allow_private=False) is None


def fault(url, *, allow_private=False):
    return rules.faults(url, ["turn.created"], allow_private=allow_private).get("url")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "http://a.localhost./", "http://LOCALHOST:9000/hook", "http://127.0.0.1/", "http://[::1]/",
        "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1:8080/", "https://name:secret@example.com/",
        "ftp://example.com/", "https:///path", "https://example.com:99999/", "https://example.com:0/",
        "https://exämple.com/", "https://example.com/#part", "//example.com/", "example.com", "https://[::1",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_public_is_refused_as_it_is_written(url):
    assert fault(url)


@pytest.mark.parametrize("url", ["https://example.com", "http://example.com:8080/a?b=c", "https://1.1.1.1/hook"])
def test_a_public_address_is_taken(url):
    assert fault(url) is None


@pytest.mark.parametrize("url", ["http://localhost:9000/", "http://127.0.0.1:9000/", "http://10.0.0.1/"])
def test_a_private_one_is_taken_where_the_configuration_allows_it(url):
    assert fault(url, allow_private=True) is None


def test_at_least_one_event_that_there_is_has_to_be_chosen():
    assert "at least one" in rules.faults("https://example.com", [], allow_private=False)["events"]
    assert "turn.sold" in rules.faults("https://example.com", ["turn.sold"], allow_private=False)["events"]


def test_each_wait_is_longer_than_the_one_before():
    waits = [rules.wait_after(failures) for failures in range(1, rules.MOST_ATTEMPTS)]
    assert waits == sorted(set(waits))
    assert waits[0] == timedelta(seconds=5)
    assert timedelta(hours=12) < sum(waits, timedelta()) < timedelta(days=1)
    assert rules.wait_after(100) == waits[-1]
