"""The units of systemd: one for each process, one that prepares, timers, and a target that is all of them."""

from ops.crew import Role
from ops.deploy.host import Host

TARGET = "twitterclone.target"

# What strangers send is decoded here, so little can be done from here. (MemoryDenyWriteExecute is left out:
# Python's ctypes and ffmpeg need it.)
HARDENED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
CapabilityBoundingSet=
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0027"""


def unit_names(role: Role) -> list[str]:
    """The units of a role, those that take turns one by one."""
    if role.count == 1:
        return [f"twitterclone-{role.name}.service"]
    return [f"twitterclone-{role.name}@{n}.service" for n in range(1, role.count + 1)]


def units(host: Host) -> dict[str, str]:
    """Every unit by its file name."""
    found = {TARGET: _target(host), "twitterclone-prepare.service": _prepare(host)}
    for role in host.roles():
        template = f"twitterclone-{role.name}{'@' if role.count > 1 else ''}.service"
        found[template] = _service(host, role)
    return found | _timers(host)


def _target(host: Host) -> str:
    wants = " ".join(name for role in host.roles() for name in unit_names(role))
    return f"""\
[Unit]
Description=Twitterclone at {host.domain}
Wants={wants}

[Install]
WantedBy=multi-user.target
"""


def _common(host: Host) -> str:
    return f"""\
User={host.user}
Group={host.user}
WorkingDirectory={host.code}
EnvironmentFile={host.env}
RuntimeDirectory={host.run.name}
RuntimeDirectoryMode=0750
RuntimeDirectoryPreserve=yes
ReadWritePaths={host.data} -{host.backups}
{HARDENED}"""


def _prepare(host: Host) -> str:
    """Runs once before the others: checks, migrates, makes partitions, collects static files."""
    steps = " ".join(f'"{step}"' for step in PREPARE)
    return f"""\
[Unit]
Description=Twitterclone: database and static files brought up to the code
After=network-online.target postgresql.service redis-server.service valkey-server.service
Wants=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
ExecStart={quoted(host.python)} -m ops.prepare {steps}
{_common(host)}
"""


PREPARE = ("check --deploy", "migrate --verbosity 1", "partitions", "collectstatic --noinput --verbosity 0")


def _service(host: Host, role: Role) -> str:
    instance = "" if role.count == 1 else " %i"
    figures = f"{host.run}/metrics/{role.name}{instance.strip()}"  # docs/operations/monitoring.md
    # %h is the host for Celery and a home for systemd
    argv = " ".join(quoted(part) for part in role.argv)
    argv = argv.replace("%", "%%").replace("{n}", "%i" if role.count > 1 else "1")
    reload = "ExecReload=/bin/kill -HUP $MAINPID\n" if role.reloads else ""
    priority = "Nice=10\nOOMScoreAdjust=500\n" if role.media else ""
    return f"""\
[Unit]
Description=Twitterclone: {role.what}{instance}
After=twitterclone-prepare.service network-online.target
Wants=twitterclone-prepare.service
PartOf={TARGET}

[Service]
Environment=PROMETHEUS_MULTIPROC_DIR={figures}
ExecStartPre=/bin/rm -rf {figures}
ExecStartPre=/bin/mkdir -p {figures}
ExecStart={quoted(host.python)} {argv}
{reload}KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec={role.grace}
Restart=always
RestartSec=2
{priority}{_common(host)}

[Install]
WantedBy={TARGET}
"""


def quoted(part: object) -> str:
    """As a word of a command line, for systemd."""
    part = str(part)
    return f'"{part}"' if any(sign in part for sign in " '") else part


BACKUPS = "twitterclone-backups.target"
TIMERS = {  # name: (what, when, the verb and its words)
    "backup-dump": ("a logical dump", "*-*-* 01:00", "backup dump"),
    "backup-media": ("a copy of the media", "*-*-* 01:30", "backup media"),
    "backup-full": ("a full backup", "Sun *-*-* 02:00", "backup full"),
    "backup-diff": ("a differential backup", "Mon..Sat *-*-* 02:00", "backup diff"),
    "backup-verify": ("all backups restored into scratch", "Sun *-*-* 04:00", "backup verify"),
    "backup-prune": ("old backups removed", "*-*-* 06:00", "backup prune"),
    "backup-status": ("a look at the backups", "hourly", "backup status"),
}


def _timers(host: Host) -> dict[str, str]:
    wants = " ".join(f"twitterclone-{name}.timer" for name in TIMERS)
    found = {BACKUPS: f"[Unit]\nDescription=Twitterclone: backups by the clock\nWants={wants}\n"}
    found[BACKUPS] += "\n[Install]\nWantedBy=multi-user.target\n"
    before: list[str] = []  # only one runs at a time: who comes early waits
    for name, (what, when, verb) in TIMERS.items():
        after = " ".join(["twitterclone-prepare.service", *before])
        before.append(f"twitterclone-{name}.service")
        found[f"twitterclone-{name}.service"] = f"""\
[Unit]
Description=Twitterclone: {what}
After={after}

[Service]
Type=oneshot
TimeoutStartSec=infinity
Nice=10
IOSchedulingClass=idle
ExecStart={quoted(host.python)} -m ops {verb}
{_common(host)}
"""
        found[f"twitterclone-{name}.timer"] = f"""\
[Unit]
Description=Twitterclone: {what}, by the clock

[Timer]
OnCalendar={when}
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
"""
    return found
