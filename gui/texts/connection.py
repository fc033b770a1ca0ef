"""Words of the bridge and of the Connection panel."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Connection")

# the bridge
BRIDGE = tr("Bridge")
STATES = {
    "off": tr("Stopped"),
    "starting": tr("Starting ..."),
    "on": tr("Running"),
    "away": tr("Does not answer"),
    "failed": tr("Could not start"),
}
BRIDGE_HINTS = {
    "off": tr("DAWs cannot ask for anything while the bridge is stopped."),
    "starting": tr("The first start takes some seconds."),
    "on": tr("Select a clip in your DAW and ask for it there, or below."),
    "away": tr("It was not heard of for some seconds. It is looked for all the time."),
}
PROCESS = tr("process {pid}")
PROCESS_ELSEWHERE = tr("process {pid}, started elsewhere")
START = tr("Start the bridge")
STOP = tr("Stop the bridge")
START_TIP = tr("Lets DAWs on this machine ask for songs and stems; nothing leaves the machine.")
STOP_TIP = tr("Jobs that are not done go on when it starts again.")
NOT_RUNNING = tr("The bridge is not running.")
NOT_RUNNING_HINT = tr("Start it first.")
CANNOT_START = tr("The bridge could not be started.")
ENDED = tr("The bridge has ended.")
END_ELSEWHERE = tr("The bridge was started elsewhere and goes on. End it where it was started.")
NOT_SURE = tr("The bridge does not answer, and process {pid} may be another program by now. Look at it; it goes on.")

# DAWs
NO_SESSION = tr("No session is open")
SESSION = tr("Session")
TEMPO = tr("Tempo")
RATE = tr("Rate")
POSITION = tr("Position")
UNKNOWN = tr("–")
BPM = tr("{bpm:.1f} bpm")
KHZ = tr("{rate:g} kHz")
PLAYING = tr("playing")
STOPPED = tr("stopped")
SING = tr("Sing the selected clip")
SING_TIP = tr("Sings the MIDI clip that is selected in {daw}; the vocal comes on a track beside it.")
ISOLATE = tr("Isolate the selected clip")
ISOLATE_TIP = tr("Parts the audio clip that is selected in {daw} into vocals and instrumental, on two tracks.")
ASKED_SING = tr("Asked to sing the selected clip.")
ASKED_SING_NAMED = tr("Asked to sing {name}.")
ASKED_ISOLATE = tr("Asked to isolate the selected clip.")
NONE_SEEN_TITLE = tr("No DAW is seen yet")
NONE_SEEN_HINT = tr("Install the script for your DAW on the right, start the DAW, and it appears here by itself.")
BRIDGE_NEEDED_HINT = tr("Start the bridge, and DAWs that run with our script appear here by themselves.")
ABSENT = tr("Not running: {names}.")
COMES = tr("{daw} is there.")
COMES_WITH = tr("{daw} is there, with the session {session}.")
GOES = tr("{daw} is gone.")
SESSION_CHANGED = tr("The session {session} was opened.")

# exchanges
LOG = tr("Last exchanges")
LOG_EMPTY = tr("What DAWs ask for, and how it went, is said here.")
SINGING = tr("{name} is being sung.")
ISOLATING = tr("{name} is being isolated.")
WAITS = tr("{name} waits.")
CANCELLED = tr("{name} was cancelled.")
JOB_FAILED = tr("{name} failed. {sentence}")
JOB_DONE = tr("{name} is done.")

# scripts
SCRIPTS = tr("Scripts in DAWs")
SCRIPTS_HINT = tr("A DAW asks Melisma through a script. Every path is shown before anything is written.")
SCRIPT_STATES = {
    "not installed": tr("Not installed"),
    "up to date": tr("Installed, up to date"),
    "of another version": tr("Installed, of another version"),
    "changed by hand": tr("Changed by hand"),
    "not found": tr("Not found on this machine"),
    "never started": tr("Installed, never started: start it once"),
    "unreadable": tr("Cannot be told"),
}
INSTALL = tr("Install ...")
REPAIR = tr("Repair ...")
REINSTALL = tr("Install again ...")
REMOVE = tr("Remove ...")
CHOOSE = tr("Choose its folder ...")
CHOOSE_TIP = tr("For a {daw} that is not in its usual place: {folder}.")
INSTALL_TIP = tr("Puts the script into {folder}; shows every file first.")
REMOVE_TIP = tr("Takes exactly the files away that were installed; shows them first.")
STEPS = tr("What to do in {daw}")
STEPS_BUTTON = tr("Steps")
STEPS_TIP = tr("What to click in {daw} once, after installing.")
REVIEW_INSTALL = tr("Install the script for {daw}")
REVIEW_REMOVE = tr("Remove the script from {daw}")
WRITES = tr("These files will be written:")
DELETES = tr("These files will be deleted:")
KEPT = tr("Changed since they were installed, so they stay:")
IN_PLACE = tr("Everything is in place; nothing has to be written.")
WRITE = tr("Write")
DELETE = tr("Delete")
CANCEL = tr("Cancel")
CLOSE = tr("Close")
INSTALLED = tr("The script for {daw} is installed. What to click in the DAW stands under Steps.")
REMOVED = tr("The script for {daw} was removed.")
COPY = tr("Copy the steps")

# folders
FOLDERS = tr("Folders")
FOLDERS_HINT = tr("Other programs may name files below these; a watched folder sings clips dropped into it.")
MAY_READ = tr("May be read")
IS_WATCHED = tr("Watched")
ADD_FOLDER = tr("Allow a folder ...")
ADD_FOLDER_TIP = tr("Programs that talk to the bridge may name files in it.")
ADD_WATCH = tr("Watch a folder ...")
ADD_WATCH_TIP = tr("A clip or mix that is put there is sung or isolated; the result appears beside it.")
REMOVE_FOLDER = tr("Take {folder} off the list")
NO_FOLDERS = tr("Only the bridge's own inbox.")
NEXT_START = tr("Counts from the bridge's next start: it was started elsewhere.")
