"""Which people does the company know? Its sign-in, for tests: an OpenID provider that is none of our code."""

CLIENT = "exception-desk"
PASSWORD = "a long secret of the company"
PEOPLE = ("100", "300", "999")
"""Accounts, by the badge's number."""
