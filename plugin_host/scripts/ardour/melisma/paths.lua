-- Where the spool lies; the same rule as melisma's own (engine/folders.py), so that nobody has to type a path.
local paths = {}

-- `environment (name)` gives a variable or nil; `config` is Ardour's folder of the user, where our parts lie too.
function paths.spool (environment, config, first_line)
  local function set (name)
    local value = environment (name)
    if value and value ~= "" then return value end
  end
  local portable = set ("MELISMA_DATA")
  if portable then return portable .. "/runtime/spool/ardour" end
  -- Written by the installer, so that an installation whose data lie elsewhere is found as well.
  local told = first_line (config .. "/scripts/melisma/spool.txt")
  if told and told ~= "" then return told end
  return paths.runtime (set, config) .. "/spool/ardour"
end

function paths.runtime (set, config)
  if set ("LOCALAPPDATA") and not config:find ("^/") then return set ("LOCALAPPDATA") .. "/Temp/melisma" end
  if set ("XDG_RUNTIME_DIR") then return set ("XDG_RUNTIME_DIR") .. "/melisma" end
  local home = set ("HOME") or ""
  if config:find ("/Library/Preferences/", 1, true) then return home .. "/Library/Caches/TemporaryItems/melisma" end
  return (set ("XDG_STATE_HOME") or home .. "/.local/state") .. "/melisma/runtime"
end

return paths
