"""The project's commands: what `make run`, `make test` and the other verbs do.

Standard library only, because these modules run before anything is installed. Those that need Django or
a driver, `prepare`, `external` and what is under `drill`, are run with the Python of `.venv`.
"""
