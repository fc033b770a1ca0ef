"""Texts of the window itself: menus, transport, status, questions, the queue and the models."""

from __future__ import annotations

from gui.texts import tr

APP = "Melisma"

# The rail
SING = tr("Sing")
ISOLATE = tr("Isolate")
AVATAR = tr("Avatar")
QUEUE = tr("Queue")
CONNECTION = tr("Connection")
MODELS = tr("Models")
RAIL = tr("Panels")
RAIL_TIPS = {
    "sing": tr("Notes and lyrics become a sung track"),
    "isolate": tr("Take the vocals out of a mix"),
    "avatar": tr("A face sings the vocal"),
    "queue": tr("Everything that is being made"),
    "connection": tr("Your DAW"),
    "models": tr("Voices, separators and animators"),
}

# Menus
MENU_FILE = tr("&File")
MENU_EDIT = tr("&Edit")
MENU_PANEL = tr("&Panel")
MENU_VIEW = tr("&View")
MENU_HELP = tr("&Help")
NEW = tr("New song")
OPEN = tr("Open …")
OPEN_RECENT = tr("Open recent")
NO_RECENT = tr("Nothing was opened yet")
CLEAR_RECENT = tr("Clear this list")
SAVE = tr("Save")
SAVE_AS = tr("Save as …")
QUIT = tr("Quit")
UNDO = tr("Undo")
UNDO_WHAT = tr("Undo: {what}")
REDO = tr("Redo")
REDO_WHAT = tr("Redo: {what}")
PLAY = tr("Play or pause")
TO_START = tr("Back to the start")
NO_LOOP = tr("End the loop")
PALETTE = tr("Find a command …")
SHORTCUTS = tr("Keyboard shortcuts")
ABOUT = tr("About Melisma")
THEME_SYSTEM = tr("Theme of the system")
THEME_DARK = tr("Dark theme")
THEME_LIGHT = tr("Light theme")
FULL_SCREEN = tr("Full screen")
OPEN_RENDERS = tr("Show renders")
OPEN_DATA = tr("Show the data folder")
OPEN_LOGS = tr("Show the log folder")
DEMO = tr("Open the demo song")

# The transport
TRANSPORT = tr("Transport")
PLAY_NAME = tr("Play")
PAUSE_NAME = tr("Pause")
POSITION = tr("Position")
POSITION_TIP = tr("Bar and beat, and the time since the song's beginning")
TEMPO = tr("{bpm} bpm   {numerator}/{denominator}")
TEMPO_TIP = tr("Tempo and meter at the cursor")
SONG_TIP = tr("The song in the window")
NOT_SAVED = tr("not saved yet")
EDITED = tr("edited")
NO_DAW = tr("No DAW")
NO_DAW_TIP = tr("No DAW is connected. Click to see how one is.")
DAW_TIP = tr("{name}, session {session}. Click for more.")
DAW_TIP_PLAIN = tr("{name}. Click for more.")

# The status bar
STATUS = tr("Status")
ENGINE_STARTING = tr("Engine is starting …")
DEVICE_NAME = tr("Device in use")
NOTHING_RUNS = tr("Nothing is running")
JOBS_TIP = tr("Click to see the queue")
JOB_AND_MORE = tr("{title} and {more} more")
BRIDGE_NAME = tr("Bridge to DAWs")
BRIDGE = {
    "off": tr("Bridge off"),
    "starting": tr("Bridge is starting …"),
    "on": tr("Bridge on"),
    "away": tr("Bridge does not answer"),
    "failed": tr("Bridge failed"),
}
BRIDGE_TIP = tr("Click to see the connection")
NO_SOUND = tr("No sound device")
NO_SOUND_TIP = tr("No sound output was found: playing moves the cursor and stays silent.")
SOUND_LOST = tr("The sound output went away. Playing has stopped.")

# Time left
LEFT_SECONDS = tr("{s} s left")
LEFT_MINUTES = tr("{m}:{s:02} left")
LEFT_HOURS = tr("{h} h {m:02} min left")

