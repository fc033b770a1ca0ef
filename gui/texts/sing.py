"""Texts of the Sing panel: piano roll, lanes, tracks, takes."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Sing")

# Empty states
EMPTY_TITLE = tr("Nothing to sing yet")
EMPTY_HINT = tr("Drop a MIDI clip, a MusicXML file or a project here, open the demo, or draw notes yourself.")
EMPTY_OPEN = tr("Open a clip …")
EMPTY_DEMO = tr("Open the demo")
EMPTY_DRAW = tr("Draw notes")

# Tools
TOOL_POINTER = tr("Pointer")
TOOL_POINTER_TIP = tr("Select, move and resize notes. Double-click an empty place to add one.")
TOOL_NOTES = tr("Draw notes")
TOOL_NOTES_TIP = tr("Draw notes: press where one begins, drag to its end.")
TOOL_PENCIL = tr("Draw pitch")
TOOL_PENCIL_TIP = tr("Draw the pitch over the notes by hand.")
TOOL_POINTS = tr("Pitch points")
TOOL_POINTS_TIP = tr("Click to set a point of pitch, drag to move it, Del to take it away.")
TOOL_ERASER = tr("Eraser")
TOOL_ERASER_TIP = tr("Take drawn pitch away: the voice plans it again.")
TOOL_KNIFE = tr("Knife")
TOOL_KNIFE_TIP = tr("Click a note to cut it in two.")
TOOL_VIBRATO = tr("Vibrato")
TOOL_VIBRATO_TIP = tr("Drag a note's vibrato: how deep, how fast, from when on.")
SNAP = tr("Grid")
SNAP_TIP = tr("What notes snap to; hold Shift while dragging for free.")
SNAP_AUTO = tr("by zoom")
SNAP_OFF = tr("off")
ZOOM_IN = tr("Zoom in")
ZOOM_OUT = tr("Zoom out")
ZOOM_FIT = tr("Show everything")
ZOOM_SELECTION = tr("Zoom to the selection")
EXPORT = tr("Sing to a file …")
DRAG_OUT_TIP = tr("Drag the finished WAV into your DAW.")
DRAG_OUT_NONE = tr("Sing to a file first; then drag it from here into your DAW.")

# Piano roll
ROLL = tr("Piano roll")
ROLL_HELP = tr(
    "Notes of the track. Arrows move the selected notes, Alt with arrows in small steps, Enter types a lyric, "
    "Tab goes to the next note."
)
RULER = tr("Ruler: click to play from there, drag to choose a loop")
KEYBOARD = tr("Piano keys: click to hear a key's name, scroll to move")
LYRIC = tr("Lyric of the note")
LYRIC_TIP = tr("Tab: next note, Shift+Tab: back, Enter: done. A pasted verse spreads over the notes.")
NOTE_ACCESSIBLE = tr("{lyric}, {key}, bar {bar} beat {beat}, {length} quarters")
SELECTED_ACCESSIBLE_ONE = tr("{n} note selected")
SELECTED_ACCESSIBLE = tr("{n} notes selected")
NONE_SELECTED_ACCESSIBLE_ONE = tr("{n} note, not selected")
NONE_SELECTED_ACCESSIBLE = tr("{n} notes, none selected")
HELD = tr("–")
NO_LYRIC = tr("?")
BREATH = tr("br")
VIBRATO_TIP = tr("Vibrato: {depth:.0f} cents, {rate:.1f} Hz, from {onset:.2f} s on")

PHONES = tr("Phones of the sung words; drag a boundary to move it")
PHONE_TIP = tr("{label}, {ms:.0f} ms")

HANDLE_ONSET = tr("onset")
HANDLE_DEPTH = tr("depth")
HANDLE_RATE = tr("rate")

# Undo labels, beside those of gui.texts.document
DO_TRACK = tr("Set {field}")
DO_ADD_TRACK = tr("Add track")
DO_REMOVE_TRACK = tr("Remove track")
DO_DUPLICATE_TRACK = tr("Duplicate track")
DO_CHOIR = tr("Choir")
DO_CHAIN = tr("Effects")
DO_RETAKE = tr("New take")
DO_CHOOSE = tr("Choose take")
DO_LIKE = tr("Like take")
DO_NAME_TAKE = tr("Name take")
DO_LOCK = tr("Lock take")
DO_FORGET = tr("Delete take")
LEFT_OVER_ONE = tr("No note is left for {n} syllable")
LEFT_OVER = tr("No notes are left for {n} syllables")
LEFT_OVER_WORDS = tr("{told}: {words}")
DEFAULT_LYRIC = tr("la")

# Lanes
LANE = tr("Lane")
LANE_CHOOSE = tr("Knob shown in this lane")
KNOB_USED = tr("{name} •")
LANE_HELP = tr("Draw freehand; click for a point; Del resets what is selected, double-click takes a point away.")
LANE_RESET = tr("Reset")
LANE_RESET_TIP = tr("Take the whole curve away.")
LANE_MODE_FREE = tr("Draw")
LANE_MODE_POINTS = tr("Points")
LANE_MODE_TIP = tr("Draw freehand, or set and move points.")
KNOB_NAMES = {
    "dynamics": tr("Dynamics"),
    "breathiness": tr("Breathiness"),
    "tension": tr("Tension"),
    "gender": tr("Gender"),
    "vibrato": tr("Vibrato"),
    "vibrato_depth": tr("Vibrato depth"),
    "vibrato_rate": tr("Vibrato rate"),
    "vibrato_onset": tr("Vibrato onset"),
    "portamento": tr("Portamento"),
    "consonants": tr("Consonants"),
    "timing": tr("Timing"),
}
UNITS = {
    "dB": tr("dB"),
    "semitones": tr("st"),
    "times": tr("×"),
    "cents": tr("ct"),
    "Hz": tr("Hz"),
    "s": tr("s"),
    "ms": tr("ms"),
    "": "",
}

# Wave and phrases
WAVE = tr("Sung phrases")
STATES = {
    "clean": tr("sung"),
    "waiting": tr("waiting"),
    "rendering": tr("singing"),
    "done": tr("sung"),
    "failed": tr("failed"),
}
WAVE_TIP = tr("Phrase {number}: {state}")
WAVE_FAILED = tr("{state}: {why}")
WAVE_FAILED_TIP = tr("Phrase {number}: {state}. {why}")

# Tracks
TRACKS = tr("Tracks")
TRACK_ADD = tr("Add a track")
TRACK_DUPLICATE = tr("Duplicate the track")
TRACK_REMOVE = tr("Remove the track")
TRACK_RENAME = tr("Rename the track")
TRACK_MUTE = tr("Mute the track, or no longer")
TRACK_SOLO = tr("Solo the track, or no longer")
TRACK_NEW_NAME = tr("Track {n}")
TRACK_COPY_NAME = tr("{name} copy")
TRACK_ROW = tr("Track {name}, sung by {voice}")
TRACK_ROW_WARNED = tr("Track {name}, sung by {voice}. {warning}")
MUTE = tr("Mute")
SOLO = tr("Solo")
MUTE_LETTER = tr("M")
SOLO_LETTER = tr("S")
NAME = tr("Name")
VOICE = tr("Voice")
VOICE_TIP = tr("Who sings this track")
VOICE_DEFAULT = tr("{name} (default)")
VOICE_NONE = tr("Default voice")
VOICE_MISSING = tr("{name} (not installed)")
LANGUAGE = tr("Language")
LANGUAGE_TIP = tr("How the words are said; any voice sings any of them")
LANGUAGE_AUTO = tr("By the words")
LANGUAGES = {
    "en": tr("English"),
    "de": tr("German"),
    "ja": tr("Japanese"),
    "ko": tr("Korean"),
    "la": tr("Latin"),
    "zh": tr("Chinese"),
}
CHAIN = tr("Effects")
CHAIN_TIP = tr("Chain of effects behind the voice, when it plays and when it is exported")
CHAIN_NONE = tr("None")
CHAIN_FAILED = tr("Effects failed: {why} {hint}")
CHAIN_BROKEN = tr("The chain stopped with an error.")
CHAIN_BROKEN_HINT = tr("Choose other effects; until then the voice is heard without.")
SEED = tr("Seed")
SEED_TIP = tr("Chance of phrases without takes: the same seed sings the same")
SEED_ROLL = tr("Another seed")
GAIN = tr("Gain")
PAN = tr("Pan")
TRANSPOSE = tr("Transpose")
STEPS = tr("Steps")
TEMPERATURE = tr("Chance")
TEMPERATURE_TIP = tr("How far a take may stray")
CHOIR = tr("Choir")
CHOIR_TIP = tr("Several takes of the track at once")
CHOIR_VOICES = tr("Voices")
CHOIR_SPREAD = tr("Spread")
CHOIR_DETUNE = tr("Detune")
CHOIR_WIDTH = tr("Width")
AS_VOICE = tr("voice")
VALUE_TIP = tr("{name}: drag, type a number, double-click to reset")
VALUE_SPOKEN = tr("{name} {value}")

FIELDS = {
    "name": tr("name"),
    "voice": tr("voice"),
    "language": tr("language"),
    "seed": tr("seed"),
    "gain_db": tr("gain"),
    "pan": tr("pan"),
    "transpose": tr("transposition"),
    "num_steps": tr("steps"),
    "temperature": tr("chance"),
    "mute": tr("mute"),
}

# Inspector
SIDE = tr("Notes, takes and problems at the side")
INSPECTOR = tr("Note, takes and problems")
TAB_NOTE = tr("Note")
TAB_TAKES = tr("Takes")
TAB_PROBLEMS = tr("Problems")
TAB_PROBLEMS_COUNT = tr("Problems ({n})")
NOTE_NONE = tr("Select a note to see how it is sung.")
NOTE_KEY = tr("Key")
NOTE_AT = tr("Begins")
NOTE_LENGTH = tr("Length")
NOTE_PHONES = tr("Phones")
NOTE_PHONES_TIP = tr("Own pronunciation of the word, phones apart by spaces; empty: as the language says it")
NOTE_PHONES_NONE = tr("as it is said")
NOTE_QUARTER = tr("{length} quarter")
NOTE_QUARTERS = tr("{length} quarters")
NOTE_ONE = tr("{n} note")
NOTE_SEVERAL = tr("{n} notes")
NOTE_SECTION_PITCH = tr("Pitch")
NOTE_SECTION_SOUND = tr("Sound")
NOTE_SECTION_WORD = tr("Word")
TAKES_NONE = tr("Select a note: the takes of its phrase are listed here.")
TAKES_PHRASE = tr("Phrase {number}, bar {bar}")
TAKE = tr("Take {id}")
TAKE_NAMED = tr("Take {id} “{name}”")
TAKE_TIP = tr("Click to sing it, double-click or F2 to name it")
TAKE_NAME = tr("Name of the take")
TAKE_SEEDS = tr("pitch {pitch}, timbre {timbre}")
RETAKE = tr("New take")
RETAKE_TIP = tr("Sing the phrase by another chance")
RETAKE_BOTH = tr("Pitch and timbre")
RETAKE_PITCH = tr("Pitch")
RETAKE_TIMBRE = tr("Timbre")
LIKE = tr("Like")
UNLIKE = tr("Do not like any more")
LOCK = tr("Lock: the phrase stays with this take")
UNLOCK = tr("Unlock")
FORGET = tr("Delete the take")
LOCKED = tr("The phrase is locked on take {take}; unlock it first.")
COMPARE = tr("A/B")
COMPARE_TIP = tr("Go back and forth between this take and the one before, both equally loud")
COMPARED_AS_IS = tr("Compared at equal loudness: this take as it is.")
COMPARED_SOFTER = tr("Compared at equal loudness: this take {gain} dB.")
PROBLEMS_NONE = tr("No problems: every note can be sung.")

# Export and files
EXPORT_TITLE = tr("Sing to a file")
EXPORT_FILTER = tr("Sound (*.wav *.flac)")
EXPORT_JOB = tr("Sing {name}")
EXPORT_FAILED = tr("The song could not be written.")
EXPORT_KEPT = tr("The voices without effects are kept: {files}")
RENDER = tr("Render")
UNFINISHED = tr("{name} is sung, but its effects are still being laid on: it would not be written.")
RENDER_COMMAND = tr("Render for dragging out")
WAITING = tr("phrases that are being sung")
RENDER_TIP = tr("Sing all tracks that are not muted to one file; then drag it into your DAW by the grip.")
RENDER_FRESH = tr("ready to drag")
RENDER_STALE = tr("older than the song")
RENDER_READY = tr("{name}: drag it by the grip into your DAW.")
RENDER_FILE = tr("finished vocal")
NOTHING_TO_SING = tr("There is nothing to sing.")
NOTHING_TO_SING_HINT = tr("Draw notes, or unmute a track.")
DO_ADD_CLIP = tr("Add clip")
CLIP_ADDED = tr("{name} was added as a track.")
ONE_SONG = tr("{name} was not opened: one song at a time.")
OPEN_FAILED = tr("The file could not be opened.")

# Commands
CUT = tr("Cut")
COPY = tr("Copy")
PASTE = tr("Paste notes or words")
DELETE = tr("Delete")
DUPLICATE = tr("Duplicate")
SELECT_ALL = tr("Select all notes")
SELECT_NONE = tr("Select nothing")
JOIN = tr("Join the selected notes")
SPLIT = tr("Cut the notes at the cursor")
QUANTISE = tr("Quantise to the grid")
SMOOTH = tr("Smooth the pitch")
PLAIN_PITCH = tr("Erase what is drawn over the notes")
OCTAVE_UP = tr("An octave up")
OCTAVE_DOWN = tr("An octave down")
EDIT_LYRIC = tr("Type the lyric")
NEXT_PHRASE = tr("Next phrase")
PREVIOUS_PHRASE = tr("Previous phrase")
NEXT_PROBLEM = tr("Next problem")
TOGGLE_FOLLOW = tr("Follow the playback")
TOGGLE_PHONES = tr("Show phones")
TOGGLE_PITCH = tr("Show pitch")
PLAY_SELECTION = tr("Play from the selection")
LOOP_SELECTION = tr("Loop the selection")
SING_NOW = tr("Sing again what failed")
NEXT_LANE = tr("Next lane")
