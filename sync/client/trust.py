"""Which certificates are trusted? Those of the operating system's store, where a company's own root stands too."""

import ssl

import truststore


def system_trust() -> ssl.SSLContext:
    """A context for clients: host names and certificates are checked."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
