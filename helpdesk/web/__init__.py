"""What every screen shares: templates, forms, cookies, CSRF, headers, error pages.

Knows HTTP; never knows an account or a conversation. Read `edge.py` first.
"""
