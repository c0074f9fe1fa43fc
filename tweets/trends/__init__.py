"""What rises now: hashtags, words and links that more people use than usual. How: docs/trends.md."""
