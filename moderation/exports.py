"""Reports one made: in an export. With the account they lose their reporter; those about it go."""

from collections.abc import Iterator

from moderation.models import Report
from twitterclone.lib.belongings import Row, exported, in_batches, plain


@exported("reports")
def report_rows(user_id: int) -> Iterator[Row]:
    for report in in_batches(Report.objects.filter(reporter_id=user_id).select_related("user")):
        row = plain(report, "tweet_id", "message_id", "reason", "comment", "state", "created_at")
        yield row | {"username": report.user.username}
