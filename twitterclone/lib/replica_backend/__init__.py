"""The backend of replicas: as the database's own, and what a replica does not do, the primary does."""
