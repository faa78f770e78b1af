"""A console, its identity provider, and a person's way from the one to the other."""

from urllib.parse import urlencode

import httpx
from starlette.testclient import TestClient

from tests.conftest import WorkingHome
from tests.web.conftest import PEOPLE, Office
from tests.web.openid_provider import CLIENT, SECRET, OpenIdProvider
from tests.web.test_second_factor import said

CONSOLE = "http://127.0.0.1:4280"
ANSWER, LOGOUT = "/sign-in/oidc/answer", "/sign-in/oidc/logout"
DOMAIN = 'oidc_domain = "office.example"\n'
LATER = {"iat": 10_000_000_000}


class Desk:
    """The office, its provider, and a person's way from the one to the other."""

    def __init__(self, home: WorkingHome, console: str = CONSOLE) -> None:
        self.home, self.console = home, console
        self.office: Office
        self.provider = OpenIdProvider(console + ANSWER, lambda: int(self.office.now.timestamp()))
        self.provider.people = {
            name: {"email": f"{name}@office.example", "email_verified": True, "roles": ["manager"]}
            for name in ("Maria", "carl", "stranger")
        }

    def open(self, more: str = DOMAIN, secret: str = SECRET) -> "Desk":
        """The console, with these settings besides those that name the provider."""
        (self.home.path / "keys").mkdir(exist_ok=True)
        (self.home.path / "keys" / "oidc").write_text(f"{secret}\n")
        file = self.home.path / "cleanclaim.toml"
        lines = [
            file.read_text(),
            f'console_url = "{self.console}/"',
            f'oidc_issuer = "{self.provider.issuer}"',
            f'oidc_client_id = "{CLIENT}"',
            'oidc_client_secret_file = "keys/oidc"' if secret else "",
            more,
        ]
        file.write_text("\n".join(lines))
        self.office = Office(self.home)
        self.office.hire({name: PEOPLE[name] for name in ("maria", "carl")})
        return self

    def at_provider(self, client: TestClient, login: str = "Maria") -> str:
        """The address that the provider sends the browser back to."""
        sent = client.get("/sign-in/oidc")
        assert sent.status_code == 303, sent.text
        answer = httpx.get(f"{sent.headers['location']}&{urlencode({'login': login})}")
        return answer.headers["location"].removeprefix(self.console)

    def sign_in(self, login: str = "Maria"):
        """A browser that was at the provider, and what the console said to its answer."""
        client = self.office.browser()
        return client, client.get(self.at_provider(client, login))

    def logs_out(self, token: str):
        """The provider sends a logout token; what it is answered."""
        self.provider.given.append(token)
        return self.office.browser().post(LOGOUT, data={"logout_token": token})

    def refused(self, code: str, login: str = "Maria", status: int = 403) -> str:
        """Nobody is signed in, the code is said, and the provider's words and the person's are not."""
        client, answer = self.sign_in(login)
        assert said(answer) == (status, code), answer.text
        assert client.get("/").headers["location"] == "/sign-in"
        assert "stranger" not in answer.text
        assert "alert(1)" not in answer.text
        assert "/sign-in/oidc" in answer.text, "the way to try again"
        return answer.text
