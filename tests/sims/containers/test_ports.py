"""Published ports, followed packet by packet; the rules of Docker's own documents."""

import pytest

from coursekit.sims.containers.ports import Container, Host, Publish, journey, parse
from coursekit.sims.message import ParameterError

NETWORKS = {"bridge": "172.17.0.0/16", "shop": "172.18.0.0/16"}


def host(web="", admin="", db=""):
    def one(name, ip, network, listens, text):
        rule = parse(text)
        return Container(name, ip, network, listens, (rule,) if rule else ())

    return Host("192.0.2.10", NETWORKS, (
        one("web", "172.18.0.2", "shop", 80, web),
        one("db", "172.18.0.3", "shop", 5432, db),
        one("admin", "172.17.0.2", "bridge", 9000, admin),
    ))  # fmt: skip


def test_outside_reaches_what_is_published_and_nothing_else():
    assert journey(host(web="8080:80"), "outside", "host", 8080).opens
    assert not journey(host(), "outside", "host", 8080).opens
    assert not journey(host(web="8080:80"), "outside", "host", 80).opens
    assert not journey(host(), "outside", ":web", 80).opens


def test_the_destination_is_rewritten_and_outside_stays_the_source():
    steps = journey(host(web="8080:80"), "outside", "host", 8080).steps

    assert [(step.where, step.src, step.dst) for step in steps] == [
        ("host", "203.0.113.9", "192.0.2.10:8080"),
        ("web", "203.0.113.9", "172.18.0.2:80"),
    ]


def test_published_on_127_is_for_the_host_alone():
    at_home = host(web="127.0.0.1:8080:80")

    assert journey(at_home, "host", "localhost", 8080).opens
    assert not journey(at_home, "outside", "host", 8080).opens
    assert not journey(at_home, "outside", "localhost", 8080).opens


def test_publishing_the_wrong_port_of_the_container_is_refused_there():
    tried = journey(host(web="8080:8000"), "outside", "host", 8080)

    assert not tried.opens
    assert str(tried.why) == "Nothing in web listens on port 8000: refused."


def test_containers_of_one_network_of_the_users_own_know_each_other_by_name():
    tried = journey(host(), "web", "db", 5432)

    assert tried.opens
    assert [step.where for step in tried.steps] == ["dns", "db"]


def test_the_default_network_answers_no_names():
    assert "default network answers no names" in str(journey(host(), "admin", "web", 80).why)


def test_networks_do_not_see_each_other_but_by_published_ports():
    assert not journey(host(), "web", "admin", 9000).opens
    assert not journey(host(), "web", ":admin", 9000).opens
    assert journey(host(admin="9000:9000"), "web", "host", 9000).opens


def test_localhost_in_a_container_is_the_container():
    assert journey(host(), "web", "localhost", 80).opens
    assert not journey(host(web="8080:80"), "db", "localhost", 8080).opens


def test_the_host_reaches_every_address():
    assert all(journey(host(), "host", f":{name}", port).opens for name, port in [("web", 80), ("db", 5432), ("admin", 9000)])  # fmt: skip
    assert not journey(host(), "host", "web", 80).opens  # by name it does not


@pytest.mark.parametrize("first, second, clash", [
    ("8080:80", "8080:9000", True),
    ("127.0.0.1:8080:80", "8080:9000", True),
    ("127.0.0.1:8080:80", "192.0.2.10:8080:9000", False),
    ("8080:80/udp", "8080:9000", False),
    ("8080:80", "8081:9000", False),
])  # fmt: skip
def test_a_port_of_the_host_is_given_away_once(first, second, clash):
    assert parse(first).clashes(parse(second)) == parse(second).clashes(parse(first)) == clash
    if clash:
        with pytest.raises(ParameterError, match=r"port=8080: .*:8080 of the host is given away already"):  # fmt: skip
            host(web=first, admin=second)


def test_what_follows_p():
    assert parse("8080:80") == Publish("0.0.0.0", 8080, 80)
    assert parse(" 127.0.0.1:53:53/udp ") == Publish("127.0.0.1", 53, 53, "udp")
    assert parse("") is None


@pytest.mark.parametrize("text, said", [
    ("80", "p=80: write host port:port, as 8080:80"),
    ("70000:80", "p=70000:80: a port is 1 to 65535"),
    ("0:80", "p=0:80: a port is 1 to 65535"),
    ("300.1.1.1:80:80", "p=300.1.1.1:80:80: 300.1.1.1 is no address"),
    ("8080:80/icmp", "p=8080:80/icmp: write host port:port"),
])  # fmt: skip
def test_a_bad_text_is_named(text, said):
    with pytest.raises(ParameterError, match=said):
        parse(text)


def test_unknown_places_are_named():
    with pytest.raises(ParameterError, match="from=mars: choose outside, host or a container"):
        journey(host(), "mars", "host", 80)
    with pytest.raises(ParameterError, match="to=cache: there is no such container"):
        journey(host(), "host", "cache", 80)
