"""Several nodes that are one service: their URLs, and who gets what."""

from __future__ import annotations

import threading

import pytest
from common.servers import http_server

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request
from ed_contract.transport import Target, open_transport
from ed_contract.transport.nodes import nodes_of

TARGET = Target(url="http://127.0.0.1:8000/", api_key="sk_test_a", headers=(("X-Tenant", "acme"),))


def test_nodes_are_asked_as_the_target_is():
    """With its credentials and headers, below the same path; they share the credential that is renewed."""
    nodes = nodes_of(TARGET, ["http://127.0.0.1:8001/", "http://127.0.0.1:8002/b"])
    assert list(nodes) == ["http://127.0.0.1:8000", "http://127.0.0.1:8001", "http://127.0.0.1:8002/b"]
    assert nodes["http://127.0.0.1:8002/b"].endpoint == "http://127.0.0.1:8002/b/v2/core/event_destinations"
    assert all((one.api_key, one.headers) == (TARGET.api_key, TARGET.headers) for one in nodes.values())
    assert all(one.renewed is TARGET.renewed for one in nodes.values())


def test_a_target_alone_has_no_nodes():
    """Nothing is told of one."""
    assert nodes_of(TARGET, []) == {}


@pytest.mark.parametrize(
    ("replicas", "said"),
    [
        (
            ["localhost:8001"],
            "--replica: 'localhost:8001' is not an http or https URL\n"
            "write http://localhost:8001, or https if the server uses TLS.",
        ),
        (
            ["http://127.0.0.1:8001/?a=b"],
            '--replica: the URL has a query\nleave it out; a token goes into a header, e.g. -H "X-Token: …".',
        ),
        (
            ["http://127.0.0.1:8000"],
            "--replica: http://127.0.0.1:8000 is already given\ngive the URL of another node of the same service.",
        ),
        (
            ["http://127.0.0.1:1", "http://127.0.0.1:1/v2/core/event_destinations"],
            "--replica: http://127.0.0.1:1/v2/core/event_destinations is already given\n"
            "give the URL of another node of the same service.",
        ),
    ],
)
def test_a_replica_is_a_url_of_its_own(replicas, said):
    """The rules are those of the target's URL."""
    with pytest.raises(UsageError) as refused:
        nodes_of(TARGET, replicas)
    assert str(refused.value) == said


def test_an_application_has_no_replicas():
    """It is called in process."""
    with pytest.raises(UsageError, match=r"^--replica cannot be used with an application in process\n"):
        nodes_of(Target.of_app(lambda _environ, _start: []), ["http://127.0.0.1:8001"])


def test_each_request_of_a_burst_goes_to_its_node_and_none_arrives_before_all_do():
    """The last bytes are released together, whatever node they go to."""
    together = threading.Barrier(4, timeout=10)

    def answering(name):
        def answer(body, _headers):
            together.wait()
            return 200, {}, name + body

        return http_server(answer)

    with answering(b"a") as first, answering(b"b") as second:
        nodes = nodes_of(Target(url=first), [second])
        transport = open_transport(nodes[first], nodes)
        requests = [
            Request(method="POST", path="/", headers=(), body=b"%d!" % number, node=node)
            for number, node in enumerate([first, second, second, first])
        ]
        try:
            came = transport.burst(requests)
        finally:
            transport.close()
    assert [one.body for one in came] == [b"a0!", b"b1!", b"b2!", b"a3!"]


def test_a_request_goes_to_the_node_that_it_names():
    """Over a connection of that node's."""
    with (
        http_server(lambda body, _: (200, {}, b"a" + body)) as first,
        http_server(lambda body, _: (200, {}, b"b" + body)) as second,
    ):
        nodes = nodes_of(Target(url=first), [second])
        transport = open_transport(nodes[first], nodes)
        sent = [Request(method="POST", path="/", headers=(), body=b"!", node=node) for node in (first, second, first)]
        try:
            came = [transport.send(one).body for one in sent]
            transport.disconnect()
            came.append(transport.send(sent[1]).body)
        finally:
            transport.close()
    assert came == [b"a!", b"b!", b"a!", b"b!"]
