"""Traces and errors sent elsewhere, by setting. What is not wanted is not imported.

What Sentry gets of an error: its type, message and stack without values, the view or task and the request's
id; messages are scrubbed like lines of the log, and nothing of a request's address, headers, cookies or body
goes along.
"""

from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

from twitterclone.lib import logs, tracing

LIST = "requirements-observe.txt"
FLUSH_SECONDS = 2


def begin() -> None:
    """Starts what the settings ask for; refuses to start without the packages it takes."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        _begin_traces()
    if settings.SENTRY_DSN:
        _begin_errors()


def _wanted(variable: str, module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError:
        raise ImproperlyConfigured(
            f"{variable} is set, but the package {package} is not installed: pip install -r {LIST}"
        ) from None


def _begin_traces() -> None:
    """Spans go to the endpoint in batches, by a thread; OpenTelemetry's own variables choose the sampler."""
    variable = "OTEL_EXPORTER_OTLP_ENDPOINT"
    sdk = _wanted(variable, "opentelemetry.sdk.trace", "opentelemetry-sdk")
    export = _wanted(variable, "opentelemetry.sdk.trace.export", "opentelemetry-sdk")
    resources = _wanted(variable, "opentelemetry.sdk.resources", "opentelemetry-sdk")
    carrier = _wanted(variable, "opentelemetry.trace.propagation.tracecontext", "opentelemetry-sdk")
    otlp = _wanted(
        variable,
        "opentelemetry.exporter.otlp.proto.http.trace_exporter",
        "opentelemetry-exporter-otlp-proto-http",
    )
    facts = {"service.name": "twitterclone", "service.version": settings.VERSION}
    if settings.PROCESS_ROLE:
        facts["service.instance.id"] = settings.PROCESS_ROLE
    endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip("/") + "/v1/traces"
    provider = sdk.TracerProvider(resource=resources.Resource.create(facts))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=endpoint)))
    tracing.begin(
        provider.get_tracer("twitterclone", settings.VERSION), carrier.TraceContextTextMapPropagator()
    )
    connection_created.connect(_watch_statements, dispatch_uid="tracing")


def _watch_statements(connection: Any, **_: Any) -> None:
    if tracing.around_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(tracing.around_statement)


def _begin_errors() -> None:
    sentry = _wanted("SENTRY_DSN", "sentry_sdk", "sentry-sdk")
    sentry.init(
        dsn=settings.SENTRY_DSN,
        release=f"twitterclone@{settings.VERSION}",
        environment=settings.SENTRY_ENVIRONMENT,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0,
        before_send=cleaned,
    )


def cleaned(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """The error without what is personal."""
    for name in ("request", "user", "breadcrumbs", "extra", "server_name"):
        event.pop(name, None)
    for value in event.get("exception", {}).get("values", []):
        value["value"] = logs.scrubbed(str(value.get("value") or ""))
    told = event.get("logentry")
    if told:
        event["logentry"] = {
            "message": logs.scrubbed(str(told.get("formatted") or told.get("message") or ""))
        }
    if doing := logs.doing.get():
        event["tags"] = {**event.get("tags", {}), "request_id": doing}
    return event
