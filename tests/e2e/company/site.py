"""What does the company's provider serve? Django's sign-in page and the endpoints of django-oauth-toolkit."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.template import engines
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.urls import base_urlpatterns, oidc_urlpatterns

LOGIN = """<form method="post">{% csrf_token %}{{ form }}<input type="hidden" name="next" value="{{ next }}">
<input type="submit" name="enter" value="Sign in"></form>"""


class Claims(OAuth2Validator):
    """As IT would add it: the number on a person's badge, which is the account's name here."""

    oidc_claim_scope = {**OAuth2Validator.oidc_claim_scope, "badge": "openid"}  # noqa: RUF012 - as the base class has it

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"badge": request.user.username}


class Login(LoginView):
    def get_template_names(self) -> list[Any]:
        return [engines["django"].from_string(LOGIN).template]


urlpatterns = [
    path("login/", Login.as_view()),
    path("", include((base_urlpatterns + oidc_urlpatterns, "oauth2_provider"), namespace="oauth2_provider")),
]