# The palette and the page of shortcuts
PALETTE_HINT = tr("Type what you want to do")
PALETTE_NOT_NOW = tr("not now")
PALETTE_NOT_NOW_TIP = tr("There is nothing now that it could be done to. Many need selected notes.")
PALETTE_NONE = tr("No command fits. Try fewer letters.")
PALETTE_LIST = tr("Commands")
SHORTCUTS_TITLE = tr("Keyboard shortcuts")
SHORTCUTS_FILTER = tr("Filter by name or key")
SHORTCUTS_WINDOW = tr("Everywhere")
SHORTCUTS_NONE = tr("Nothing fits.")
ENTER_PRESSES = tr("Press the button that has the focus")
CLOSE = tr("Close")

# Notices and errors
NOTICES = tr("Notices")
SINGING_LIVE = tr("Singing {done} of {total}")
PROGRESS = tr("How far the work is")
DISMISS = tr("Dismiss")
DETAILS = tr("Details")
COPY_DETAILS = tr("Copy the details")
ERROR_TITLE = tr("Something went wrong")
INPUT_TITLE = tr("This cannot be used as it is")

# Files
OPEN_TITLE = tr("Open a song, a clip, a sound or a picture")
OPEN_FILTER_SONGS = tr("Songs and clips ({suffixes})")
OPEN_FILTER_ALL = tr("All files (*)")
SAVE_TITLE = tr("Save the song")
SAVE_FILTER = tr("Melisma songs (*.melisma)")
SAVED = tr("Saved {name}.")
REPLACE = tr("Replace {name}?")
REPLACE_MORE = tr("A file of this name is already in {folder}. What is in it is lost then.")
REPLACE_AWAITED = tr("Another job of the queue writes a file of this name to {folder}. What it makes is lost then.")
REPLACE_IT = tr("Replace")
NOTHING_TAKES = tr("Nothing here can use {name}.")
NOTHING_TAKES_HINT = tr("Drop MIDI, MusicXML, a song of ours, a sound or a picture.")
DROP_INTO = tr("Drop to open in {panel}")
COPYING = tr("Copying {name} …")
GONE = tr("{name} is not there any more.")
GONE_HINT = tr("It was taken off the list.")
DEMO_NAME = "Amazing Grace"

# Questions
SAVE_FIRST = tr("Save the changes to {name}?")
SAVE_FIRST_MORE = tr("They are lost otherwise.")
SAVE_IT = tr("Save")
SAVE_NOT = tr("Do not save")
CANCEL = tr("Cancel")
STOP_JOBS_TITLE = tr("Stop what is running?")
STOP_ONE = tr("{n} job is still running and will be cancelled.")
STOP_MANY = tr("{n} jobs are still running and will be cancelled.")
STOP_AND_CLOSE = tr("Stop and close")
KEEP_OPEN = tr("Keep open")
LOSE_TITLE = tr("Close all the same?")
CLOSE_ANYWAY = tr("Close")
RECOVER_TITLE = tr("Recover {name}?")
RECOVER_MORE = tr("Melisma ended before it was saved. The last autosave is of {when}.")
RECOVER_IT = tr("Recover")
RECOVER_NOT = tr("Throw it away")
RECOVER_LATER = tr("Later")
RECOVERED = tr("Recovered {name}. Save it to keep it.")

# What goes wrong with us
FAULT = tr("Something went wrong inside Melisma.")
FAULT_HINT = tr("Save your song and go on; please report what window.log in the log folder says.")

# The queue
QUEUE_EMPTY = tr("Nothing in the queue")
QUEUE_EMPTY_HINT = tr(
    "What you sing to a file, isolate or export as a video is listed here while it is made, and after."
)
QUEUE_TO_SING = tr("Go to Sing")
QUEUE_TO_ISOLATE = tr("Go to Isolate")
QUEUE_TITLE = tr("Queue")
QUEUE_COUNT_ONE = tr("{n} job")
QUEUE_COUNT_MANY = tr("{n} jobs")
QUEUE_RUNNING = tr("{count}, {running} not done yet")
QUEUE_CLEAR = tr("Clear what is over")
QUEUE_CANCEL_ALL = tr("Cancel all")
JOB_STATE = {
    "waiting": tr("Waiting"),
    "running": tr("Running"),
    "done": tr("Done"),
    "failed": tr("Failed"),
    "cancelled": tr("Cancelled"),
    "lost": tr("Lost when the engine stopped"),
}
JOB_STOPPING = tr("Stopping …")
JOB_TOOK = tr("Done in {time}")
JOB_STAGE = tr("{stage} {done} of {total}")
JOB_CANCEL = tr("Cancel")
JOB_CANCEL_TIP = tr("Stop this job")
JOB_AGAIN = tr("Again")
JOB_AGAIN_TIP = tr("Do this job once more")
JOB_OPEN = tr("Open")
JOB_OPEN_TIP = tr("Open the result with the system's program")
JOB_SHOW = tr("Show in folder")
JOB_SHOW_TIP = tr("Show the result in its folder")
JOB_FORGET_TIP = tr("Take this job off the list; its files stay")
JOB_DETAILS_TIP = tr("See what went wrong")
JOB_DRAG_TIP = tr("Drag the result into your DAW")
JOB_NAMES = tr("Job {title}, {state}")

