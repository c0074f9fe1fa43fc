"""The content policy's header, written once for all answers that change nothing in it."""

from functools import cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, which builds the policy anew for each answer; most have neither a nonce nor changes."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_plain = not any(hasattr(response, name) for name in OWN) and HEADER not in response
        watched = settings.DEBUG or hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY")
        if is_plain and not watched and getattr(request, "_csp_nonce", None) is None:
            response[HEADER] = _policy()
            return response
        return super().process_response(request, response)


@cache
def _policy() -> Any:
    return build_policy()
