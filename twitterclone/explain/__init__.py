"""What PostgreSQL does for each hot query, on the data that is there: `manage.py explain`."""
