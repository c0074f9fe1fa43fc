"""Programs and the site itself in the protocol's names."""

from integrations.wire.instance import (
    Instance,
    InstanceV1,
    Rule,
    Terms,
    instance,
    instance_v1,
    nodeinfo,
    rules,
    terms,
)
from integrations.wire.programs import (
    Application,
    CredentialApplication,
    Token,
    application,
    credential_application,
    token,
)

__all__ = [
    "Application",
    "CredentialApplication",
    "Instance",
    "InstanceV1",
    "Rule",
    "Terms",
    "Token",
    "application",
    "credential_application",
    "instance",
    "instance_v1",
    "nodeinfo",
    "rules",
    "terms",
    "token",
]
