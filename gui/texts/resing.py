"""Texts of singing a recording again."""

from __future__ import annotations

from gui.texts import tr

COMMAND = tr("Sing a recording again …")
TITLE = tr("Sing a recording again")
HINT = tr("The same words, times and pitches, by another voice; as long as the recording, to the sample.")
CHOOSE_TITLE = tr("Choose a recorded vocal")
RECORDING = tr("Recording")
CHOOSE = tr("Choose …")
DRY = tr("One voice, dry. Is it a whole mix?")
ISOLATE_FIRST = tr("Isolate it first")
ISOLATE_FIRST_TIP = tr("Take the vocals out of it; they are sung again from the Isolate panel")
VOICE = tr("Voice")
VOICE_TIP = tr("Who sings. Voices that cannot listen to a recording are not offered.")
VOICES_ASKING = tr("Looking for voices …")
NO_VOICE = tr("No installed voice can listen to a recording.")
NO_VOICE_HINT = tr("Add one with a listening network in Models.")
SPEAKER = tr("{voice} · {speaker}")
BLEND = tr("Blend with")
BLEND_TIP = tr("Another speaker of the same package, mixed in by a share")
BLEND_NONE = tr("Nobody")
SHARE = tr("Share")
DYNAMICS = tr("Loudness")
DYNAMICS_TIP = tr("As loud as the recording at each moment, or as the voice sings by itself")
FOLLOW = tr("As the recording")
FLAT = tr("As the voice sings")
TRANSPOSE = tr("Transpose")
BREATHINESS = tr("Breathiness")
TENSION = tr("Tension")
GENDER = tr("Gender")
SEED = tr("Seed")
SEED_TIP = tr("Another seed gives another take: timbre and noise, never pitch or time.")
STEPS = tr("Steps")
TEMPERATURE = tr("Temperature")
AS_VOICE = tr("as the voice")
FORMAT = tr("Format")
FORMAT_TIP = tr("32-bit float keeps peaks over full scale; 24 and 16 bit are smaller.")
OUT = tr("Write to")
OUT_TIP = tr("Renders are for dragging out; File, Show renders opens their folder.")
OUTS = {
    "renders": tr("Renders, for dragging out"),
    "beside": tr("Beside the recording"),
    "file": tr("Another file …"),
}
OUT_TITLE = tr("Write the sung recording")
OUT_FILTER = tr("Sound files (*.wav *.flac *.ogg *.mp3)")
START = tr("Sing")
CANCEL = tr("Cancel")
FILE_NAME = "{name} - {voice}"
JOB_TITLE = tr("{name}, sung again by {voice}")
BEGUN = tr("{name} is being sung again.")
DONE = tr("{name} is there, sung by {voice}.")
SHOW = tr("Show")
ONE_VOCAL = tr("One recording at a time: {name} was left out.")
GONE = tr("{name} is not there any more.")
GONE_HINT = tr("Choose another recording.")
