"""Texts of the Isolate panel, the player, and of what is dragged in and out."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Isolate")

# Nothing there yet
EMPTY_TITLE = tr("Take the vocals out of a mix")
EMPTY_HINT = tr("Drop songs or folders of songs here. Each becomes vocals and an instrumental that add up to it.")
EMPTY_ADD = tr("Add songs …")
EMPTY_FOLDER = tr("Add a folder …")

# The list
LIST = tr("Songs")
ONE_SONG = "{n} song"
MANY_SONGS = "{n} songs"
LIST_TIP = tr("Songs to isolate. Del takes one out of the list, never from disk.")
ADD_TIP = tr("Add songs to the list")
ADD_FOLDER = tr("Add a folder …")
CLEAR_DONE = tr("Remove what is done")
STATES = {
    "new": tr("ready"),
    "waiting": tr("waits"),
    "running": tr("isolating"),
    "done": tr("done"),
    "failed": tr("failed"),
    "cancelled": tr("cancelled"),
}
LOST = tr("The engine ended in the middle of it. Isolate it again.")
RUNNING = tr("{percent} %")
RUNNING_LEFT = tr("{percent} %, {left} left")
ROW_SPOKEN = tr("{name}, {state}")
ADD_FILTER = tr("Sound and video files")
ALL_FILES = tr("All files")
NO_SOUNDS = tr("There is no song in {name}.")
GATHERING = tr("Looking for songs …")

# How
SEPARATOR = tr("Separator")
SEPARATOR_TIP = tr("The model that takes the vocals out. Others can be added in Models.")
SEPARATOR_DEFAULT = tr("Included one")
METHOD = tr("Method")
METHOD_TIP = tr(
    "Automatic: as the separator is made. From the mix: what is heard is the mix's own sound. With a guide: the same, "
    "with generated vocals to look at. Generated: cleaner in places, but not the mix's own sound."
)
METHODS = {
    "": tr("Automatic"),
    "alone": tr("From the mix"),
    "mask": tr("With a guide"),
    "none": tr("Generated"),
}
STEPS = tr("Quality")
STEPS_TIP = tr("Steps of the generator: more is finer and slower. Counts with a guide and generated.")
STEPS_AUTO = tr("auto")
STEPS_SUFFIX = tr(" steps")
FORMAT = tr("Format")
FORMAT_TIP = tr("32-bit float never clips; 24 and 16 bit are smaller.")
FORMATS = {"FLOAT": tr("WAV 32-bit float"), "PCM_24": tr("WAV 24 bit"), "PCM_16": tr("WAV 16 bit")}
OUT = tr("Write to")
OUT_TIP = tr(
    "Where the stems are written: a folder Stems beside each song (among the renders where a song's folder cannot be "
    "written to), or one for all"
)
OUT_BESIDE = tr("Beside each song")
OUT_CHOOSE = tr("Another folder …")
BESIDE = "Stems"
START = tr("Isolate")
START_ALL = tr("Isolate all")
START_TIP = tr("Isolate the chosen songs, or all that are ready")
START_NOTHING = tr("None of the chosen songs can be isolated now.")
STOP = tr("Stop")
STOP_TIP = tr("Stop: what is done stays, nothing half is left")

# The lanes
MIX = tr("Mix")
VOCALS = tr("Vocals")
INSTRUMENTAL = tr("Instrumental")
AGAIN = tr("Sung again")
NAMES = {"mix": MIX, "vocals": VOCALS, "again": AGAIN, "instrumental": INSTRUMENTAL}
SING_AGAIN = tr("Sing the {name} again with another voice …")
SING_AGAIN_COMMAND = tr("Sing the vocals again …")
SOLO = tr("S")
SOLO_TIP = tr("Hear only {name}")
MUTE = tr("M")
MUTE_TIP = tr("Do not hear {name}")
LOUDNESS = tr("{level} LUFS")
LOUDNESS_TIP = tr("Loudness of the whole, by BS.1770")
LANE = tr("{name}, waveform")
LANE_SPECTROGRAM = tr("{name}, spectrogram")
LANE_TIP = tr("Click to go there, drag to loop, double-click to end the loop. Ctrl and wheel zoom, wheel scrolls.")
RULER = tr("Time")
DRAG_OUT = tr("Drag {name} out")
DRAG_OUT_TIP = tr("Drag the file into a DAW or a folder. Press Enter to copy it for pasting.")
REVEAL = tr("Show {name} in its folder")
COPIED = tr("{name} is copied: paste it in a folder or a DAW.")
LOADING = tr("Loading …")
LATER = tr("Press Isolate: vocals and instrumental will stand here.")
AT_WORK = tr("Isolating …")
SHOW_WAVES_TIP = tr("Show waveforms")
SHOW_SPECTROGRAMS_TIP = tr("Show spectrograms, 50 Hz to 16 kHz")
ZOOM_IN = tr("Zoom in")
ZOOM_OUT = tr("Zoom out")
ZOOM_FIT = tr("Show all of it")
SCROLL = tr("Scroll in time")

# Listening
COMPARE = tr("Compare with the mix")
SIDE_MIX = tr("A  Mix")
SIDE_STEMS = tr("B  Stems")
SIDE_TIP = tr("Switch between the mix and what you hear of the stems")
MATCHED = tr("Equal loudness")
MATCHED_TIP = tr("Turn the louder of both down, so that you compare sound and not level")
GAIN_TOLD = tr("{name} {gain} dB")
GAIN_NONE = tr("as they are")
METER = tr("Level")
NO_DEVICE = tr("No sound device")

# The result
NULL = tr("Null {level} dB")
NULL_TIP = tr(
    "Null test: vocals and instrumental are added up again and taken from the mix. So much is left; "
    "below −90 dB nothing was lost."
)
NULL_EQUAL = tr("Null exact")
NULL_NONE = tr("Null test: after isolating")
RESULT = tr("{separator} on {provider} · {speed} s for each second")
PLACE = tr("Place in the DAW")
PLACE_TIP = tr("Put both stems on new tracks of the DAW, where the song begins")
PLACED = tr("Both stems are in {daw}, at {position}.")
PLACE_NOBODY = tr("No DAW is reached. Open one with Melisma's script, or drag the stems out.")
PLACE_REFUSED = tr("{daw} takes no sound from outside.")
PLACE_DRAG = tr("Drag the stems to their tracks.")
PLACE_UNDO = tr("Isolate")
PLACING = tr("Placing both stems …")
OPEN_FOLDER = tr("Show in folder")
OPEN_FOLDER_TIP = tr("Show both stems in their folder")
JOB_TITLE = tr("Isolate {name}")
DONE_TOLD = tr("{name}: vocals and instrumental are there.")

# Commands
ISOLATE = tr("Isolate the chosen songs")
SHOW_OTHER = tr("Waveforms or spectrograms")
SWITCH_SIDE = tr("Hear the mix or the stems")
STOP_COMMAND = tr("Stop isolating")
BACK = tr("Go back a little")
ON = tr("Go on a little")
END_LOOP = tr("End the loop")

# Coming in
COPY_FAILED = tr("{name} could not be copied: {reason}.")
COPY_HINT = tr("Check free space, or open the file from where it lies.")
