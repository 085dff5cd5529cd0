"""What certificates are checked with, and which one we show. Knows no client."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from ed_contract.exceptions import UsageError
from ed_contract.transport.target import Target

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""Name the trusted certificates in the environment, the first that is set, as other clients read them."""


def trusting(verify: bool | str) -> ssl.SSLContext | None:  # noqa: FBT001 - as the target has it
    """Return what certificates are checked with; None leaves it to the client's own.

    Raises:
        UsageError: there are no certificates where they are said to be.
    """
    if verify is False:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    if isinstance(verify, str):
        return _loaded(verify, "--tls-verify", "give a file or a folder of certificates in PEM, or no.")
    for name in _VARIABLES:
        if given := os.environ.get(name):
            return _loaded(given, name, "correct or unset it.")
    return None


def show_certificate(context: ssl.SSLContext, target: Target) -> None:
    """Let `context` show the client certificate of a target, if it has one; raise UsageError for wrong files."""
    if target.cert is None:
        return
    locked = []

    def passphrase() -> str:
        locked.append(True)  # the library would ask for it on the terminal
        return ""

    try:
        context.load_cert_chain(target.cert, target.cert_key, password=passphrase)
    except OSError as error:
        given = f"--cert {target.cert}" + (f", --cert-key {target.cert_key}" if target.cert_key else "")
        if locked:
            why, hint = "the key has a passphrase", "give one without, e.g. from `openssl pkey -in KEY -out PLAIN`."
        elif not isinstance(error, ssl.SSLError):
            why, hint = str(error.strerror), "give the client certificate in PEM, and its key if it is in another file."
        elif "MISMATCH" in str(error):
            why, hint = "the key is not that of the certificate", "give a matching pair."
        else:
            why = "no certificate with its key in PEM"
            hint = "give the client certificate in PEM, and its key by --cert-key if it is in another file."
        raise UsageError(f"{given}: {why}\n{hint}") from error


def _loaded(where: str, name: str, hint: str) -> ssl.SSLContext:
    """Return a context that trusts the certificates of a file, or of all files in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        for file in sorted(Path(where).iterdir()) if Path(where).is_dir() else [Path(where)]:
            try:
                context.load_verify_locations(cafile=file)
            except OSError:
                if not Path(where).is_dir():
                    raise
        why = "" if context.get_ca_certs() else "no certificates in it"
    except ssl.SSLError:
        why = "no certificates in it"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
    if why:
        raise UsageError(f"{name} {where}: {why}\n{hint}")
    return context
