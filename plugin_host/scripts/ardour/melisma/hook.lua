-- What runs inside Ardour ten times a second: takes commands out of the spool, answers them, tells who is there.
local use = ...
local clips = use "clips"
local placing = use "placing"
local records = use "records"
local session = use "session"

local BRIDGE_S = 2
local UNHEARD_S = 5

return function (box, notices, post)
  local second, seconds, busy, version = 0, -1, false, use.version
  local unheard, to_show, open

  local verbs = {}

  function verbs.ping () return {} end

  function verbs.read (rows)
    local what = rows[1] or {}
    if what[1] == "selection" then return clips.rows () end
    if what[1] == "name" and (what[2] or "") ~= "" then return clips.rows (what[2]) end
    error ("The command read needs a selection or a name.", 0)
  end

  function verbs.place (rows) return placing.place (rows) end

  function verbs.transport ()
    local sample, speed, bpm = session.transport ()
    return { { "transport", records.samples (sample), records.number (speed), records.number (bpm) } }
  end

  local function answer (head, rows)
    local id, verb = head[1] or "", head[2] or ""
    if not id:match ("^[%w%-]+$") then return end -- it becomes part of a file's name
    local act = verbs[verb] or function () error ("The command " .. verb .. " is not known here.", 0) end
    local ok, found = pcall (act, rows)
    if ok then
      box.write ("reply-" .. id, { "ok", "" }, found)
    else
      box.write ("reply-" .. id, { "error", tostring (found) })
    end
    notices.spool ()
  end

  -- The user waits for something that came from an action, and nobody takes it.
  local function watch_ask ()
    local head = box.read ("asked")
    if not head then
      unheard = nil
    elseif not box.has ("ask-" .. (head[1] or "")) then
      box.remove ("asked")
    elseif not unheard or unheard.id ~= head[1] then
      unheard = { id = head[1], since = seconds }
      notices.spool ()
    elseif seconds - unheard.since >= UNHEARD_S then
      box.remove ("ask-" .. head[1])
      box.remove ("asked")
      to_show = "Melisma does not answer. Start it (melisma serve) and try again."
    end
  end

  -- Failures are shown, and remarks; a success is there to be seen, as a track.
  local function show_answer ()
    local head = box.take ("answer")
    local told = head and head[3] or ""
    if head and (head[2] == "error" or told:find ("\n", 1, true)) then to_show = told end
  end

  local function each_second ()
    if seconds % BRIDGE_S == 0 then
      box.find ()
      notices.look_again ()
    end
    box.write ("alive", { "alive", "Ardour", version, table.unpack (session.facts ()) })
    if Session:transport_rolling () then notices.transport () end
    watch_ask ()
    show_answer ()
  end

  -- A command may be for another session, which is open in another Ardour.
  local function is_ours ()
    local head = box.read ("cmd")
    return not head or not head[3] or head[3] == (session.facts ())[1]
  end

  local function tick ()
    if is_ours () then
      local head, rows = box.take ("cmd")
      if head then answer (head, rows) end
    end
    local now = os.time ()
    if now ~= second then
      second, seconds = now, seconds + 1
      each_second ()
    end
  end

  -- An import keeps Ardour's clock running, so this is entered again while it works: not twice at once.
  local function alone (work)
    busy = true
    local ok, why = pcall (work)
    busy = false
    if not ok then print ("Melisma: " .. tostring (why)) end
  end

  -- One message at a time; the work goes on beneath.
  local function show ()
    if open and open () then return end
    local message = to_show
    open, to_show = nil, nil
    open = message and post (message)
  end

  local hook = {}

  -- Ten times a second.
  function hook.tick ()
    if busy then return end
    alone (tick)
    alone (show)
  end

  -- Whenever the transport moved.
  function hook.moved () pcall (notices.transport) end

  return hook
end