# Models
MODELS_TITLE = tr("Models")
MODELS_EMPTY = tr("No models")
MODELS_EMPTY_HINT = tr("Drop a package of a voice, a separator or an animator here, or an MDX-Net as .onnx.")
MODELS_LOADING = tr("Looking for models …")
MODELS_LOADING_HINT = tr("The engine is asked which ones are installed.")
MODELS_ADD = tr("Add from file …")
MODELS_ADD_FOLDER = tr("Add from folder …")
MODELS_ADD_TITLE = tr("Choose a model's package")
MODELS_ADD_FILTER = tr("Model packages (*.zip *.onnx)")
MODELS_VERIFY = tr("Verify")
MODELS_VERIFY_TIP = tr("Compare every file with its checksum")
MODELS_REMOVE = tr("Remove …")
MODELS_REMOVE_TIP = tr("Delete a model that you added")
MODELS_INCLUDED_TIP = tr("This model comes with Melisma and stays")
MODELS_RELOAD = tr("Look again")
MODELS_SHOW = tr("Show in folder")
MODELS_ADDED = tr("Added {name}.")
MODELS_ADDING = tr("Adding {name}")
MODELS_REMOVED = tr("Removed {name}.")
MODELS_REMOVE_ASK = tr("Remove {name}?")
MODELS_REMOVE_MORE = tr("Its files in {folder} are deleted. Songs that use it will not sing until it is there again.")
MODELS_REMOVE_IT = tr("Remove")
MODELS_WHOLE = tr("{name}: all {n} files are as they should be.")
MODELS_SPOILT = tr("{name} has missing or changed files: {files}.")
MODELS_SPOILT_HINT = tr("Install it again.")
MODELS_BROKEN = tr("Cannot be used")
MODELS_NO_CARD = tr("This model says nothing about itself.")
MODELS_CARD = tr("What the model says about itself")
MODELS_LIST = tr("Installed models")
MODELS_INCLUDED = tr("included")
MODELS_ADDED_BY_YOU = tr("added by you")
MODELS_DEFAULT = tr("default")
ROLES = {
    "voice": tr("Voices"),
    "separator": tr("Separators"),
    "animator": tr("Animators"),
    "broken": MODELS_BROKEN,
}
FIELDS = {
    "kind": tr("Kind"),
    "version": tr("Version"),
    "licence": tr("Licence"),
    "languages": tr("Languages"),
    "speakers": tr("Speakers"),
    "stem": tr("Stem"),
    "sample_rate": tr("Sample rate"),
    "bytes": tr("Size"),
    "origin": tr("Origin"),
    "folder": tr("Folder"),
}
SPEAKERS_MORE = tr("{names} and {n} more")
MB = tr("{n:.0f} MB")
GB = tr("{n:.1f} GB")
KHZ = tr("{n:g} kHz")

ABOUT_TEXT = tr("Version {version}. Free software under the GNU General Public License, version 3 or later.")
NO_SCREEN = tr("There is no screen to open a window on.")
NO_SCREEN_HINT = tr("Start it in a desktop session, or add --screenshot FILE.png --quit.")
NO_LIBRARIES = tr("Libraries are missing without which no window opens: {names}.")
NO_LIBRARIES_HINT = tr("On Debian and Ubuntu: sudo apt install {packages}")
DEAD_SCREEN = tr("The screen {name} cannot be reached.")
NO_QT = tr("The window's libraries cannot be loaded: {reason}.")
NO_QT_HINT = tr("On Linux install libegl1, libgl1 and libxkbcommon0.")
NO_PICTURE = tr("{name} is no kind of picture that can be written.")
NO_PICTURE_HINT = tr("Name a .png file.")
