"""A company's own sign-in, for tests: an OpenID provider that is none of our code."""
