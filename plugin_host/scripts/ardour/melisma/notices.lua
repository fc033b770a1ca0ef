-- Short OSC messages to melisma: where the transport is, and that something lies in the spool.
local use = ...
local session = use "session"

local ROOT = "/melisma/1/daw/"
local DAW = "ardour"

return function (box)
  local notices = {}
  local port, token, address

  -- Melisma may have come, gone, or come back on another port; a new one is told at once where we are.
  function notices.look_again ()
    local head = box.read ("bridge")
    local new_port = head and head[1] == "bridge" and math.tointeger (tonumber (head[2])) or nil
    local new_token = new_port and head[3]
    if new_port == port and new_token == token then return end
    port, token = new_port, new_token
    address = port and ARDOUR.LuaOSC.Address (string.format ("osc.udp://127.0.0.1:%d", port))
    notices.transport ()
  end

  -- Ardour 7 makes a double of "h", so positions go as 32 bits, and after twelve hours at 48 kHz not at all.
  function notices.transport ()
    if not address then return end
    local sample, speed, bpm = session.transport ()
    if sample < 1 << 31 then address:send (ROOT .. "transport", "ssidd", token, DAW, sample, speed, bpm) end
  end

  function notices.spool ()
    if address then address:send (ROOT .. "spool", "ss", token, DAW) end
  end

  return notices
end
