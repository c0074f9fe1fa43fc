"""The project's commands: what `make run`, `make test` and the other verbs do.

Standard library only, because these modules run before anything is installed. The two that need
Django or a driver, `prepare` and `external`, are run with the Python of `.venv`.
"""
