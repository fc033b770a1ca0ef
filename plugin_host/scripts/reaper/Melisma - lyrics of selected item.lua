-- Asks for the words of the selected MIDI item and has it sung with them.
local folder = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or "./"
dofile(folder .. "lib/load.lua")(folder)("ask").run("lyrics")
