-- Sound files onto tracks, to the sample, as one step of undo.
local use = ...
local records = use "records"
local session = use "session"

local placing = {}

-- Channels and sample rate of a WAV file.
local function wav_facts (path)
  local file = io.open (path, "rb")
  if not file then error ("There is no file " .. path .. ".", 0) end
  local riff = file:read (12) or ""
  local channels, rate
  if riff:match ("^R[IF][F6][F4]....WAVE") then
    while not channels do
      local head = file:read (8)
      if not head or #head < 8 then break end
      local kind, size = string.unpack ("<c4I4", head)
      if kind == "fmt " then
        local format = file:read (8)
        if format and #format == 8 then _, channels, rate = string.unpack ("<I2I2I4", format) end
        break
      end
      file:seek ("cur", size + size % 2)
    end
  end
  file:close ()
  if not channels or channels < 1 then error (path .. " is not a WAV file.", 0) end
  return channels, rate
end

local function track_named (name)
  local route = Session:route_by_name (name)
  if route:isnil () then return nil end
  local track = route:to_track ()
  if track:isnil () or track:to_audio_track ():isnil () then
    error (name .. " is no audio track: choose another name.", 0)
  end
  return track
end

-- Below the track `beside`, at the end without one.
local function new_track (name, channels, beside)
  local order = ARDOUR.PresentationInfo.max_order
  local neighbour = beside ~= "" and Session:route_by_name (beside) or nil
  if neighbour and not neighbour:isnil () then
    order = neighbour:presentation_info_ptr ():order () + 1
  end
  local made = Session:new_audio_track (channels, 2, nil, 1, name, order, ARDOUR.TrackMode.Normal, true)
  for track in made:iter () do return track end
  error ("Ardour made no track called " .. name .. ".", 0)
end

local function known_regions ()
  local found = {}
  for _, region in ARDOUR.RegionFactory.regions ():iter () do
    if region:whole_file () then found[region:to_stateful ():id ():to_s ()] = region end
  end
  return found
end

-- The file as a region that lies nowhere yet.  An import straight onto a track would be an undo step of its own.
local function imported (path)
  local files = C.StringVector ()
  files:push_back (path)
  local names = ARDOUR.MidiTrackNameSource
  local before = known_regions ()
  Editor:do_import (
    files, Editing.ImportDistinctFiles, Editing.ImportAsRegion, ARDOUR.SrcQuality.SrcBest,
    names.SMFFileAndTrackName or names.SMFTrackName, -- the first since Ardour 8
    ARDOUR.MidiTempoMapDisposition.SMFTempoIgnore,
    Temporal.timepos_t (0), ARDOUR.PluginInfo (), ARDOUR.Track (), false)
  for id, region in pairs (known_regions ()) do
    if not before[id] then return region end
  end
  error ("Ardour did not import " .. path .. ".", 0)
end

-- Whether the sound of a region came from us, whatever the region is called now.  An import copies our file, with `-2`
-- or `%L` behind its name; where it was dragged in by hand it may still lie in our folder.
function placing.is_ours (path, folder)
  local place = folder .. "/melisma/"
  if path:sub (1, #place) == place then return true end
  local name = path:match ("[^/\\]*$")
  local rate_and_hash = "_%d+k%d*_%x%x%x%x%x%x%x%x[%-%d]*%%?[LR]?[%-%d]*%.%w+$"
  return (name:find ("_b%d+_q%d+%.%d%d%d" .. rate_and_hash) or name:find ("_%d+m%d+%.%d%d%ds" .. rate_and_hash)) ~= nil
end

local function source_path (region)
  local source = region:to_audioregion ():isnil () and nil or region:source (0)
  local file = source and not source:isnil () and source:to_filesource ()
  return file and not file:isnil () and file:path () or ""
end

-- Earlier takes: most of each lies below a new sound, and its ends would be heard where the new one is shorter.  What
-- is only touched stays: a neighbour's last note, a longer take of which a part is sung anew.
local function mute_older (older, item, length)
  local from, to = item.sample, item.sample + length
  for _, region in ipairs (older) do
    local start, size = region:position ():samples (), region:length ():samples ()
    if not region:muted () and 2 * (math.min (to, start + size) - math.max (from, start)) > size then
      region:to_stateful ():clear_changes ()
      region:set_muted (true)
      Session:add_stateful_diff_command (region:to_statefuldestructible ())
    end
  end
end

local function our_regions (playlist)
  local found = {}
  for region in playlist:region_list ():iter () do
    if placing.is_ours (source_path (region), session.folder ()) then found[#found + 1] = region end
  end
  return found
end

-- Put regions onto their tracks: all changes of all playlists between one beginning and one end.
local function lay (items, label)
  local placed, touched, older = {}, {}, {}
  Session:begin_reversible_command (label)
  for i, item in ipairs (items) do
    local playlist = item.target:playlist ()
    local key = playlist:to_stateful ():id ():to_s ()
    if not touched[key] then
      older[key] = our_regions (playlist)
      playlist:to_stateful ():clear_changes ()
    end
    touched[key] = playlist
    local region = ARDOUR.RegionFactory.clone_region (item.region, true, false)
    region:set_name (item.path:match ("([^/\\]*)%.%w+$") or item.region:name ()) -- a copy and a second import: NAME.1
    mute_older (older[key], item, region:length ():samples ())
    playlist:add_region (region, Temporal.timepos_t (item.sample), 1, false)
    placed[i] = {
      "placed", item.path, item.target:name (),
      records.samples (region:position ():samples ()), records.samples (region:length ():samples ()),
    }
  end
  for _, playlist in pairs (touched) do Session:add_stateful_diff_command (playlist:to_statefuldestructible ()) end
  if not Session:abort_empty_reversible_command () then Session:commit_reversible_command (nil) end
  return placed
end

-- What can be refused is refused before anything is changed.
local function wanted (rows)
  local label, items = "melisma", {}
  for _, row in ipairs (rows) do
    if row[1] == "label" then
      label = row[2] or label
    elseif row[1] == "audio" then
      local item = { path = row[2], track = row[3], sample = math.tointeger (tonumber (row[4])), beside = row[5] or "" }
      if not item.sample or item.sample < 0 or (item.track or "") == "" then error ("A sound without a place.", 0) end
      item.channels, item.rate = wav_facts (item.path)
      if item.rate ~= Session:nominal_sample_rate () then
        error (string.format ("%s has %d Hz and the session %d.", item.path, item.rate, Session:nominal_sample_rate ()), 0)
      end
      track_named (item.track)
      items[#items + 1] = item
    end
  end
  if #items == 0 then error ("There is no sound to place.", 0) end
  return label, items
end

-- The records `placed`, in the order of the records `audio`.  Tracks that were made stay when the rest is undone:
-- Ardour has no undo for tracks.
function placing.place (rows)
  local label, items = wanted (rows)
  for _, item in ipairs (items) do item.region = imported (item.path) end
  for _, item in ipairs (items) do
    item.target = track_named (item.track) or new_track (item.track, item.channels, item.beside)
  end
  return lay (items, label)
end

return placing
