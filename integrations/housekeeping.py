"""What programs leave behind."""

from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken

REPLAYS_NOTED_FOR = timedelta(days=90)  # a refresh token that comes twice ends all of its family


def forget_spent_codes() -> int:
    """Deletes codes and access tokens past their time, and refresh tokens swapped long ago; how many."""
    now = timezone.now()
    codes, _rows = Grant.objects.filter(expires__lt=now).delete()
    refreshes, _rows = RefreshToken.objects.filter(revoked__lt=now - REPLAYS_NOTED_FOR).delete()
    ended = AccessToken.objects.filter(expires__lt=now)
    RefreshToken.objects.filter(access_token__in=ended).delete()
    accesses, _rows = ended.delete()
    return codes + refreshes + accesses
