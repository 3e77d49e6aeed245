"""The public help centre: articles, sections, search, feedback, and what search engines and feeds ask for.

Knows HTTP and the library; counts feedback through `faqstats`; never knows who reads. Read `routes.py` first.
"""
