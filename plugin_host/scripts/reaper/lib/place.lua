-- Puts sounds on tracks, to the sample, as one step of undo.
return function(load)
  local records, project, items = load("records"), load("project"), load("items")
  local M = {}
  local MARK = "P_EXT:melisma" -- on items that melisma placed

  local function refuse(sentence) error({ sentence = sentence }, 0) end

  local function track_called(name)
    for i = 0, reaper.CountTracks(0) - 1 do
      local track = reaper.GetTrack(0, i)
      if items.track_name(track) == name then return track, i end
    end
  end

  -- Everything is looked at before anything is changed.
  local function checked(records_given)
    local label, wanted = "melisma", {}
    for _, record in ipairs(records_given) do
      if record[1] == "label" then
        label = record[2] or label
      elseif record[1] == "audio" then
        local start = math.tointeger(tonumber(record[4]))
        if not record[2] or not record[3] or not start or start < 0 then refuse("A sound came without its place.") end
        local file = io.open(record[2], "rb")
        if not file then refuse("The file " .. record[2] .. " is not there.") end
        file:close()
        local source = reaper.PCM_Source_CreateFromFile(record[2])
        local seconds, in_quarters = 0, false
        if source then seconds, in_quarters = reaper.GetMediaSourceLength(source) end
        if in_quarters or seconds <= 0 then refuse("REAPER cannot read " .. record[2] .. " as a sound.") end
        wanted[#wanted + 1] = {
          path = record[2], track = record[3], start = start, beside = record[5] or "", source = source, seconds = seconds,
        }
      end
    end
    if #wanted == 0 then refuse("There was no sound to place.") end
    return label, wanted
  end

  -- A new track right below `beside`, in the same folder; the last one where there is no such track.
  local function new_track(name, beside)
    local above, index = track_called(beside)
    index = above and index + 1 or reaper.CountTracks(0)
    reaper.InsertTrackAtIndex(index, false)
    local track = reaper.GetTrack(0, index)
    reaper.GetSetMediaTrackInfo_String(track, "P_NAME", name, true)
    local depth = above and reaper.GetMediaTrackInfo_Value(above, "I_FOLDERDEPTH") or 0
    if depth < 0 then -- the folder ended with `beside`; now it ends with the new one
      reaper.SetMediaTrackInfo_Value(above, "I_FOLDERDEPTH", 0)
      reaper.SetMediaTrackInfo_Value(track, "I_FOLDERDEPTH", depth)
    end
    return track
  end

  -- Earlier takes of ours would sound along with the new one.  What the new one covers by less than half is no older
  -- take of it, but its neighbour, into whose end its first consonant reaches.
  local function mute_older(track, start, seconds)
    for i = 0, reaper.CountTrackMediaItems(track) - 1 do
      local item = reaper.GetTrackMediaItem(track, i)
      local _, mark = reaper.GetSetMediaItemInfo_String(item, MARK, "", false)
      local from = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
      local length = reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
      local covered = math.min(from + length, start + seconds) - math.max(from, start)
      if mark ~= "" and covered > length / 2 then
        reaper.SetMediaItemInfo_Value(item, "B_MUTE", 1)
      end
    end
  end

  local function add(sound, rate)
    local track = track_called(sound.track) or new_track(sound.track, sound.beside)
    local start = sound.start / rate
    mute_older(track, start, sound.seconds)
    local item = reaper.AddMediaItemToTrack(track)
    local take = reaper.AddTakeToMediaItem(item)
    reaper.SetMediaItemTake_Source(take, sound.source)
    local name = sound.path:match("([^/\\]+)$"):gsub("%.%w+$", "")
    reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", name, true)
    reaper.GetSetMediaItemInfo_String(item, MARK, "1", true)
    local values = { D_POSITION = start, D_LENGTH = sound.seconds, D_FADEINLEN = 0, D_FADEOUTLEN = 0, B_LOOPSRC = 0 }
    for what, value in pairs(values) do reaper.SetMediaItemInfo_Value(item, what, value) end
    local placed = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    return { "placed", sound.path, sound.track, records.whole(placed * rate), records.whole(sound.seconds * rate) }
  end

  -- `placed` records.  When one of them fails, none stays.
  function M.place(given)
    local label, wanted = checked(given)
    local rate, list = project.rate(), {}
    reaper.PreventUIRefresh(1)
    reaper.Undo_BeginBlock2(0)
    local ok, problem = pcall(function()
      for _, sound in ipairs(wanted) do list[#list + 1] = add(sound, rate) end
    end)
    reaper.Undo_EndBlock2(0, label, -1)
    if not ok then reaper.Undo_DoUndo2(0) end
    reaper.PreventUIRefresh(-1)
    reaper.TrackList_AdjustWindows(false)
    reaper.UpdateArrange()
    if not ok then error(problem, 0) end
    reaper.Main_OnCommand(40047, 0) -- Peaks: Build any missing peaks
    return list
  end

  return M
end
