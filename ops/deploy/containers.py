"""Containerfile and compose.yaml: the same processes, each in a container of one image."""

import yaml

from ops.crew import Role
from ops.deploy.host import Host

CODE, DATA, RUN = "/srv/twitterclone", "/var/lib/twitterclone", "/run/twitterclone"
POSTGRES, VALKEY, NGINX = "postgres:18", "valkey/valkey:9", "nginx:1.28"

CONTAINERFILE = f"""\
# Written by `make deploy ARGS=containers`. One image for all processes; compose.yaml says which runs where.
FROM python:3.13-slim AS packages
WORKDIR {CODE}
COPY requirements.txt .
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN groupadd --system --gid 990 twitterclone \\
 && useradd --system --uid 990 --gid 990 --home-dir {DATA} twitterclone \\
 && install -d -o twitterclone -g twitterclone -m 0750 {DATA} {RUN}
WORKDIR {CODE}
COPY --from=packages {CODE}/.venv .venv
COPY . .
ENV PATH={CODE}/.venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR={DATA} \\
    DJANGO_SETTINGS_MODULE=twitterclone.settings.production
USER twitterclone
VOLUME ["{DATA}", "{RUN}"]
ENTRYPOINT ["python"]
CMD ["manage.py", "check", "--deploy"]
"""

# settings, keys and certificates lie beside compose.yaml, and belong to the machine, not into the image
IGNORED = "var\n.venv*\n.git\n**/.env*\n**/certificates\n**/*.pem\n**/*.key\n**/__pycache__\n"


class _Plain(yaml.SafeDumper):
    """Writes what several services have in common out for each, for whoever reads the file."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def compose(host: Host, prepare: tuple[str, ...]) -> str:
    """The whole site on one machine with an engine for containers; settings come from `.env` beside it."""
    image = {
        "image": "twitterclone",
        "build": {"context": "../..", "dockerfile": "ops/containers/Containerfile"},
    }
    ours = image | {
        "env_file": [".env"],
        "volumes": [f"data:{DATA}", f"run:{RUN}"],
        "restart": "unless-stopped",
        "read_only": True,
        "tmpfs": ["/tmp"],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }
    after = {name: {"condition": "service_healthy"} for name in ("postgres", "valkey")}
    services = _servers()
    services["prepare"] = ours | {
        "command": ["-m", "ops.prepare", *prepare],
        "depends_on": after,
        "restart": "no",
    }
    ready = {"prepare": {"condition": "service_completed_successfully"}}
    for role in host.roles():
        for n in range(1, role.count + 1):
            services[_name(role, n)] = ours | {
                "command": role.arguments(n),
                "depends_on": ready,
                "stop_grace_period": f"{role.grace}s",
            }
    services["nginx"] = _nginx()
    text = yaml.dump(
        {
            "name": "twitterclone",
            "services": services,
            "volumes": dict.fromkeys(("data", "run", "postgres", "valkey")),
        },
        Dumper=_Plain,
        sort_keys=False,
        width=110,
    )
    return "# Written by `make deploy ARGS=containers`. See docs/operations/deploy.md.\n" + text.replace(
        ": null", ":"
    )


def _name(role: Role, n: int) -> str:
    return role.name if role.count == 1 else f"{role.name}{n}"


def _servers() -> dict[str, dict]:
    return {
        "postgres": {
            "image": POSTGRES,
            "environment": {
                "POSTGRES_USER": "twitterclone",
                "POSTGRES_DB": "twitterclone",
                "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?set it in .env}",
                "POSTGRES_INITDB_ARGS": "--encoding=UTF8 --locale=C.UTF-8",
            },
            "command": ["postgres", "-c", "shared_preload_libraries=pg_stat_statements"],
            "volumes": ["postgres:/var/lib/postgresql"],
            "healthcheck": {
                "test": ["CMD", "pg_isready", "-U", "twitterclone"],
                "interval": "5s",
                "retries": 20,
            },
            "restart": "unless-stopped",
            "shm_size": "256m",
        },
        "valkey": {
            "image": VALKEY,
            "command": ["valkey-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
            "volumes": ["valkey:/data"],
            "healthcheck": {"test": ["CMD", "valkey-cli", "ping"], "interval": "5s", "retries": 20},
            "restart": "unless-stopped",
        },
    }


def _nginx() -> dict:
    return {
        "image": NGINX,
        "ports": ["80:80", "443:443"],
        "volumes": [
            "./nginx.conf:/etc/nginx/conf.d/default.conf:ro",
            "./certificates:/etc/letsencrypt/live:ro",
            f"data:{DATA}:ro",
            f"run:{RUN}",
        ],
        "group_add": ["990"],
        "depends_on": {"web": {"condition": "service_started"}},
        "restart": "unless-stopped",
    }
