"""What is pinned is installed where only the system knows the authority that vouches for the package index."""

import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.project import ROOT

SYSTEM_STORE = Path("/etc/ssl/certs/ca-certificates.crt")
IN_A_SYSTEM_OF_ITS_OWN = ("unshare", "--map-root-user", "--mount", "sh", "-c")
TRUSTING = f'mount --bind "$0" {SYSTEM_STORE} && exec "$@"'


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A company's authority; `server.pem` beside it holds what it vouches for: 127.0.0.1."""
    own, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issued = certificate("127.0.0.1", key.public_key(), own, x509.SubjectAlternativeName([here()]))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "server.pem").write_bytes(secret + issued)
    path = tmp_path / "authority.pem"
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    path.write_bytes(certificate("A company", own.public_key(), own, constraints))
    return path


def here() -> x509.IPAddress:
    return x509.IPAddress(ip_address("127.0.0.1"))


def certificate(
    name: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
) -> bytes:
    """By the company, for a day."""
    issuer, subject = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in ("A company", name))
    now = datetime.now(UTC)
    number = x509.random_serial_number()
    builder = x509.CertificateBuilder(issuer, subject, key, number, now, now + timedelta(days=1))
    return builder.add_extension(extension, critical=False).sign(signer, SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
def index(authority: Path) -> Iterator[str]:
    """A package index over TLS that has one package, `tiny`."""
    folder = authority.parent / "simple" / "tiny"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    (folder / "index.html").write_text('<a href="tiny-1-py3-none-any.whl">tiny-1-py3-none-any.whl</a>')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.with_name("server.pem"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(authority.parent))) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever).start()
        yield f"https://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def installed(authority: Path, *program: str | Path, index: str) -> "subprocess.CompletedProcess[str]":
    """On a machine whose certificates are this authority's alone."""
    options = ("--no-cache", "--no-config", "--target", authority.with_name("target"), "--default-index", index, "tiny")
    command = [*IN_A_SYSTEM_OF_ITS_OWN, TRUSTING, authority, *program, "pip", "install", *options]
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def _changeable_system(authority: Path) -> None:
    if not SYSTEM_STORE.exists():
        pytest.skip("this machine's certificates are elsewhere")
    done = subprocess.run([*IN_A_SYSTEM_OF_ITS_OWN, TRUSTING, authority, "true"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this machine lets nobody give a process other system files")


@pytest.mark.usefixtures("_changeable_system")
def test_an_authority_that_only_the_system_knows_is_trusted(authority: Path, index: str) -> None:
    alone = installed(authority, Path(sys.executable).with_name("uv"), index=index)
    assert "UnknownIssuer" in alone.stderr  # or this test would show nothing

    done = installed(authority, sys.executable, "-m", "local.uv", index=index)

    assert done.returncode == 0, done.stderr
    assert authority.with_name("target").joinpath("tiny-1.dist-info").exists()
