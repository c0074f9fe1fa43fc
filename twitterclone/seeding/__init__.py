"""Made-up people and what they say: to measure with (`manage.py seed`), to look around (`manage.py demo`).

people → graph → outline of all tweets → text, likes and files, month by month, by COPY. Everything is
drawn from one random generator, so that a seed and a date always give the same world.
"""
