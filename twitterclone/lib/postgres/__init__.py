"""The database's backend: Django's, with its connections and statements counted for Prometheus."""
