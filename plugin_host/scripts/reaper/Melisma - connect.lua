-- Connects REAPER with melisma; stays on until REAPER is closed.  Put it into __startup.lua to have it always.
local folder = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or "./"
dofile(folder .. "lib/load.lua")(folder)("serve").start()
