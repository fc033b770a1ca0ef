-- A new session: create.lua FOLDER NAME RATE, then any of
--   tempo=QUARTER:BPM[:BPM at the next one]   meter=QUARTER:NUMERATOR:DENOMINATOR   midi=NAME   audio=NAME:CHANNELS
--   mute=NAME (of a track named before)
local folder, name, rate = arg[1], arg[2], tonumber (arg[3])
AudioEngine:set_backend ("None (Dummy)", "", "") -- before the session
local session = assert (create_session (folder, name, rate), "the session could not be made")

local function numbers (text)
  local found = {}
  for word in text:gmatch ("[^:]+") do found[#found + 1] = tonumber (word) end
  return found
end

local function at (quarter) return Temporal.timepos_t.from_ticks (math.floor (quarter * Temporal.ticks_per_beat + 0.5)) end

local function normal () return ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true end

local map = Temporal.TempoMap.fetch_writable ()
for i = 4, #arg do
  local kind, value = arg[i]:match ("^(%a+)=(.*)$")
  if kind == "tempo" then
    local n = numbers (value)
    map:set_tempo (Temporal.Tempo (n[2], n[3] or n[2], 4), at (n[1]))
  elseif kind == "meter" then
    local n = numbers (value)
    map:set_meter (Temporal.Meter (n[2], n[3]), at (n[1]))
  end
end
Temporal.TempoMap.update (map)
map = nil

for i = 4, #arg do
  local kind, value = arg[i]:match ("^(%a+)=(.*)$")
  if kind == "midi" then
    session:new_midi_track (
      ARDOUR.ChanCount (ARDOUR.DataType ("midi"), 1), ARDOUR.ChanCount (ARDOUR.DataType ("audio"), 2), true,
      ARDOUR.PluginInfo (), nil, nil, 1, value, normal ())
  elseif kind == "audio" then
    local track, channels = value:match ("^(.*):(%d+)$")
    session:new_audio_track (math.tointeger (channels), 2, nil, 1, track, normal ())
  elseif kind == "mute" then
    session:route_by_name (value):mute_control ():set_value (1, PBD.GroupControlDisposition.NoGroup)
  end
end
sleep (1) -- a thread connects the tracks to the master; saved before that, a session is silent
session:save_state ("")
close_session ()
print ("DONE")
