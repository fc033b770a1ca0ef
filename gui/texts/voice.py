"""Texts of making a voice of one's own."""

from __future__ import annotations

from gui.texts import tr

COMMAND = tr("Make a voice …")
COMMAND_TIP = tr("Train a voice of your own from a folder of recordings")
TITLE = tr("Make a voice")
HINT = tr("From a folder of a-cappella recordings: dry, one voice, ten minutes are good. Nothing leaves this machine.")
LACKING = tr("Training needs libraries that are not installed ({names}).")
LACKING_HINT = tr(
    "Start Melisma once as MELISMA_EXTRAS=train ./installer/melisma gui, or pip install 'melisma[train]'."
)

# Trainings that are not done
BEGUN = tr("Not done yet")
BEGUN_TIP = tr("Trainings that were stopped: what they learned is kept")
BEGUN_LINE = tr("{name}, {share:.0%}")
BEGUN_NOTHING = tr("{name}, begun")
GO_ON = tr("Take up again")
GO_ON_TIP = tr("Fill in what was asked for; the training goes on from where it stopped")
FORGET = tr("Forget …")
FORGET_TIP = tr("Delete what this training has learned so far")
FORGET_ASK = tr("Forget the training of {name}?")
FORGET_MORE = tr("What it has learned so far is deleted. The recordings stay.")
FORGET_IT = tr("Forget")

# The recordings
RECORDINGS = tr("Recordings")
NO_FOLDER = tr("No folder chosen")
CHOOSE = tr("Choose …")
CHOOSE_TITLE = tr("Choose the folder with the recordings")
GONE = tr("{name} is not there any more.")
CHECK = tr("Check")
CHECK_EMPTY = tr("Choose or drop a folder: its recordings are listened to here, before anything is trained.")
CHECKING = tr("Listening to the recordings …")
CHECK_ONE = tr("{n} recording")
CHECK_MANY = tr("{n} recordings")
CHECK_LINE = tr("{count}, {length} long, {voice} of voice; {words}.")
WORDS_NONE = tr("none with words, so it learns by listening")
WORDS_ALL = tr("all with words")
WORDS_SOME = tr("{n} with words")
CHECK_GOOD = tr("Nothing to object to.")
LOST = tr("The training part of Melisma stopped unexpectedly. Choose the folder once more.")
FORGET_LOST = tr("The training part of Melisma stopped unexpectedly. Try it once more.")

# What is asked
NAME = tr("Name")
NAME_TIP = tr("Of the voice, as it is offered in Sing")
SINGER = tr("Who sings")
SINGER_TIP = tr("Whose voice is it on the recordings?")
CONSENT = tr("Their consent")
CONSENT_TIP = tr("How did the singer agree that a voice is made of the recordings?")
CONSENT_EXAMPLE = tr("I am the singer; or: signed agreement of 2026-03-01")
LICENCE = tr("Licence")
LICENCE_TIP = tr("Under which licence may the voice be used? An SPDX name, or LicenseRef-private")
LICENCE_EXAMPLE = tr("CC-BY-4.0, CC0-1.0, LicenseRef-private")
CONSENT_WHY = tr(
    "A voice is somebody's: ask the singer. Without these three nothing is made; they are written into the voice."
)
LANGUAGE = tr("Language")
LANGUAGE_TIP = tr("Of the words that lie beside the recordings")
QUALITY = tr("Training")
QUALITY_TIP = tr("How long it learns. What is done can be taken up again with a longer one.")
QUALITIES = {
    "quick": tr("Quick, for a first listen"),
    "normal": tr("Normal"),
    "long": tr("Long, when the recordings are good"),
}
QUALITY_TIMED = tr("{quality}: {time}")
MINUTES = tr("At most")
MINUTES_TIP = tr("Minutes of training, however often it is stopped; listening and analysing come on top")
MINUTES_NONE = tr("As long as it needs")
MINUTES_UNIT = tr(" min")

# How long it takes
ABOUT_MINUTE = tr("about a minute")
ABOUT_MINUTES = tr("about {n} minutes")
ABOUT_HOURS = tr("about {n} hours")
SECONDS = tr("{n} seconds")
MINUTES_OF = tr("{n} minutes")

# What comes of the name
TAKEN = tr("There is a voice of this name; you are asked before it is replaced.")
GOES_ON = tr("Goes on from {share:.0%}: this training was begun before.")
LEARNED = tr("It has learned all of this already. A longer training teaches it more.")
OTHER = tr("A training of this name was begun with other recordings or another language; it would begin anew.")

# What is asked at the start
START = tr("Train")
CANCEL = tr("Cancel")
REPLACE_ASK = tr("Replace the voice {name}?")
REPLACE_MORE = tr("It is replaced when the training is done. Songs that use it will sing with the new one.")
REPLACE_IT = tr("Replace")
ANEW_ASK = tr("Begin {name} anew?")
ANEW_MORE = tr("The training that was begun with {recordings} is forgotten, and what it has learned is deleted.")
ANEW_IT = tr("Begin anew")
RUNS = tr("{name} is being trained already; see the queue.")

# What becomes of it
JOB_TITLE = tr("Training {name}")
JOB_SHARE = tr("{stage} {share:.0%}")
STARTED = tr("Training {name}. You can go on working; it takes what is left of the machine.")
SHOW = tr("Show")
MADE = tr("{name} is trained and can sing.")
STOPPED = tr("Stopped training {name}. What it has learned is kept: Again in the queue goes on from there.")
