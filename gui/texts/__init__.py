"""All English text of the window, a module for each part, ready for translation.

`tr` and `plural` are what an extractor of texts looks for (`xgettext --keyword=tr --keyword=plural:1,2`).  A
translation is `locale/LANGUAGE/LC_MESSAGES/melisma.mo` beside this file; where there is none, the English stands.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path


def tr(text: str) -> str:
    """`text` in the user's language."""
    return _catalogue().gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """`one` or `many` by `count`, in the user's language, with `{n}` replaced by the count."""
    return _catalogue().ngettext(one, many, count).replace("{n}", str(count))


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("melisma", Path(__file__).parent / "locale", fallback=True)
