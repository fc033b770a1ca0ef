"""Texts about the engine's process, what it computes on, and its jobs."""

from __future__ import annotations

from gui.texts import tr

# How it ends, and what is said to who asks it then
DIED = tr("The engine stopped unexpectedly ({how}).")
DIED_CODE = tr("exit code {code}")
DIED_SIGNAL = tr("signal {number}")
DIED_START = tr("it could not be started: {reason}")
DIED_NONSENSE = tr("it said what nobody understands")
DIED_DEAF = tr("it did not obey a cancel")
DIED_SILENT = tr("it did not get ready within a minute")
TOO_OFTEN = tr("The engine keeps stopping, so it was not started again.")
NEVER_READY = tr("The engine does not start on this machine now.")
STOPPED_HINT = tr("Click on it at the lower left to try again; if it goes on, restart Melisma.")
CLOSED = tr("The engine is closed.")
NOT_SENT = tr("The request could not be sent.")
REPORT = tr("Please report this, with the details.")
NO_RESULT = tr("The engine's answer could not be read.")

# What it computes on
STOPPED = tr("Engine stopped. Try again")
STOPPED_TIP = tr("{why}\nClick to start it again.")
DEVICE_NOT_YET = tr("{provider} (no model loaded yet)")
DEVICE_WRONG = tr("Device cannot be used")
DEVICE_AND = tr(" + ")
DEVICE_MODEL = tr("{model}: {provider} ({reason})")
DEVICE_PLANNED = tr("A small test ran on {provider}: {reason}.")
DEVICE_THREADS = tr("Threads: {threads} of {cores} cores. Runtime {runtime}.")
DEVICE_CLICK = tr("Click to choose another device.")

# What is told of it and of jobs that nobody sees
DIED_RESTARTS = tr("{why} It is being started again.")
DIED_STAYS = tr("{why} {stays}")
TRY_AGAIN = tr("Try again")
JOB_LOST = tr("“{title}” was lost when the engine stopped.")
JOBS_LOST = tr("{n} jobs were lost when the engine stopped.")
JOB_LOST_ALONE = tr("“{title}” was lost when the process that worked on it stopped.")
JOBS_LOST_ALONE = tr("{n} jobs were lost when the processes that worked on them stopped.")
DO_AGAIN = tr("Do it again")
DO_ALL_AGAIN = tr("Do them again")
JOB_FAILED = tr("“{title}” failed. {why}")
JOB_DONE = tr("“{title}” is ready.")
SHOW = tr("Show")
