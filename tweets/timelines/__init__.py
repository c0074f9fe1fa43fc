"""Home timelines: kept in Redis, filled as tweets are posted, rebuilt from the SQL view when cold."""
