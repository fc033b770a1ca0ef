-- The folder through which melisma and this script talk.  `spool.txt` beside the scripts says where it may be.
return function(load, folder)
  local records = load("records")
  local M = {}

  function M.read_file(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local data = file:read("a")
    file:close()
    return data
  end

  local places = {}
  for place in (M.read_file(folder .. "spool.txt") or ""):gmatch("[^\r\n]+") do places[#places + 1] = place end
  -- nil: the scripts were copied here by hand, not by `melisma install reaper`.
  M.folder = places[1]

  -- Goes where melisma came last, for it may have been started in other surroundings; false where it is nowhere.
  function M.find()
    local newest
    for _, place in ipairs(places) do
      local head = records.unpack(M.read_file(place .. "/bridge") or "")
      local since = head and head[1] == "bridge" and tonumber(head[5])
      if since and (not newest or since > newest) then newest, M.folder = since, place end
    end
    return newest ~= nil
  end

  local function path(name) return M.folder .. "/" .. name end

  -- Written beside its place, then renamed; false while melisma has not made the folder yet.
  function M.write(name, head, list)
    if not M.folder then return false end
    local part = path("." .. name .. ".part")
    local file = io.open(part, "wb")
    if not file then return false end
    local written = file:write(records.pack(head, list))
    file:close()
    if not written then
      os.remove(part)
      return false
    end
    if not os.rename(part, path(name)) then
      os.remove(path(name)) -- Windows does not rename onto a file that is there
      os.rename(part, path(name))
    end
    return true
  end

  -- The head and the records of a file, which is gone afterwards; nil when there is none.
  local function take(name)
    local taken = path(name .. ".taken")
    if not os.rename(path(name), taken) then
      if not M.read_file(path(name)) then return nil end
      os.remove(taken)
      if not os.rename(path(name), taken) then return nil end
    end
    local data = M.read_file(taken)
    os.remove(taken)
    return records.unpack(data or "")
  end

  -- Request id, verb and arguments of the command that waits; nil when none does, or it is for another session than
  -- the one whose key `session()` gives: that is open in another REAPER.
  function M.command(session)
    local waiting = records.unpack(M.read_file(path("cmd")) or "")
    if waiting and waiting[3] and waiting[3] ~= session() then return nil end
    local head, list = take("cmd")
    if not head or not head[1] or not head[1]:match("^[%w%-]+$") then return nil end
    return head[1], head[2] or "", list
  end

  -- What melisma says about an ask: its id, true when it went well, a sentence.
  function M.answer()
    local head = take("answer")
    if not head or #head < 3 then return nil end
    return head[1], head[2] == "ok", head[3]
  end

  function M.reply(id, ok, sentence, list)
    return M.write("reply-" .. id, { ok and "ok" or "error", sentence }, list)
  end

  -- The id of the ask; nil when nobody is there.
  function M.ask(action, list)
    local id = reaper.genGuid(""):gsub("[^%w%-]", "")
    return M.find() and M.write("ask-" .. id, { action }, list) and id or nil
  end

  -- Takes an ask back; false when it was heard.
  function M.take_back(id)
    return os.remove(path("ask-" .. id)) ~= nil
  end

  function M.remove_alive()
    if M.folder then os.remove(path("alive")) end
  end

  return M
end
