-- Has the selected MIDI items sung; the sound comes on a track below.
local folder = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or "./"
dofile(folder .. "lib/load.lua")(folder)("ask").run("sing")
