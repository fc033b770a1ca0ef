-- Runs a part of Ardour's scripts under a plain Lua, with a stub of Ardour's API.
-- usage: lua5.3 ardour_parts.lua SCRIPTS TEST FOLDER [ARGUMENTS]
local scripts, test, folder = arg[1], arg[2], arg[3]

-- What Ardour takes away from scripts.
dofile, require, package, debug, rawget, rawset, coroutine = nil, nil, nil, nil, nil, nil, nil
os.exit, os.setlocale = nil, nil

local loaded = {}
local use = setmetatable ({ version = "7" }, {
  __call = function (self, name)
    if loaded[name] == nil then loaded[name] = assert (loadfile (scripts .. "/melisma/" .. name .. ".lua")) (self) end
    return loaded[name]
  end,
})

local function show (...)
  local words = {}
  for i, value in ipairs ({ ... }) do words[i] = tostring (value) end
  io.write (table.concat (words, "\t"), "\n")
end

local tests = {}

-- Reads a file and writes it again, with what was understood.
function tests.again ()
  local box = use "mailbox" ({ folder })
  local head, rows = box.read ("in")
  if not head then return show ("nothing") end
  box.write ("out", head, rows)
  show (#head, #rows)
end

function tests.take ()
  local box = use "mailbox" ({ folder })
  local first, second = box.take ("cmd"), box.take ("cmd")
  show (first and first[1] or "nothing", second == nil)
end

function tests.missing ()
  show (use "mailbox" ({ folder .. "/none" }).write ("alive", { "alive" }))
end

-- arguments: config, then NAME=VALUE of the environment
function tests.spool ()
  local variables, told = {}, {}
  for i = 5, #arg do
    local name, value = arg[i]:match ("^([^=]*)=(.*)$")
    if name == "spool.txt" then told[#told + 1] = value else variables[name] = value end
  end
  local found = use "paths".spools (function (name) return variables[name] end, arg[4], function () return told end)
  show (table.unpack (found))
end

function tests.numbers ()
  local records = use "records"
  show (records.number (0), records.number (1 / 3), records.number (-2), records.samples (480000.4999), records.samples (7))
end

-- The hook with stubs of what it calls; the commands lie in the folder as cmd-1, cmd-2 ...
function tests.hook ()
  Session = { transport_rolling = function () return false end }
  loaded.session = { facts = function () return { "key", "name", "48000", "/folder" } end }
  loaded.clips = { rows = function (name) return { { "session", name or "selection" } } end }
  loaded.placing = { place = function () error ("no such track", 0) end }
  local told, spooled = {}, 0
  local notices = {
    look_again = function () end,
    transport = function () error ("the port is gone") end,
    spool = function () spooled = spooled + 1 end,
  }
  local box = use "mailbox" ({ folder })
  local hook = use "hook" (box, notices, function (message)
    told[#told + 1] = message
    return function () return false end
  end)
  local number = 0
  repeat
    number = number + 1
    local there = os.rename (folder .. "/cmd-" .. number, folder .. "/cmd")
    hook.tick ()
  until not there
  hook.moved ()
  box.write ("ask-lost", { "sing" })
  box.write ("asked", { "lost" })
  box.write ("answer", { "some", "error", "It did not work." })
  for tenth = 1, 80 do
    os.time = function () return tenth // 10 end
    hook.tick ()
  end
  show (spooled, #told, told[1], told[2], box.has ("ask-lost"), box.has ("asked"))
end

-- A hook that is entered again while it works.
function tests.entered_again ()
  Session = { transport_rolling = function () return false end }
  loaded.session = { facts = function () return { "key", "name", "48000", "/folder" } end }
  local hook, depth, deepest = nil, 0, 0
  loaded.clips = {
    rows = function ()
      depth = depth + 1
      deepest = math.max (deepest, depth)
      os.rename (folder .. "/cmd-2", folder .. "/cmd")
      hook.tick ()
      depth = depth - 1
      return {}
    end,
  }
  loaded.placing = {}
  local quiet = function () end
  hook = use "hook" (use "mailbox" ({ folder }), { look_again = quiet, transport = quiet, spool = quiet }, quiet)
  os.rename (folder .. "/cmd-1", folder .. "/cmd")
  hook.tick ()
  hook.tick ()
  show (deepest)
end

-- Two messages come while the first is open, which it is for half a second; commands are taken all the while.
function tests.messages ()
  Session = { transport_rolling = function () return false end }
  loaded.session = { facts = function () return { "key", "name", "48000", "/folder" } end }
  loaded.clips, loaded.placing = {}, {}
  local box, quiet, shown, left = use "mailbox" ({ folder }), function () end, {}, 0
  local function post (message)
    shown[#shown + 1] = message
    left = 5
    return function ()
      left = left - 1
      return left > 0
    end
  end
  local hook = use "hook" (box, { look_again = quiet, transport = quiet, spool = quiet }, post)
  box.write ("answer", { "one", "ok", "Lead is there.\nBar 3 has no words." })
  for tenth = 1, 30 do
    os.time = function () return 1000 + tenth // 2 end
    hook.tick ()
    if tenth == 1 then
      box.write ("answer", { "two", "error", "second" })
      os.rename (folder .. "/cmd-1", folder .. "/cmd")
    end
    if tenth == 2 then show (left > 0, box.has ("reply-1")) end
  end
  show (table.unpack (shown))
end

-- arguments: the session's folder, then paths of sounds; says which of them are ours
function tests.ours ()
  loaded.session = {}
  local said = {}
  for i = 5, #arg do said[#said + 1] = tostring (use "placing".is_ours (arg[i], arg[4])) end
  show (table.unpack (said))
end

-- arguments: places; says which one was gone to
function tests.find ()
  local box = use "mailbox" ({ table.unpack (arg, 4) })
  box.find ()
  show (box.folder)
end

-- A command for another session, then one for ours.
function tests.addressed ()
  Session = { transport_rolling = function () return false end }
  loaded.session = { facts = function () return { "key", "name", "48000", "/folder" } end }
  loaded.clips, loaded.placing = {}, { place = function () return { { "placed" } } end }
  local box, quiet = use "mailbox" ({ folder }), function () end
  local hook = use "hook" (box, { look_again = quiet, transport = quiet, spool = quiet }, quiet)
  os.rename (folder .. "/cmd-1", folder .. "/cmd")
  hook.tick ()
  show (box.has ("cmd"), box.has ("reply-1"))
  os.rename (folder .. "/cmd-2", folder .. "/cmd")
  hook.tick ()
  show (box.has ("cmd"), box.has ("reply-2"))
end

tests[test] ()
