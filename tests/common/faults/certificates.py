"""Certificates for servers on loopback, made with `openssl`: right ones, and each kind of wrong one."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

_CONFIG = """
[ca]
default_ca = ours
[ours]
dir = {place}
new_certs_dir = {place}
database = {place}/index
serial = {place}/serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
"""


class Authority:
    """A certificate authority, in a folder."""

    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir()
        (place / "index").touch()
        (place / "serial").write_text("01\n")
        (place / "config").write_text(_CONFIG.format(place=place))
        self._openssl("req", "-x509", *_new("ca"), "-subj", "/CN=An authority of ours", "-days", "2")
        self.certificate = place / "ca.pem"

    @property
    def folder(self) -> Path:
        """A folder of trusted certificates, in OpenSSL's layout."""
        folder = self._place / "trusted"
        if not folder.exists():
            folder.mkdir()
            (folder / "ca.pem").write_bytes(self.certificate.read_bytes())
            self._openssl("rehash", str(folder))
        return folder

    def issue(self, name: str, *, subject: str = "IP:127.0.0.1", expired: bool = False) -> tuple[Path, Path]:
        """Return a certificate and its key."""
        self._openssl("req", *_new(name, request=True), "-subj", f"/CN={name}", "-addext", f"subjectAltName={subject}")
        until = "20200102000000Z" if expired else "20491231000000Z"
        self._openssl(
            "ca",
            "-config",
            "config",
            "-batch",
            "-notext",
            "-cert",
            "ca.pem",
            "-keyfile",
            "ca.key",
            "-in",
            f"{name}.csr",
            "-out",
            f"{name}.pem",
            "-startdate",
            "20200101000000Z",
            "-enddate",
            until,
        )
        return self._place / f"{name}.pem", self._place / f"{name}.key"

    def context(self, *, subject: str = "IP:127.0.0.1", expired: bool = False, asks: bool = False) -> ssl.SSLContext:
        """Return a server's TLS context; `asks` requires a client certificate of this authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue("server", subject=subject, expired=expired))
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.certificate)
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._place, check=True, capture_output=True)  # noqa: S607 - of the path


def _new(name: str, *, request: bool = False) -> list[str]:
    """Return the arguments for a key without a password, and its output files."""
    out = f"{name}.csr" if request else f"{name}.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    return [*curve, "-keyout", f"{name}.key", "-out", out]
