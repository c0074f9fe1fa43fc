"""The files of a server, read by the programs that will read them there, where this machine has them."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ops import processes
from ops.deploy import files
from ops.deploy.host import Host

SELF_SIGNED = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
MAIN = """\
pid {folder}/nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    include {site};
}}
"""


@dataclass(frozen=True)
class Result:
    """What a program says of a file; `said` is empty when all is well."""

    what: str
    by: str
    said: str = ""
    is_bad: bool = False

    def __str__(self) -> str:
        word = "FAILED" if self.is_bad else ("not checked" if not self.by else "ok")
        by = f", by {self.by}" if self.by else ""
        return f"{word:<12} {self.what}{by}{': ' + self.said if self.said else ''}"


def check(host: Host, folder: Path, python: Path) -> list[Result]:
    """Writes all files below `folder` and has them read."""
    # certificate and programs of the real paths need not be here: stand-ins of the same kind are
    host = replace(host, certificates=folder / "certificates")
    files.write(host, folder)
    return [_units(folder), _nginx(host, folder), _compose(host.domain, folder, python)]


def _units(folder: Path) -> Result:
    if not (program := shutil.which("systemd-analyze")):
        return Result("systemd units", "", "systemd-analyze is not on this machine")
    units = sorted(str(path) for path in (folder / files.UNITS).iterdir())
    status, text = processes.output_of([program, "verify", "--man=no", *units])
    # others' units on this machine are read too: what it says of them is not about ours
    ours = [line for line in text.splitlines() if "twitterclone" in line]
    return Result("systemd units", "systemd-analyze verify", "; ".join(ours), bool(ours) or status != 0)


def _nginx(host: Host, folder: Path) -> Result:
    if not (program := shutil.which("nginx")) or not shutil.which("openssl"):
        return Result("nginx site", "", "nginx and openssl are not on this machine")
    host.certificate.mkdir(parents=True)
    pair = ["-keyout", host.certificate / "privkey.pem", "-out", host.certificate / "fullchain.pem"]
    status, text = processes.output_of([*SELF_SIGNED, *pair, "-subj", f"/CN={host.domain}", "-days", "1"])
    if status == 0:
        main = folder / "nginx.conf"
        main.write_text(MAIN.format(folder=folder, site=folder / files.SITE))
        status, text = processes.output_of([program, "-t", "-q", "-c", main])
    said = " ".join(line for line in text.splitlines() if "emerg" in line or "warn" in line)
    return Result("nginx site", "nginx -t", said or (text if status else ""), status != 0 or bool(said))


VALIDATE = "import sys; from compose_spec import PyCompose; PyCompose.from_yaml(open(sys.argv[1]).read())"


def _compose(domain: str, folder: Path, python: Path) -> Result:
    files.write_containers(domain, folder / "containers")
    argv = [python, "-c", VALIDATE, folder / "containers" / "compose.yaml"]
    status, text = processes.output_of(argv)
    said = text.strip().splitlines()[-1] if text.strip() else ""
    return Result("compose.yaml", "the Compose specification", said, status != 0)
