"""Texts about the engine's process and its jobs."""

from __future__ import annotations

from gui.texts import tr

DIED = tr("The engine stopped unexpectedly ({how}).")
DIED_CODE = tr("exit code {code}")
DIED_SIGNAL = tr("signal {number}")
DIED_START = tr("it could not be started: {reason}")
DIED_NONSENSE = tr("it said what nobody understands")
DIED_DEAF = tr("it did not obey a cancel")
TOO_OFTEN = tr("The engine keeps stopping, so it was not started again.")
TOO_OFTEN_HINT = tr("Wait a minute and try again; if it goes on, restart Melisma.")
CLOSED = tr("The engine is closed.")
NOT_SENT = tr("The request could not be sent.")
REPORT = tr("Please report this, with the details.")
NO_RESULT = tr("The engine's answer could not be read.")
