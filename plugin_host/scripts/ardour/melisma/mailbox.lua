-- The files of the spool: read whole, written beside their place and renamed.  Nothing here raises.
local use = ...
local records = use "records"

local MAX_BYTES = 1 << 20 -- of what we are sent: paths and names; more is somebody's mistake

-- `places`: where melisma may be.
return function (places)
  local box = { folder = places[1] }

  local function path (name) return box.folder .. "/" .. name end

  -- The head and the rows of a file, or nil when it is missing or not ours.
  function box.read (name)
    local file = io.open (path (name), "rb")
    if not file then return nil end
    local data = file:read (MAX_BYTES)
    file:close ()
    return records.unpack (data)
  end

  -- Goes where melisma came last, for it may have been started in other surroundings; stays where it is nowhere.
  function box.find ()
    local newest, found
    for _, place in ipairs (places) do
      box.folder = place
      local head = box.read ("bridge")
      local since = head and head[1] == "bridge" and tonumber (head[5]) or nil
      if since and (not newest or since > newest) then newest, found = since, place end
    end
    box.folder = found or places[1]
  end

  -- False when the folder is missing: nobody has started melisma yet.
  function box.write (name, head, rows)
    local part = path (".part-" .. name)
    local file = io.open (part, "wb")
    if not file then return false end
    local whole = file:write (records.pack (head, rows))
    whole = file:close () and whole
    if whole and os.rename (part, path (name)) then return true end
    os.remove (path (name)) -- Windows renames onto nothing that exists
    if whole and os.rename (part, path (name)) then return true end
    os.remove (part)
    return false
  end

  -- Take a file away and give what it held; the renaming lets only one of several readers have it.
  function box.take (name)
    local taken = name .. ".taken"
    if not os.rename (path (name), path (taken)) then
      if not box.has (name) then return nil end
      os.remove (path (taken)) -- Windows renames onto nothing that exists
      if not os.rename (path (name), path (taken)) then return nil end
    end
    local head, rows = box.read (taken)
    os.remove (path (taken))
    return head, rows
  end

  function box.has (name)
    local file = io.open (path (name), "rb")
    if file then file:close () end
    return file ~= nil
  end

  function box.remove (name) os.remove (path (name)) end

  return box
end
