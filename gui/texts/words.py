"""Words of the page for the words of DAW clips."""

from __future__ import annotations

from gui.texts import plural, tr

DAWS_TAB = tr("DAWs")
TAB = tr("Words")
COMMAND = tr("Words of DAW clips")
PAGES = tr("DAWs and the words of their clips")

# the list
FILTER = tr("Filter by clip, session, DAW or word")
CLIPS = tr("Clips that were sung")
NONE_FITS = tr("No clip fits the filter.")
EMPTY_TITLE = tr("No clip was sung for a DAW yet")
EMPTY_HINT = tr(
    "Select a MIDI clip in your DAW and have it sung, or put one into a watched folder. "
    "It appears here by itself, and its words stay with it when the DAW forgets them."
)
TO_DAWS = tr("Show the DAWs")
TO_DAWS_TIP = tr("The bridge, the scripts for DAWs, and the folders that are watched")
NEVER_SUNG = tr("not sung yet")
SUNG = tr("asked for {when}")
SUNG_IN = tr("asked for in {daw} {when}")
NO_WORDS = tr("no words")
ON_TRACK = tr("track {track}")
UNSAVED_MARK = tr("not saved")
DAY = "%d %b %H:%M"
DAY_AND_YEAR = "%d %b %Y"
TIME = "%H:%M"


def word_count(count: int) -> str:
    """Of a clip in the list."""
    return plural("{n} word", "{n} words", count) if count else NO_WORDS


# the editor
FIELD = tr("Words of {name}")
FIELD_TIP = tr("Space: next word.  -: next syllable.  _: hold the vowel.  /: end of a phrase.")
PLACEHOLDER = tr("A-ma-zing grace, how sweet the sound")
LANGUAGE = tr("Language")
LANGUAGE_TIP = tr("In which language the words are pronounced and divided into syllables")
SAVE = tr("Save")
SAVE_COMMAND = tr("Save the words of the clip")
SAVE_TIP = tr("Keeps the words; the next time the clip is sung it has them")
SING = tr("Sing again")
SING_TIP = tr("Has {daw} give the clip “{clip}” once more, and puts the vocal beside it; unsaved words are saved first")
SING_FILE_TIP = tr("Sings the file “{clip}” once more; unsaved words are saved first")
SING_SELECTED = tr("Sing the selection")
SING_SELECTED_TIP = tr("Sings the clip that is selected in {daw}; unsaved words are saved first")
ASKED = tr("Asked to sing it. How it goes stands in DAWs, Last exchanges.")
FORGET = tr("Forget ...")
FORGET_TIP = tr("Takes the clip and its words off this list; asks first")
SAVED = tr("Saved. Sing it again to hear them.")
SAVED_BESIDE = tr("Saved in {file}. It is sung again where its folder is watched.")
OWN = tr("The DAW keeps these words itself and they are sung: change them there.")
OWN_WAITS = tr(
    "The DAW has its own words for this clip by now and sings them. Once saved, yours wait until it has none."
)
SAVED_WAITS = tr("Saved for when the DAW loses its own words for this clip, which are shown and sung.")
ELSEWHERE = tr("Other words were set for this clip meanwhile. Saving puts yours in their place.")
TAKE_THEIRS = tr("Take the others")
TAKE_THEIRS_TIP = tr("Drops what you typed and shows the words that were set elsewhere")
NOT_SAVED = tr("Not saved yet.")
DROP = tr("Undo all")
DROP_TIP = tr("Drops what you typed and shows the words that are kept")
LAST_TIME = tr("When it was last asked for:")

# whether the words fit
COUNTS = tr("{notes}, {words}.")
COUNT = tr("{count}.")
NOTES_UNKNOWN = tr("How many notes the clip has is known once it was sung.")
NOTES_BARE = tr("Without words, every note is sung on “la”.")
NOTES_FIT = tr("Every note has a syllable.")
TOO_MANY = tr("Too many words: no note is left for “{words}” ({syllables}).")
TOO_MANY_BARE = tr("Too many words: no note is left for {syllables}.")


def note_count(count: int) -> str:
    """Of the clip, as it was sung last."""
    return plural("{n} note", "{n} notes", count)


def too_few(bare: int) -> str:
    """Notes without a syllable."""
    return plural("Too few words: {n} note has no syllable.", "Too few words: {n} notes have no syllable.", bare)


def syllables(count: int) -> str:
    """Of words without notes."""
    return plural("{n} syllable", "{n} syllables", count)


# why it cannot be sung from here
BRIDGE_OFF = tr("To sing it from here, start the bridge.")
SESSION_CLOSED = tr("To sing it from here, open the session {session}.")
ITS_SESSION = tr("of the clip")
FOLDER_CLOSED = tr("To sing it from here, have its folder watched.")
SELECT_IT = tr("Several clips are called “{clip}”: select this one in {daw} and press {button}.")
SELECT_NAMELESS = tr("This clip has no name: select it in {daw} and press {button}.")

# forgetting, closing
FORGET_TITLE = tr("Forget {name} and its words?")
FORGET_MORE = tr("The words cannot be brought back. The clip in the DAW stays as it is.")
FORGET_ANSWERS = (tr("Forget"), tr("Keep"))
FORGOTTEN = tr("{name} was forgotten.")
FORGOTTEN_BESIDE = tr("{name} was forgotten. Its words in {file} are left alone; they count when it is sung again.")
UNSAVED = tr("The words typed for {names} are not saved.")
