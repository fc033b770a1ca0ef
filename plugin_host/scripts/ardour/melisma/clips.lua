-- Regions as records: where they lie, their notes or their sound files.
local use = ...
local records = use "records"
local session = use "session"

local clips = {}

local function each_track (visit)
  for route in Session:get_tracks ():iter () do
    local track = route:to_track ()
    if not track:isnil () and not track:playlist ():isnil () then visit (track) end
  end
end

local function id_of (region) return region:to_stateful ():id () end

-- "" for a region that lies on no track.
local function track_name (region)
  local name = ""
  each_track (function (track)
    if not track:playlist ():region_by_id (id_of (region)):isnil () then name = track:name () end
  end)
  return name
end

-- Ardour plays no note that begins before its region does, and ends all of them with it.
local function note_rows (midi, from, length, rows)
  for note in ARDOUR.LuaAPI.note_list (midi:model ()):iter () do
    local start = session.beats_quarters (note:time ()) - from
    if start >= 0 and start < length then
      local duration = math.min (session.beats_quarters (note:length ()), length - start)
      rows[#rows + 1] = {
        "note", records.number (start), records.number (duration), note:note (), note:velocity (),
      }
    end
  end
end

-- One record for each channel: Ardour keeps the channels of a stereo region in files of their own.
local function source_rows (region, channels, rows)
  local offset = records.samples (region:start ():samples ())
  for channel = 0, channels - 1 do
    local source = region:source (channel)
    local file = not source:isnil () and source:to_filesource ()
    if file and not file:isnil () and file:path () ~= "" then
      rows[#rows + 1] = { "source", file:path (), offset }
    end
  end
end

local function region_rows (region, track, rows)
  local midi, audio = region:to_midiregion (), region:to_audioregion ()
  if midi:isnil () and audio:isnil () then return end
  local length = session.quarters (region:length ():ticks ())
  rows[#rows + 1] = {
    "region",
    id_of (region):to_s (),
    region:name (),
    track,
    midi:isnil () and "audio" or "midi",
    records.samples (region:position ():samples ()),
    records.samples (region:length ():samples ()),
    records.number (session.quarters (region:position ():ticks ())),
    records.number (length),
  }
  if midi:isnil () then
    source_rows (region, audio:n_channels (), rows)
  else
    note_rows (midi, session.quarters (region:start ():ticks ()), length, rows)
  end
end

-- Muted ones last: a producer mutes the guide melody and still wants it sung.
local function ordered (found)
  table.sort (found, function (a, b)
    if a.muted ~= b.muted then return b.muted end
    if a.start ~= b.start then return a.start < b.start end
    return a.id < b.id
  end)
  return found
end

local function entry (region, track)
  return {
    region = region, track = track, muted = region:muted (), start = region:position ():samples (),
    id = tonumber (id_of (region):to_s ()) or 0,
  }
end

local function selected ()
  local found = {}
  for region in Editor:get_selection ().regions:regionlist ():iter () do
    found[#found + 1] = entry (region, track_name (region))
  end
  if #found == 0 then error ("Nothing is selected: select a region first.", 0) end
  return found
end

local function named (name)
  local of_region, of_track = {}, {}
  each_track (function (track)
    for region in track:playlist ():region_list ():iter () do
      if region:name () == name then of_region[#of_region + 1] = entry (region, track:name ()) end
      if track:name () == name then of_track[#of_track + 1] = entry (region, name) end
    end
  end)
  if #of_region > 0 then return of_region end
  if #of_track > 0 then return of_track end
  error ("There is no region or track with regions called " .. name .. ".", 0)
end

-- The session and all regions selected, or all that `name` fits, with what is in them.
function clips.rows (name)
  local rows = session.rows ()
  for _, found in ipairs (ordered (name and named (name) or selected ())) do
    region_rows (found.region, found.track, rows)
  end
  return rows
end

return clips
