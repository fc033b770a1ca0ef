"""Words of the Avatar panel."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Avatar")

# who sings
WHO = tr("Who sings")
FIGURE_TIP = tr("{name} sings. The arrow keys go through the figures.")
PORTRAIT = tr("Portrait ...")
PORTRAIT_TIP = tr("A picture of somebody: a photograph or a drawing, from the front. You can also drop it anywhere.")
PORTRAIT_HINT = tr("Only use pictures of people who agree.")
CHOOSE_PORTRAIT = tr("Choose a portrait")
PICTURES = tr("Pictures ({suffixes})")
SEEKING = tr("Looking for the face ...")
FACE_FOUND = tr("The face was found.")
FACE_BY_HAND = tr("The face is where you put it.")
FACE_MISSING = tr("No face was found: place it yourself.")
ADJUST = tr("Place the face ...")
ADJUST_TIP = tr("Show where eyes and mouth are, and move them.")

NO_PICTURE = tr("{name} is not a picture that can be shown.")
NO_PICTURE_HINT = tr("Open it in a picture program and save it as PNG or JPEG.")
WENT_WRONG = tr("Something went wrong: {kind}.")

# placing the face
FACE = tr("Face in the portrait")
FACE_HINT = tr(
    "Drag the three marks onto both eyes and the mouth; the wheel zooms. "
    "By keyboard: 1, 2, 3 choose a mark, arrows move it, + and − zoom."
)
LEFT_EYE, RIGHT_EYE, MOUTH = tr("left eye"), tr("right eye"), tr("mouth")
USE_FACE = tr("Use this face")
USE_FACE_TIP = tr("Close, and let the portrait sing (Enter).")
FIND_AGAIN = tr("Find it")
FIND_AGAIN_TIP = tr("Let the face be found again, instead of where it was put.")
BACK = tr("Back")
BACK_TIP = tr("Leave the face as it was (Esc).")
MARK_AT = tr("{mark} at {x}, {y}")

# what is sung
VOCAL = tr("What is sung")
FROM_SONG = tr("The song")
FROM_FILE = tr("A file")
FROM_SONG_TIP = tr("Sings the song that is open, as it is now; the lips are exact.")
FROM_FILE_TIP = tr("A vocal alone, such as a recording or an isolated stem; or a clip with lyrics.")
TRACK = tr("Track")
TRACK_TIP = tr("Whose face it is. With all tracks the mix is heard, and the first one's face is seen.")
ALL_TRACKS = tr("All tracks")
CHOOSE_FILE = tr("Choose a vocal ...")
CHOOSE_FILE_TIP = tr("A sound file, or a clip with lyrics. You can also drop it anywhere.")
VOCALS = tr("Vocals and clips ({suffixes})")
EXACT = tr("Lips are exact: what is sung when is known.")
HEARD = tr("Lips follow what is heard. Give the vocal alone, dry if you can.")

# how
MANNER = tr("How")
EXPRESSIVE = tr("Expressive")
EXPRESSIVE_TIP = tr("From hardly moving to the back row; 0.6 is usual.")
SEED = tr("Take")
SEED_TIP = tr("Another number moves head, brows and lids otherwise; the lips stay on the words.")
RESEED = tr("Another take")

# the video
VIDEO = tr("Video")
FORMAT = tr("Format")
FORMATS = {
    "mp4": tr("MP4 (H.264)"),
    "webm": tr("WebM (VP9)"),
    "mov": tr("MOV (ProRes 4444)"),
    "gif": tr("GIF, silent"),
    "png": tr("PNG pictures, WAV"),
}
FORMAT_TIP = tr("MP4 plays everywhere; WebM, MOV, GIF and pictures can be transparent.")
SIZE = tr("Size")
SIZES = {
    "": tr("The figure's own"),
    "512x512": tr("Square, 512"),
    "1080x1080": tr("Square, 1080"),
    "1280x720": tr("Wide, 1280 x 720"),
    "1920x1080": tr("Wide, 1920 x 1080"),
    "720x1280": tr("Tall, 720 x 1280"),
    "1080x1920": tr("Tall, 1080 x 1920"),
}
SIZE_TIP = tr("Width and height in pixels; the figure fills it.")
FPS = tr("Pictures / s")
FPS_TIP = tr("25 is what the motion is made for; others are made from it.")
BACKGROUND = tr("Background")
BACKGROUNDS = {
    "": tr("As suits the figure"),
    "#000000": tr("Black"),
    "#ffffff": tr("White"),
    "#00b140": tr("Green screen"),
    "colour": tr("A colour ..."),
    "picture": tr("A picture ..."),
    "transparent": tr("Transparent"),
}
BACKGROUND_TIP = tr("What is seen behind the figure.")
CHOOSE_COLOUR = tr("Colour behind the figure")
CHOOSE_BACKGROUND = tr("Picture behind the figure")
SUBTITLES = tr("Subtitles")
SUBTITLE_WAYS = {"none": tr("None"), "soft": tr("In the file, can be switched off"), "burnt": tr("On the pictures")}
SUBTITLES_TIP = tr("The song's own words, or those of an .srt or .lrc file.")
WORDS_FILE = tr("Words ...")
WORDS_FILE_TIP = tr("An .srt or .lrc file with the words of a recording. Drop it here, too.")
WORDS = tr("Words with times ({suffixes})")
SOUND = tr("Heard")
SOUND_VOCAL = tr("The vocal")
SOUND_FILE = tr("Another file ...")
SOUND_TIP = tr("What is heard in the video: the vocal, or another file such as the mix.")
ALSO = tr("Motion")
ALSO_TIP = tr("Write the motion for other programs too, beside the video.")
ALSO_NONE = tr("none")
MOTION_KINDS = {
    "faceparams": tr("Face parameters, to edit (.faceparams.json)"),
    "rhubarb": tr("Rhubarb, mouth cues (.tsv)"),
    "rhubarb-json": tr("Rhubarb (.json)"),
    "rhubarb-xml": tr("Rhubarb (.xml)"),
    "live2d": tr("Live2D (.motion3.json)"),
    "vmd": tr("MikuMikuDance (.vmd)"),
    "vowels": tr("Vowels A I U E O, for VRM (.csv)"),
    "shape-keys": tr("Shape keys (.csv)"),
    "shape-keys-json": tr("Shape keys (.json)"),
    "arkit": tr("ARKit blend shapes (.csv)"),
}
MOTION_SHORT = {
    "faceparams": tr("parameters"),
    "rhubarb": "Rhubarb",
    "rhubarb-json": "Rhubarb",
    "rhubarb-xml": "Rhubarb",
    "live2d": "Live2D",
    "vmd": "MMD",
    "vowels": tr("vowels"),
    "shape-keys": tr("shape keys"),
    "shape-keys-json": tr("shape keys"),
    "arkit": "ARKit",
}
EXPORT = tr("Make the video ...")
EXPORT_TIP = tr("Choose a name and write the video; it stands in the queue while you go on ({shortcut}).")
EXPORT_TITLE = tr("Write the video to")
JOB = tr("{figure} sings {vocal}")
CANNOT_EXPORT = tr("Choose who sings and what is sung first.")
EXPORT_LATER = tr("The preview is still being made.")
NO_ALPHA = tr("MP4 knows no transparency: choose WebM, MOV, GIF or pictures, or another background.")

# the stage
EMPTY_TITLE = tr("A face that sings")
EMPTY_VOCAL = tr("Write a song in Sing, or drop a vocal here: a recording, or a stem that you isolated.")
EMPTY_CHOOSE = tr("Choose a vocal ...")
LOADING = tr("Getting ready ...")
STAGE = tr("The figure, singing")
TRY_AGAIN = tr("Try again")
MOVING = tr("Motion {percent} %")

# playing
PLAY = tr("Play")
PAUSE = tr("Pause")
PLAY_TIP = tr("Play or pause (Space)")
TO_START = tr("To the beginning")
POSITION = tr("Position")
SCRUB_TIP = tr("Drag to look at any moment. Arrows: one picture, Page keys: a second, Home and End.")
AT = tr("{time} of {total}")
SOUND_LOADING = tr("The sound is being read ...")
NO_SOUND = tr("The sound cannot be played: {why} Play tries again.")
SOUND_LOST = tr("The engine ended while it read the sound.")

# what came out
RESULTS = tr("Made")
RESULT_OPEN = tr("Open")
RESULT_OPEN_TIP = tr("Play {name} in the system's player.")
RESULT_FOLDER = tr("Show in folder")
RESULT_FOLDER_TIP = tr("Show {name} in its folder.")
WAITS = tr("Waits in the queue")
WRITING = tr("{stage} {percent} %")
LEFT = tr("{time} left")
CANCEL = tr("Cancel")
CANCEL_TIP = tr("Stop making this video; no half file stays.")
CANCELLED = tr("Cancelled.")
LOST = tr("The engine stopped under it. It can be done again in the queue.")

# commands
COMMAND_PLAY = tr("Play or pause the figure")
COMMAND_PORTRAIT = tr("Choose a portrait ...")
COMMAND_FACE = tr("Place the face in the portrait ...")
COMMAND_SONG = tr("Let the figure sing the song")
