-- Takes the selected audio items apart: vocals and instrumental come on two tracks below.
local folder = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or "./"
dofile(folder .. "lib/load.lua")(folder)("ask").run("isolate")
