"""Every alert: what it means and what to press, from the words that go out with it."""

from collections.abc import Iterator

from tasks.notices.words import SEVERITIES, WORDS

HEAD = """# Alerts

Generated from `tasks/notices/words.py`. `cleanclaim alerts list` shows those that are open, with the details
of each; `cleanclaim alerts settle ID --why ...` says that one is dealt with. `notify_severities` in the
settings says which go out by e-mail and webhook ([how](../runbook.md#being-notified)).
"""


def pages() -> dict[str, str]:
    return {"reference/alerts.md": "\n".join([HEAD, *_told()])}


def _told() -> Iterator[str]:
    for severity in SEVERITIES:
        for code, words in sorted(WORDS.items()):
            if words.severity == severity:
                yield f"## {code}"
                yield ""
                yield f"{words.what} ({severity})."
                yield ""
                yield f"* **It means**: {words.means}"
                yield f"* **Press**: {words.press}"
                yield ""
