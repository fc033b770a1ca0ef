-- Serves the spool from REAPER's timer, until the script is ended.
return function(load)
  local spool, project, items, place = load("spool"), load("project"), load("items"), load("place")
  local M = {}
  local ALIVE_S, OTHER_S, UNHEARD_S = 1, 3, 5
  local verbs = {}

  -- A sentence for the user where nothing has to be clicked away; `loud` opens REAPER's console.
  function M.say(sentence, loud)
    reaper.ShowConsoleMsg((loud and "" or "!SHOW:") .. "melisma: " .. sentence .. "\n")
    reaper.Help_Set("melisma: " .. sentence, true)
  end

  -- What `pcall` caught, for people.
  function M.sentence(problem)
    if type(problem) == "table" and problem.sentence then return problem.sentence end
    return "The script failed: " .. tostring(problem)
  end

  function verbs.ping() return {} end

  function verbs.read(given)
    local what = given[1] or {}
    return items.read(what[1] == "name" and items.named(what[2] or "") or items.selected())
  end

  function verbs.place(given) return place.place(given) end

  function verbs.transport() return { project.transport() } end

  local function obey(id, verb, given)
    local known = verbs[verb]
    if not known then return spool.reply(id, false, "This script does not know " .. verb .. ". Install it again.") end
    local ok, result = pcall(known, given)
    if ok then spool.reply(id, true, "done", result) else spool.reply(id, false, M.sentence(result)) end
  end

  -- Of an ask that was just made, by whichever script.
  function M.watch(id)
    reaper.SetExtState("melisma", "asked", id .. " " .. reaper.time_precise(), false)
  end

  -- A melisma that was killed leaves its sign behind: an ask that nobody takes is taken back, and said.
  local function look_after_ask(now)
    local id, since = reaper.GetExtState("melisma", "asked"):match("^(%S+) (%S+)$")
    if not id or now - (tonumber(since) or 0) < UNHEARD_S then return end
    reaper.DeleteExtState("melisma", "asked", false)
    if spool.take_back(id) then M.say("Melisma does not answer. Start it and ask again.", true) end
  end

  local function session_key() return project.session()[1] end

  local next_alive = 0

  local function tick()
    local now = reaper.time_precise()
    if now >= next_alive then
      next_alive = now + ALIVE_S
      spool.find()
      look_after_ask(now)
      spool.write("alive", { "alive", "REAPER", reaper.GetAppVersion(), table.unpack(project.session()) })
      reaper.SetExtState("melisma", "serving", tostring(now), false)
    end
    local id, verb, given = spool.command(session_key)
    if id then obey(id, verb, given) end
    local ask, well, sentence = spool.answer()
    if ask then M.say(sentence, not well) end
  end

  -- Whether another copy of this loop lives.
  function M.serving()
    local last = tonumber(reaper.GetExtState("melisma", "serving"))
    local age = last and reaper.time_precise() - last
    return age ~= nil and age >= 0 and age < OTHER_S
  end

  local complained

  -- One pass per call of REAPER's timer; an error is said once and ends nothing.
  local function loop()
    local ok, problem = pcall(tick)
    if not ok and problem ~= complained then
      complained = problem
      M.say(M.sentence(problem), true)
    end
    reaper.defer(loop)
  end

  function M.start()
    if not spool.folder then
      return M.say("Install these scripts with `melisma install reaper`, then start this one again.", true)
    end
    if M.serving() then return M.say("The connection is up already.") end
    reaper.atexit(function()
      spool.remove_alive()
      reaper.DeleteExtState("melisma", "serving", false)
    end)
    loop()
  end

  return M
end
