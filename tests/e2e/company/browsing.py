"""Who sits at the browser? A person who fills in whatever form comes, until there is none."""

import ssl
from collections.abc import Callable
from html.parser import HTMLParser

import httpx

from sync.client.loopback import PATH
from tests.e2e.company import PASSWORD
from tests.patience import PATIENCE_S
from tests.sync.client.browsing import Browser

_MOST_PAGES = 5


class _Form(HTMLParser):
    """The fields of a page's form, hidden ones with their values, and its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self.found = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.found = self.found or tag == "form"
        if tag == "input" and "name" in told:
            kept = self.buttons if told.get("type") == "submit" else self.fields
            kept[told["name"]] = told.get("value", "")


class Typing(Browser):
    """Signs in as ``badge``, and says yes or no to what is asked then; ``lost`` is called where that leads nowhere."""

    def __init__(self, trust: ssl.SSLContext, badge: str, says_yes: bool, lost: Callable[[], None]) -> None:
        super().__init__(trust)
        self._lost = lost
        self._known = {"username": badge, "password": PASSWORD}
        self._says_yes = says_yes

    def _go(self, url: str) -> None:
        with httpx.Client(verify=self._trust, follow_redirects=True, trust_env=False, timeout=PATIENCE_S) as http:
            page = http.get(url)
            for _ in range(_MOST_PAGES):
                form = _Form(page.text)
                if not form.found:
                    break
                page = http.post(page.url, data=self._filled(form), headers={"referer": str(page.url)})
            self.saw.append(page)
        if page.url.path != PATH:
            self._lost()

    def _filled(self, form: _Form) -> dict[str, str]:
        filled = {name: self._known.get(name, value) for name, value in form.fields.items()}
        signs_in = "password" in form.fields
        return filled | (form.buttons if signs_in or self._says_yes else {})
