"""For you: candidates, facts about them, a score that anybody can add up, and receipts.

sources → facts → pool, kept in Redis for a while → order by the reader's weights, on each request.
"""
