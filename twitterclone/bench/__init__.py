"""`manage.py bench`: what the site does, measured beside the limit of the same thing in the same run."""
