"""The pages every new installation begins with. An admin rewrites them; this never runs over that."""

from django.db import migrations

ABOUT = """This is a place for short texts, run by the people who installed it.

You follow people, and their tweets appear in your home timeline in the order in which they were written. Nothing is hidden from you and nothing is pushed in between.

# What you can do here
- Write tweets of up to 280 characters, reply, retweet and quote.
- Follow people, or ask to follow those whose account is private.
- Mute or block whoever you do not want to read or to be read by.

# Who is behind it
Whoever runs this site can write here who they are and how to reach them.
"""

RULES = """These rules keep this a place people like to come back to. They hold for everybody.

# Be decent
- Do not threaten, harass or humiliate people, and do not call on others to do so.
- Do not attack people for their origin, colour, religion, sex, orientation, disability or illness.
- Do not publish what others keep private: addresses, numbers, pictures they did not agree to.

# Be honest
- Do not pretend to be somebody else. Parody says that it is parody.
- Do not buy or sell followers, likes or retweets, and do not run many accounts to look like a crowd.
- Do not send the same thing to many people who did not ask for it.

# Keep to the law
- Do not post what is illegal where this site is run, and nothing that sexualises children, ever.
- Do not post other people's work without their permission.

# What happens otherwise
Tweets that break the rules are removed, and accounts that do it again are suspended. If you think a decision was wrong, write to the people who run this site.
"""

TERMS = """By using this site you agree to these terms. Whoever runs it can replace this text with their own.

# Your account
- Tell the truth about your e-mail address, and keep your password to yourself.
- You are responsible for what is written from your account.
- You can deactivate your account in the settings at any time.

# What you write
Your tweets stay yours. You allow this site to store them and to show them to those you wrote them for.

# What you can expect
This site is run as well as its people can, without a promise that it is always there or without faults. Accounts that break the rules can be suspended.

# Changes
When these terms change, the date at the end of this page changes too.
"""

PRIVACY = """This page says what is stored about you and why. Whoever runs this site can replace it with their own.

# What is stored
- What you enter: username, name, e-mail address, profile, tweets, likes, follows, messages and settings.
- Your password, only as a hash from which it cannot be read.
- For each log-in: the time, the internet address and the name of the browser, so that you can see and end your sessions.

# What it is for
Only for running this site: to show your tweets to those you wrote them for, to tell you what concerns you, and to keep out abuse. Nothing is sold, and nothing is sent to advertisers.

# Who sees it
Public tweets are seen by everyone, those of a private account by its followers. Your e-mail address is shown to nobody.

# Cookies
One cookie keeps you logged in, one protects the forms, and one remembers whether you like it light or dark. There are no others.

# Your choice
You can change what you entered at any time, and decide in the settings who may find, mention and message you.
"""

PAGES = [
    (1, "about", "About", ABOUT),
    (2, "rules", "Rules", RULES),
    (3, "terms", "Terms", TERMS),
    (4, "privacy", "Privacy", PRIVACY),
]


def write_pages(apps, schema_editor):
    page = apps.get_model("moderation", "Page")
    for identifier, slug, title, body in PAGES:
        if not page.objects.filter(slug=slug).exists():
            page.objects.create(id=identifier, slug=slug, title=title, body=body)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(write_pages, migrations.RunPython.noop)]
