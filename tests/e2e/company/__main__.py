"""``python -m tests.e2e.company FOLDER CERTIFICATE KEY`` prints the provider's issuer and serves until it is ended."""

import secrets
import ssl
import subprocess
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.conf import settings

from tests.e2e.company import CLIENT, PASSWORD, PEOPLE

_LOGIN = """<form method="post">{% csrf_token %}{{ form }}<input type="hidden" name="next" value="{{ next }}">
<input type="submit" name="enter" value="Sign in"></form>"""
_SITE = "tests.e2e.company.site"
_APPS = ("auth", "contenttypes", "sessions")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Not on the test's output."""


def _configure(folder: Path, issuer: str) -> None:
    made = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    settings.configure(
        SECRET_KEY=secrets.token_hex(32),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=_SITE,
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in _APPS), "oauth2_provider"],
        MIGRATION_MODULES=dict.fromkeys([*_APPS, "oauth2_provider"]),  # the tables as they are now, at once
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        ("django.template.loaders.locmem.Loader", {"registration/login.html": _LOGIN}),
                        "django.template.loaders.app_directories.Loader",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.db")}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # nobody's passwords, and quick
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": subprocess.run(made, capture_output=True, check=True, text=True).stdout,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "Who you are", "profile": "Your name"},
            "OAUTH2_VALIDATOR_CLASS": f"{_SITE}.Claims",
        },
    )
    django.setup()


def _fill() -> None:
    """Tables, people, and the program as IT registers it: a public client that comes back to loopback, at any port."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - what is configured comes first, as below
    from django.core.management import call_command  # noqa: PLC0415 - as above
    from oauth2_provider.models import get_application_model  # noqa: PLC0415 - as above

    call_command("migrate", run_syncdb=True, verbosity=0)
    for badge in PEOPLE:
        get_user_model().objects.create_user(badge, password=PASSWORD)
    get_application_model().objects.create(
        client_id=CLIENT,
        name="Exception Desk",
        client_type="public",
        authorization_grant_type="authorization-code",
        redirect_uris="http://127.0.0.1/callback",
        algorithm="RS256",
    )


def main(folder: str, certificate: str, key: str) -> None:
    with _Server(("127.0.0.1", 0), _Quiet) as server:
        issuer = f"https://127.0.0.1:{server.server_port}"
        _configure(Path(folder), issuer)
        _fill()
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - as above

        server.set_app(get_wsgi_application())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        sys.stdout.write(issuer + "\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
