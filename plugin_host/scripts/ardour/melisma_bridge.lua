-- Melisma inside Ardour.  What you have to do, once:
--   1. Edit > Lua Scripts > Script Manager, tab "Action Hooks".
--   2. "New Hook", choose "Melisma bridge", "Add".
-- From then on it runs whenever Ardour does; the other Melisma scripts need it.
ardour {
  ["type"] = "EditorHook",
  name = "Melisma bridge",
  author = "Melisma",
  license = "GPL",
  description = [[Lets Melisma read the clips you choose, put what it sings or isolates on tracks, and follow the transport.
Add this once as an action hook.]],
}

function signals ()
  local wanted = { [LuaSignal.LuaTimerDS] = true, [LuaSignal.TransportStateChange] = true }
  for _, name in ipairs { "Located", "PositionChanged" } do
    if LuaSignal[name] then wanted[LuaSignal[name]] = true end
  end
  return LuaSignal.Set ():add (wanted)
end

function factory ()
  local config = ARDOUR.user_config_directory (-1)
  local start, why
  if loadfile then start, why = loadfile (config .. "/scripts/melisma/start.lua") end
  local hook = start and start (config).hook ()
  if not hook then print ("Melisma: " .. tostring (why)) end
  return function (signal)
    if not hook or not Session then return end
    if signal == LuaSignal.LuaTimerDS then hook.tick () else hook.moved () end
  end
end
