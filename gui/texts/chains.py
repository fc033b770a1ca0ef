"""Texts of the editor of effects."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Effects of {track}")
EDIT = tr("Edit effects...")
EDIT_TIP = tr("Edit these effects: knobs, order, what is heard")
NEW_NAME = tr("New effects")
OURS = tr("included")
YOURS = tr("yours")

ADD = tr("Add effect")
ADD_TIP = tr("Add an effect behind the one in hand, or at the end")
EMPTY = tr("No effects: the voice is heard as it is sung.")
EMPTY_HINT = tr("Add effect offers all there are. The sound goes through them from the top down.")
STRIPS = tr("Effects in the order of the sound")
STRIP = tr("{number}. {effect}")
STRIP_BYPASSED = tr("{number}. {effect}, bypassed")
ON = tr("{effect} is heard")
BYPASS_TIP = tr("Hear it, or let the sound go past it")
UP = tr("Move {effect} up")
DOWN = tr("Move {effect} down")
REMOVE = tr("Remove {effect}")
KNOB_TIP = tr("{about}: {range}.\nDrag, Shift for fine, type a number, double-click for {default}")

SAVE = tr("Save")
SAVE_TIP = tr("Save these effects; every track that uses them sounds so from then on")
SAVE_AS = tr("Save as...")
SAVE_AS_TIP = tr("Save as new effects of yours, and use them on this track")
DELETE = tr("Delete...")
DELETE_TIP = tr("Delete these effects of yours")
CLOSE = tr("Close")
UNDO = tr("Undo")
UNDO_STEP = tr("Undo: {label}")
REDO = tr("Redo")
REDO_STEP = tr("Redo: {label}")

SAID_SAVED = tr("Saved.")
SAID_EDITED = tr("Not saved: heard here, but exports still use what was saved.")
SAID_EDITED_OURS = tr(
    "Not saved: heard on this track alone, and not in exports. Included effects stay as they are; save these as your "
    "own."
)
SAID_EDITED_NEW = tr("Not saved: heard on this track alone, and not in exports until they are saved.")
SAID_UNSUNG = tr("Not saved: heard once the track is sung, and not in exports until they are saved.")
SAID_APART = tr("Not saved and not heard: {track} uses other effects now.")
SAID_GONE = tr("Not saved and not heard: its track is gone.")
SAID_OURS = tr("Included effects stay as they are; what you change is saved as your own.")
SAID_NEW = tr("Not saved yet.")
SAID_WORKING = tr("Reckoning what you hear...")

NAME_TITLE = tr("Save effects as")
NAME = tr("Name")
NAME_BEGUN = tr("My {name}")
NAME_FILE = tr("Will be listed with your effects, as {id}.")
CANCEL = tr("Cancel")

LEAVE_TITLE = tr("Save the changes to “{name}”?")
LEAVE_MORE = tr("They are not saved. Songs that use these effects do not have them yet.")
LEAVE_SAVE = tr("Save")
LEAVE_DROP = tr("Do not save")
LEAVE_STAY = tr("Keep editing")
CHANGED_TITLE = tr("“{name}” was changed outside of this window")
CHANGED_MORE = tr("Its file is not the one that was opened here. Saving replaces what stands in it now.")
CHANGED_REPLACE = tr("Replace")
DELETE_TITLE = tr("Delete “{name}”?")
DELETE_NONE = tr("No track of this song uses these effects. Other songs that do will say that they are missing.")
DELETE_ONE = tr("{n} track of this song uses these effects and will be heard without. Other songs will miss them.")
DELETE_MANY = tr("{n} tracks of this song use these effects and will be heard without. Other songs will miss them.")
DELETE_IT = tr("Delete")
KEEP_IT = tr("Keep")
UNSAVED = tr("The changes to the effects “{name}” are not saved.")
KEPT = tr("“{name}” is saved among your effects.")
DELETED = tr("“{name}” was deleted; the file is in the trash.")
DELETED_FOR_GOOD = tr("“{name}” was deleted. There is no trash where its file was: it is gone for good.")
NOT_IN_FILE = tr("Effects that are not saved are not in it: {tracks}")
NOT_LISTED = tr("The effects could not be listed.")
NOT_LISTED_HINT = tr("Check whether you may read the folder of your effects.")
NOT_DELETED = tr("{path} could not be deleted.")
NOT_DELETED_HINT = tr("Check whether another program holds it, and whether you may write in its folder.")

DO_VALUE = tr("{effect}: {parameter}")
DO_BYPASS = tr("Bypass {effect}")
DO_HEAR = tr("Hear {effect}")
DO_ADD = tr("Add {effect}")
DO_REMOVE = tr("Remove {effect}")
DO_MOVE = tr("Move {effect}")
DO_DELETE = tr("Delete effects")

EFFECT_NAMES = {
    "highpass": tr("Low cut"),
    "lowpass": tr("High cut"),
    "low_shelf": tr("Low shelf"),
    "high_shelf": tr("High shelf"),
    "peak": tr("Bell"),
    "compressor": tr("Compressor"),
    "gate": tr("Gate"),
    "deesser": tr("De-esser"),
    "limiter": tr("Limiter"),
    "delay": tr("Delay"),
    "reverb": tr("Reverb"),
    "chorus": tr("Chorus"),
    "saturation": tr("Saturation"),
    "doubling": tr("Doubling"),
    "gain": tr("Gain"),
    "stereo": tr("Stereo"),
}
EFFECT_ABOUT = {
    "highpass": tr("Takes away what lies below a frequency: rumble, plosives."),
    "lowpass": tr("Takes away what lies above a frequency."),
    "low_shelf": tr("Turns everything below a frequency up or down."),
    "high_shelf": tr("Turns everything above a frequency up or down: air."),
    "peak": tr("Turns a band up or down."),
    "compressor": tr("Evens the level out."),
    "gate": tr("Turns down what is quieter than a threshold."),
    "deesser": tr("Holds back sharp consonants and leaves the rest."),
    "limiter": tr("Lets no sample over the ceiling."),
    "delay": tr("Echoes, in milliseconds or in the song's quarters."),
    "reverb": tr("A room, from a booth to a cathedral."),
    "chorus": tr("One copy beside the voice that sways."),
    "saturation": tr("Warmth, and with much drive grit."),
    "doubling": tr("Four more singers around the voice."),
    "gain": tr("Louder or quieter."),
    "stereo": tr("Where it stands, and how wide."),
}
PARAMETER_NAMES = {
    "frequency_hz": tr("Frequency"),
    "slope_db": tr("Slope"),
    "gain_db": tr("Gain"),
    "q": tr("Q"),
    "threshold_db": tr("Threshold"),
    "ratio": tr("Ratio"),
    "attack_ms": tr("Attack"),
    "release_ms": tr("Release"),
    "makeup_db": tr("Make-up"),
    "ceiling_db": tr("Ceiling"),
    "time_ms": tr("Time"),
    "quarters": tr("In quarters"),
    "feedback": tr("Feedback"),
    "level_db": tr("Level"),
    "low_cut_hz": tr("Low cut"),
    "high_cut_hz": tr("High cut"),
    "size": tr("Size"),
    "damping": tr("Damping"),
    "width": tr("Width"),
    "predelay_ms": tr("Pre-delay"),
    "rate_hz": tr("Rate"),
    "depth": tr("Depth"),
    "delay_ms": tr("Delay"),
    "mix": tr("Mix"),
    "drive_db": tr("Drive"),
    "detune_cents": tr("Detune"),
    "spread": tr("Spread"),
    "pan": tr("Pan"),
}
UNITS = {"dB/octave": tr("dB/oct"), "quarters": tr("qtr"), "cent": tr("ct")}
"""Shorter than in the files, where there is little room."""
