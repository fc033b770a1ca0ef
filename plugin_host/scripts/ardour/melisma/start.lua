-- Puts the parts together.  The scripts that Ardour knows load this file and call what it returns.
--
-- Ardour keeps a copy of each script it was told to run, without what stands around its factory.  So the scripts hold
-- next to nothing and load their parts from the user's scripts folder: a newer melisma works after a restart of Ardour.
local config = ...

local loaded = {}
local use = setmetatable ({ version = config:match ("(%d+)[/\\]*$") or "" }, {
  __call = function (self, name)
    if loaded[name] == nil then
      loaded[name] = assert (loadfile (config .. "/scripts/melisma/" .. name .. ".lua")) (self)
    end
    return loaded[name]
  end,
})

local function lines (path)
  local found = {}
  local file = io.open (path, "r")
  if not file then return found end
  for line in file:lines () do found[#found + 1] = line end
  file:close ()
  return found
end

local function mailbox ()
  local box = use "mailbox" (use "paths".spools (os.getenv, config, lines))
  box.find ()
  return box
end

local function tell (message)
  LuaDialog.Message ("Melisma", message, LuaDialog.MessageType.Warning, LuaDialog.ButtonType.Close):run ()
end

-- In lines of some 70 letters; those that are there stay.
local function wrapped (text)
  local found = {}
  for paragraph in text:gmatch ("[^\n]+") do
    local line = ""
    for word in paragraph:gmatch ("%S+") do
      if line ~= "" and #line + #word > 70 then
        found[#found + 1], line = line, ""
      end
      line = line == "" and word or line .. " " .. word
    end
    found[#found + 1] = line
  end
  return table.concat (found, "\n")
end

-- A message of the hook's.  A dialog would stop the hook until somebody closes it, so this is a window that goes by
-- itself.  Gives a function that says whether it is still open.
local MESSAGE_S = 20

local function post (message)
  local window = LuaDialog.ProgressWindow ("Melisma", true)
  local ends = os.time () + MESSAGE_S
  window:progress (0, wrapped (message) .. "\n(Cancel only closes this message.)") -- its one button has no other name
  return function ()
    if not window:canceled () and os.time () < ends then return true end
    window:done ()
    return false
  end
end

local function telling (work)
  local ok, why = pcall (work)
  if not ok then tell (tostring (why)) end
end

local start = {}

function start.hook ()
  local box = mailbox ()
  return use "hook" (box, use "notices" (box), post)
end

function start.sing ()
  telling (function () use "asks".write (mailbox (), "sing", use "asks".to_sing ()) end)
end

function start.isolate ()
  telling (function () use "asks".write (mailbox (), "isolate", use "asks".to_isolate ()) end)
end

-- `known`: what was typed for a region before, by its key; what is typed now is kept there.
function start.lyrics (known)
  telling (function ()
    local asks = use "asks"
    local rows = asks.to_sing ()
    local key, name
    for _, row in ipairs (rows) do
      if row[1] == "region" and row[5] == "midi" then key, name = key or row[2], name or row[3] end
    end
    local answer = LuaDialog.Dialog ("Melisma: lyrics of " .. name, {
      { type = "entry", key = "words", title = "Words", default = known[key] or asks.words (rows) },
      { type = "label", title = "Space: next word. Hyphen: next syllable of a word. _ holds a vowel. / ends a phrase." },
    }):run ()
    if not answer then return end
    known[key] = answer.words
    rows[#rows + 1] = { "lyrics", answer.words }
    asks.write (mailbox (), "sing", rows)
  end)
end

return start
