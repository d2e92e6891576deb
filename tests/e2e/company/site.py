"""What does the company's provider serve? Django's sign-in page and the endpoints of django-oauth-toolkit."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider import urls
from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):  # type: ignore[misc]  # the package tells no types
    """As IT would add it: the number on a person's badge, which is the account's name here."""

    oidc_claim_scope = {**OAuth2Validator.oidc_claim_scope, "badge": "openid"}  # noqa: RUF012 - as the base class has it

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return {"badge": request.user.username}


urlpatterns = [
    path("login/", LoginView.as_view()),
    path("", include((urls.base_urlpatterns + urls.oidc_urlpatterns, "oauth2_provider"))),
]
