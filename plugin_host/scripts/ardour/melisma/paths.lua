-- Where the spool may lie; the same rule as melisma's own (engine/folders.py), so that nobody has to type a path.
local paths = {}

-- All places, each once.  `environment (name)` gives a variable or nil; `config` is Ardour's folder of the user, where
-- our parts lie too; `lines (path)` gives the lines of a file.
function paths.spools (environment, config, lines)
  local found, known = {}, {}
  local function add (place)
    if place ~= "" and not known[place] then
      found[#found + 1], known[place] = place, true
    end
  end
  local function set (name)
    local value = environment (name)
    if value and value ~= "" then return value end
  end
  local portable = set ("MELISMA_DATA")
  if portable then return { portable .. "/runtime/spool/ardour" } end
  -- Written by the installer, so that an installation whose data lie elsewhere is found as well.
  for _, told in ipairs (lines (config .. "/scripts/melisma/spool.txt")) do add (told) end
  for _, folder in ipairs (paths.runtimes (set, config)) do add (folder .. "/spool/ardour") end
  return found
end

-- On Linux there are two: what starts Ardour and what starts melisma may not both have set XDG_RUNTIME_DIR.
function paths.runtimes (set, config)
  if set ("LOCALAPPDATA") and not config:find ("^/") then return { set ("LOCALAPPDATA") .. "/Temp/melisma" } end
  local home = set ("HOME") or ""
  if config:find ("/Library/Preferences/", 1, true) then return { home .. "/Library/Caches/TemporaryItems/melisma" } end
  local state = (set ("XDG_STATE_HOME") or home .. "/.local/state") .. "/melisma/runtime"
  if set ("XDG_RUNTIME_DIR") then return { set ("XDG_RUNTIME_DIR") .. "/melisma", state } end
  return { state }
end

return paths
