"""`manage.py verify`: is all of the data whole? To be asked after a recovery, and in drills."""
