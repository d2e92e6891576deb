"""The workstation's two files: the outbox that nothing may lose and the cache that anything may delete."""
