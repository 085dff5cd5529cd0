"""Certificates: those that are trusted, and the one that we show. `certificates/make.sh` makes them."""

from __future__ import annotations

import shutil

import pytest
from common.servers import AUTHORITY, CERTIFICATES, tls_server

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request
from ed_contract.transport import Lost, Target, Unreached
from ed_contract.transport.http import HttpTransport

REQUEST = Request(method="POST", path="/", headers=(), body=b"{}")


def status(url, **options):
    """Return the status of the answer to one request."""
    transport = HttpTransport(Target(url=url, request_timeout=5, **options))
    try:
        return transport.send(REQUEST).status
    finally:
        transport.close()


def test_what_is_trusted_is_a_file_or_a_folder(tmp_path):
    """In the folder any file may be one; or nothing is checked."""
    shutil.copy(AUTHORITY, tmp_path / "ours.crt")
    (tmp_path / "README").write_text("not a certificate")
    with tls_server() as url:
        assert [status(url, tls_verify=given) for given in (AUTHORITY, str(tmp_path), False)] == [200] * 3


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_what_is_trusted_may_stand_in_the_environment(monkeypatch, name, tmp_path):
    """Under the names that other clients read; what is given comes first."""
    for other in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    shutil.copy(AUTHORITY, tmp_path)
    monkeypatch.setenv(name, str(tmp_path) if name == "SSL_CERT_DIR" else AUTHORITY)
    with tls_server() as url:
        assert status(url) == 200
    monkeypatch.setenv(name, str(tmp_path / "gone.pem"))
    with tls_server() as url:
        assert status(url, tls_verify=AUTHORITY) == 200
        with pytest.raises(UsageError) as told:
            status(url)
    assert str(told.value) == f"{name} {tmp_path / 'gone.pem'}: No such file or directory\ncorrect or unset it."


@pytest.mark.parametrize(
    ("certificate", "trusted", "reason"),
    [
        ("expired", AUTHORITY, "certificate has expired"),
        ("elsewhere", AUTHORITY, "IP address mismatch"),
        ("server", True, "unable to get local issuer certificate"),
    ],
)
def test_a_certificate_that_does_not_hold_is_no_connection(monkeypatch, certificate, trusted, reason):
    """The reason says what is wrong with it."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with tls_server(certificate) as url, pytest.raises(Unreached, match=reason):
        status(url, tls_verify=trusted)


def test_a_client_certificate_is_shown_where_it_is_wanted():
    """In one file with its key, or in two; without one there is no answer."""
    with tls_server(wants=True) as url:
        one = {"cert": str(CERTIFICATES / "client.pem")}
        two = {"cert": str(CERTIFICATES / "client.crt"), "cert_key": str(CERTIFICATES / "client.key")}
        assert [status(url, tls_verify=AUTHORITY, **given) for given in (one, two)] == [200, 200]
        with pytest.raises(Lost, match=r"(?i)certificate.required"):
            status(url, tls_verify=AUTHORITY)


BOTH = "give the client certificate in PEM, and its key if it is in another file."


@pytest.mark.parametrize(
    ("cert", "key", "message"),
    [
        ("gone.pem", None, f"--cert gone.pem: No such file or directory\n{BOTH}"),
        ("client.crt", "gone.key", f"--cert client.crt, --cert-key gone.key: No such file or directory\n{BOTH}"),
        (
            "client.crt",
            None,
            "--cert client.crt: no certificate with its key in PEM\n"
            "give the client certificate in PEM, and its key by --cert-key if it is in another file.",
        ),
        (
            "authority.pem",
            "client.key",
            "--cert authority.pem, --cert-key client.key: the key is not that of the certificate\n"
            "give a matching pair.",
        ),
        (
            "client.crt",
            "client.locked.key",
            "--cert client.crt, --cert-key client.locked.key: the key has a passphrase\n"
            "give one without, e.g. from `openssl pkey -in KEY -out PLAIN`.",
        ),
    ],
)
def test_a_client_certificate_that_cannot_be_shown_is_told(monkeypatch, cert, key, message):
    """In two lines, and nobody is asked for a passphrase."""
    monkeypatch.chdir(CERTIFICATES)
    with pytest.raises(UsageError) as told:
        HttpTransport(Target(url="https://127.0.0.1:1", tls_verify=False, cert=cert, cert_key=key))
    assert str(told.value) == message


def test_a_key_without_its_certificate_is_refused():
    """One of the two is not enough."""
    with pytest.raises(UsageError) as told:
        Target(url="https://127.0.0.1:1", cert_key="client.key")
    assert str(told.value) == "--cert-key without --cert\ngive the certificate too."
