"""Old months put aside: into a schema of their own, where all goes on; or out of the database, into files."""
