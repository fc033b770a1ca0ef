-- A stand-in for REAPER: the part of its API that our scripts call, over a small model of a project.
--
-- Written from the published API descriptions, not from REAPER itself.  One line on stdin is one command: `tick` runs
-- what was deferred, `run PATH` starts a script, `do CODE` runs Lua in the model and says what it gives.
local model = {
  name = "", file = "", rate = 48000, rate_used = 1, device_rate = "48000", project_bpm = 120, meter = { 4, 4 },
  markers = {}, tracks = {}, undo = {}, ext = {}, proj_ext = {}, console = {}, boxes = {}, help = "",
  playing = false, position = 0, cursor = 0, play_rate = 1, input = nil, editor = nil, refused = {}, clock = 0,
}
local deferred, exits, ids, block = {}, {}, 0, nil
local function guid()
  ids = ids + 1
  return string.format("{%08X-0000-4000-8000-000000000000}", ids)
end

-- Tempo: markers {at (s), bpm, num, denom, linear}; between a linear one and the next bpm is linear in time.
local function pieces()
  local list = {}
  if not model.markers[1] or model.markers[1].at > 0 then list[1] = { at = 0, bpm = model.project_bpm } end
  for _, marker in ipairs(model.markers) do list[#list + 1] = marker end
  return list
end

local function to_quarters(seconds)
  local quarters, list = 0, pieces()
  for i, piece in ipairs(list) do
    local stop = list[i + 1] and math.min(seconds, list[i + 1].at) or seconds
    local span = stop - piece.at
    if span > 0 or i == 1 then
      local slope = piece.linear and list[i + 1] and (list[i + 1].bpm - piece.bpm) / (list[i + 1].at - piece.at) or 0
      quarters = quarters + (piece.bpm * span + slope * span * span / 2) / 60
    end
  end
  return quarters
end

local function to_seconds(quarters)
  local low, high = -1, 36000
  for _ = 1, 200 do
    local middle = (low + high) / 2
    if to_quarters(middle) < quarters then low = middle else high = middle end
  end
  return (low + high) / 2
end

-- Building, for tests: tracks{name}, MIDI and audio items.
function model.track(name, depth)
  local track = { name = name, guid = guid(), items = {}, depth = depth or 0 }
  model.tracks[#model.tracks + 1] = track
  return track
end

local function new_item(track)
  local item = { track = track, values = { B_LOOPSRC = 0 }, strings = {}, takes = {}, selected = false }
  track.items[#track.items + 1] = item
  return item
end

local function new_take(item, source)
  local take = { item = item, values = { D_PLAYRATE = 1, D_STARTOFFS = 0 }, source = source, stretch = 0 }
  take.strings = { P_NAME = "", GUID = guid() }
  item.takes[#item.takes + 1] = take
  return take
end

-- notes: {from, to, key, velocity, muted} in ticks of 960, lyrics: {tick, text, type, muted}; `offset` in quarters.
function model.midi(track, fields)
  local item = new_item(track)
  local take = new_take(item, { midi = true, quarters = fields.quarters })
  take.notes, take.texts, take.offset = fields.notes or {}, fields.texts or {}, fields.offset or 0
  take.strings.P_NAME = fields.name or ""
  item.values.D_POSITION, item.values.D_LENGTH = fields.position, fields.length
  item.values.B_LOOPSRC = fields.loop and 1 or 0
  take.values.D_PLAYRATE = fields.playrate or 1
  item.selected = fields.selected ~= false
  return item
end

function model.audio(track, fields)
  local item = new_item(track)
  local source = { path = fields.path, seconds = fields.seconds }
  if fields.section then source = { parent = source, section = fields.section, reversed = fields.reversed } end
  local take = new_take(item, source)
  take.strings.P_NAME = fields.name or ""
  take.values.D_STARTOFFS, take.values.D_PLAYRATE = fields.offset or 0, fields.playrate or 1
  take.stretch = fields.stretch or 0
  item.values.D_POSITION, item.values.D_LENGTH = fields.position, fields.length
  item.values.B_LOOPSRC = fields.loop and 1 or 0
  item.selected = fields.selected ~= false
  return item
end

local function items_in_order()
  local list = {}
  for _, track in ipairs(model.tracks) do
    for _, item in ipairs(track.items) do list[#list + 1] = item end
  end
  return list
end

local function selected_items()
  local list = {}
  for _, item in ipairs(items_in_order()) do list[#list + 1] = item.selected and item or nil end
  return list
end

-- Undo: a block remembers how tracks and items were before it.
local function snapshot()
  local copy = {}
  for i, track in ipairs(model.tracks) do
    copy[i] = { track = track, depth = track.depth, name = track.name, items = {} }
    for j, item in ipairs(track.items) do
      copy[i].items[j] = { item = item, values = {} }
      for key, value in pairs(item.values) do copy[i].items[j].values[key] = value end
    end
  end
  return copy
end

local function restore(copy)
  model.tracks = {}
  for i, was in ipairs(copy) do
    was.track.depth, was.track.name, was.track.items = was.depth, was.name, {}
    for j, entry in ipairs(was.items) do
      entry.item.values = entry.values
      was.track.items[j] = entry.item
    end
    model.tracks[i] = was.track
  end
end

local function changing(what) model.unprotected = not block and what or model.unprotected end

local api = {}
function api.genGuid() return guid() end
function api.time_precise() return model.clock end
function api.GetAppVersion() return "7.22/linux-x86_64" end
function api.EnumProjects(index) return index == -1 and "project" or nil, model.file end
function api.GetSetProjectInfo(_, what) return what == "PROJECT_SRATE" and model.rate + 0.0 or model.rate_used + 0.0 end
function api.GetAudioDeviceInfo(what) return what == "SRATE" and model.device_rate ~= nil, model.device_rate or "" end
function api.GetProjExtState(_, name, key)
  return 0, not model.forgetful and model.proj_ext[name .. "/" .. key] or ""
end
function api.SetProjExtState(_, name, key, value) model.proj_ext[name .. "/" .. key] = value return 1 end
function api.GetExtState(section, key) return model.ext[section .. "/" .. key] or "" end
function api.SetExtState(section, key, value) model.ext[section .. "/" .. key] = value end
function api.DeleteExtState(section, key) model.ext[section .. "/" .. key] = nil end
function api.TimeMap2_timeToQN(_, seconds) return to_quarters(seconds) end
function api.TimeMap2_QNToTime(_, quarters) return to_seconds(quarters) end
function api.CountTempoTimeSigMarkers() return #model.markers end
function api.GetTempoTimeSigMarker(_, index)
  local marker = model.markers[index + 1]
  if not marker then return false end
  return true, marker.at, 0, 0.0, marker.bpm, marker.num or -1, marker.denom or -1, marker.linear or false
end
function api.TimeMap_GetTimeSigAtTime(_, seconds)
  local num, denom = model.meter[1], model.meter[2]
  for _, marker in ipairs(model.markers) do
    if marker.at <= seconds and (marker.num or 0) > 0 then num, denom = marker.num, marker.denom end
  end
  return num, denom, model.project_bpm
end
function api.GetPlayState() return model.playing and 1 or 0 end
function api.GetPlayPosition2() return model.position end
function api.GetCursorPosition() return model.cursor end
function api.Master_GetPlayRate() return model.play_rate end

function api.CountTracks() return #model.tracks end
function api.GetTrack(_, index) return model.tracks[index + 1] end
function api.GetTrackName(track)
  if track.name ~= "" then return true, track.name end
  for i, other in ipairs(model.tracks) do if other == track then return true, "Track " .. i end end
end
function api.InsertTrackAtIndex(index)
  changing("track")
  table.insert(model.tracks, index + 1, { name = "", guid = guid(), items = {}, depth = 0 })
end
function api.GetSetMediaTrackInfo_String(track, what, value, set)
  if what == "P_NAME" and set then changing("name") track.name = value end
  return true, track.name
end
function api.GetMediaTrackInfo_Value(track) return track.depth + 0.0 end
function api.SetMediaTrackInfo_Value(track, what, value) changing("depth") track.depth = math.tointeger(value) end

function api.CountMediaItems() return #items_in_order() end
function api.GetMediaItem(_, index) return items_in_order()[index + 1] end
function api.CountSelectedMediaItems() return #selected_items() end
function api.GetSelectedMediaItem(_, index) return selected_items()[index + 1] end
function api.CountTrackMediaItems(track) return #track.items end
function api.GetTrackMediaItem(track, index) return track.items[index + 1] end
function api.GetMediaItemTrack(item) return item.track end
function api.GetMediaItemInfo_Value(item, what) return (item.values[what] or 0) + 0.0 end
function api.SetMediaItemInfo_Value(item, what, value) changing(what) item.values[what] = value return true end
function api.GetSetMediaItemInfo_String(item, what, value, set)
  if set then changing(what) item.strings[what] = value end
  return true, item.strings[what] or ""
end
function api.AddMediaItemToTrack(track)
  changing("item")
  if model.fail_on == track.name then error("REAPER has no memory left") end
  return new_item(track)
end
function api.AddTakeToMediaItem(item) return new_take(item, nil) end
function api.SetMediaItemTake_Source(take, source) take.source = source return true end
function api.GetActiveTake(item) return item.takes[1] end
function api.GetMediaItemTake_Item(take) return take.item end
function api.GetMediaItemTake_Source(take) return take.source end
function api.GetMediaItemTakeInfo_Value(take, what) return (take.values[what] or 0) + 0.0 end
function api.GetSetMediaItemTakeInfo_String(take, what, value, set)
  if set then take.strings[what] = value end
  return true, take.strings[what] or ""
end
function api.GetTakeNumStretchMarkers(take) return take.stretch end
function api.TakeIsMIDI(take) return take.source ~= nil and take.source.midi == true end
function api.GetMediaSourceParent(source) return source.parent end
function api.PCM_Source_GetSectionInfo(source)
  if not source.parent then return false, 0.0, 0.0, false end
  return true, source.section, source.parent.seconds - source.section, source.reversed or false
end
function api.GetMediaSourceFileName(source) return source.path or "" end
function api.GetMediaSourceLength(source)
  if source.midi then return source.quarters, true end
  return source.parent and source.parent.seconds - source.section or source.seconds, false
end
-- Of real WAV files, so that a wrong path or a broken file shows.
function api.PCM_Source_CreateFromFile(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local data = file:read("a")
  file:close()
  if data:sub(1, 4) ~= "RIFF" then return nil end
  local at, frame, rate = 13, 0, 1
  while at < #data do
    local id, size = data:sub(at, at + 3), string.unpack("<I4", data, at + 4)
    if id == "fmt " then rate, frame = string.unpack("<I4", data, at + 12), string.unpack("<I2", data, at + 20) end
    if id == "data" then return { path = path, seconds = size / frame / rate } end
    at = at + 8 + size + size % 2
  end
end

function api.MIDI_CountEvts(take) return 1, #take.notes, 0, #take.texts end
function api.MIDI_GetNote(take, index)
  local note = take.notes[index + 1]
  return true, false, note.muted or false, note[1] + 0.0, note[2] + 0.0, 0, note[3], note[4] or 90
end
function api.MIDI_GetTextSysexEvt(take, index)
  local text = take.texts[index + 1]
  return true, false, text.muted or false, text[1] + 0.0, text[3] or 5, text[2]
end
function api.MIDI_GetProjQNFromPPQPos(take, tick)
  local start = to_quarters(take.item.values.D_POSITION)
  return start + (tick / 960 - take.offset) / take.values.D_PLAYRATE
end
function api.MIDIEditor_GetActive() return model.editor and "editor" end
function api.MIDIEditor_GetTake() return model.editor and model.editor.takes[1] end

function api.PreventUIRefresh(by) model.prevented = (model.prevented or 0) + by end
api.TrackList_AdjustWindows, api.UpdateArrange = function() end, function() end
function api.Main_OnCommand(command) model.last_command = command end
function api.Undo_BeginBlock2() block = snapshot() end
function api.Undo_EndBlock2(_, label) model.undo[#model.undo + 1] = { label = label, before = block } block = nil end
function api.Undo_DoUndo2()
  if #model.undo == 0 then return 0 end
  restore(table.remove(model.undo).before)
  return 1
end

function api.ShowConsoleMsg(text) model.console[#model.console + 1] = text end
function api.Help_Set(text) model.help = text end
function api.ShowMessageBox(text) model.boxes[#model.boxes + 1] = text return 1 end
function api.GetUserInputs(_, _, captions, given)
  model.asked = { captions = captions, given = given }
  return model.input ~= nil, model.input or ""
end
function api.defer(work) deferred[#deferred + 1] = work end
function api.atexit(work) exits[#exits + 1] = work end

-- A call of what is not modelled fails loudly, with its name.
reaper = setmetatable(api, { __index = function(_, name) error("the model has no reaper." .. name, 2) end })
M = model
local function answer(ok, text) io.write(ok and "ok " or "error ", (tostring(text):gsub("\n", "\\n")), "\n") io.flush() end

local commands = {}
function commands.tick()
  model.clock = model.clock + 0.05
  local now = deferred
  deferred = {}
  for _, work in ipairs(now) do work() end
  return #deferred
end
function commands.run(path) return assert(loadfile(path))() end
-- What `do` gives is told as one line: `a|b|c`.
commands["do"] = function(code) return assert(load((code:gsub("\\n", "\n"))))() end
function commands.quit() for _, work in ipairs(exits) do work() end end

for line in io.lines() do
  local verb, rest = line:match("^(%S+) ?(.*)$")
  answer(pcall(commands[verb], rest))
  if verb == "quit" then break end
end
