"""`manage.py doctor`: what an operator forgets, looked at on the site as it is, each finding with its fix."""
