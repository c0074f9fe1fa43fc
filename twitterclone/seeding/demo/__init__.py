"""The demo: a small made-up world, and in it some people written by hand whose evening is worth reading."""
