"""How the schema changes under a running site: locks are taken in turns with everybody else."""
