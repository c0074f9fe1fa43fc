"""Whether For you finds what people will like: offline, in seeded worlds whose likes it cannot foresee."""
