"""A real OpenLDAP server for the tests, from Debian's package `slapd`: a free port, a temporary folder, TLS.

`bin/test-tools` installs the package, as root on Debian; elsewhere WHY_NOT says why the tests are skipped.
"""

import contextlib
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ldap3  # type: ignore[import-untyped]
import trustme

from tests.listening import free_ports, until_it_listens

WHY_NOT = "slapd is not on this machine"
BASE = "dc=example,dc=com"
DESK, DESK_PASSWORD = f"cn=desk,{BASE}", "the desk's own Phrase"
OLD = "Forgotten-Long-Ago!"
START_S = 20.0
SCHEMAS = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")


@cache
def slapd() -> str | None:
    """The program's path; None where it or what it loads is not there."""
    found = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found if MODULES.is_dir() and SCHEMAS.is_dir() else None


@dataclass
class Ldap:
    """A running server. `ca` is the file of its certificate authority."""

    folder: Path
    plain_port: int
    tls_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ca(self) -> str:
        """For `HELPDESK_LDAP_CA`."""
        return str(self.folder / "ca.pem")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a desk that uses it."""
        return {
            "accounts": "ldap", "ldap_url": f"ldap://localhost:{self.plain_port}", "ldap_ca": self.ca,
            "ldap_bind_dn": DESK, "ldap_password": DESK_PASSWORD, "ldap_base_dn": f"ou=people,{BASE}",
            "accounts_seconds": 2, **changes,
        }  # fmt: skip

    def may_sign_in(self, uid: str, password: str) -> bool:
        """Whether this person's password is this one: asked as their mail program would."""
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=self.ca)
        place = ldap3.Server("localhost", self.tls_port, use_ssl=True, tls=tls, get_info=ldap3.NONE)
        connection = ldap3.Connection(place, f"uid={uid},ou=people,{BASE}", password)
        try:
            return bool(connection.bind())
        finally:
            connection.unbind()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = slapd()
        assert program is not None
        listens = f"ldap://127.0.0.1:{self.plain_port} ldaps://127.0.0.1:{self.tls_port}"
        # "none" says when it starts and ends, and why it cannot; 0 says nothing at all.
        command = [program, "-f", str(self.folder / "slapd.conf"), "-h", listens, "-d", "none"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until_it_listens(self.process, self.tls_port, (self.folder / "log").read_text, START_S)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@contextlib.contextmanager
def running() -> Iterator[Ldap]:
    """A server with Ada, two people who share a mail, and a rule that passwords have 14 characters."""
    folder = Path(tempfile.mkdtemp(prefix="hd-ldap-"))
    server = Ldap(folder, *free_ports(2))
    try:
        _furnish(folder)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    own = authority.issue_cert("localhost")
    own.private_key_pem.write_to_path(folder / "key.pem")
    own.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    (folder / "data").mkdir()
    (folder / "slapd.conf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "people.ldif").write_text(PEOPLE)
    program = slapd()
    assert program is not None
    command = [program, "-T", "add", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


CONFIGURATION = f"""
include {SCHEMAS}/core.schema
include {SCHEMAS}/cosine.schema
include {SCHEMAS}/inetorgperson.schema
modulepath {MODULES}
moduleload back_mdb
moduleload ppolicy
pidfile {{folder}}/pid
TLSCACertificateFile {{folder}}/ca.pem
TLSCertificateFile {{folder}}/cert.pem
TLSCertificateKeyFile {{folder}}/key.pem
security simple_bind=128
database mdb
suffix "{BASE}"
directory {{folder}}/data
overlay ppolicy
ppolicy_default "cn=passwords,{BASE}"
ppolicy_hash_cleartext
access to attrs=userPassword by dn.exact="{DESK}" write by anonymous auth by * none
access to * by dn.exact="{DESK}" read by * none
"""
PEOPLE = f"""
dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: cn=passwords,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: passwords
pwdAttribute: userPassword
pwdCheckQuality: 2
pwdMinLength: 14

dn: {DESK}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: desk
userPassword: {DESK_PASSWORD}

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: uid=ada,ou=people,{BASE}
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@example.com
mail: countess@example.com
userPassword: {OLD}

dn: uid=twin1,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twin1
cn: First Twin
sn: Twin
mail: twins@example.com

dn: uid=twin2,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twin2
cn: Second Twin
sn: Twin
mail: twins@example.com
"""
