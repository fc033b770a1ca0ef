-- Media items as `region` records, with notes or with the file that sounds.
return function(load)
  local records, project, notes = load("records"), load("project"), load("notes")
  local M = {}

  function M.track_name(track)
    local _, name = reaper.GetTrackName(track)
    return name
  end

  local function take_text(take, what)
    local _, text = reaper.GetSetMediaItemTakeInfo_String(take, what, "", false)
    return text
  end

  function M.name(take, track)
    local name = take_text(take, "P_NAME")
    return name ~= "" and name or M.track_name(track)
  end

  local function refuse(name, why, what_to_do)
    error({ sentence = "The item " .. name .. " " .. why .. ". " .. what_to_do }, 0)
  end

  -- The file below sections of it, where it begins in seconds, and whether it runs backwards.
  local function root(source)
    local offset, reversed = 0, false
    local parent = reaper.GetMediaSourceParent(source)
    while parent do
      local found, from, _, backwards = reaper.PCM_Source_GetSectionInfo(source)
      if found then offset, reversed = offset + from, reversed or backwards end
      source, parent = parent, reaper.GetMediaSourceParent(parent)
    end
    return source, offset, reversed
  end

  -- The stretch of a file that an item plays: path, seconds into it, start and length in the project in seconds.
  local function stretch(item, take, name, start, length)
    local source, offset, reversed = root(reaper.GetMediaItemTake_Source(take))
    local path = reaper.GetMediaSourceFileName(source, "")
    local glue = "Glue it first (Item, Glue items) and try again."
    if path == "" then refuse(name, "has no sound file of its own", glue) end
    if reversed then refuse(name, "plays its file backwards", glue) end
    if reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE") ~= 1 or reaper.GetTakeNumStretchMarkers(take) > 0 then
      refuse(name, "is stretched", glue)
    end
    offset = offset + reaper.GetMediaItemTakeInfo_Value(take, "D_STARTOFFS")
    local total = reaper.GetMediaSourceLength(source)
    if reaper.GetMediaItemInfo_Value(item, "B_LOOPSRC") ~= 0 and (offset < 0 or offset + length > total + 1e-4) then
      refuse(name, "repeats its file", glue)
    end
    local silence = math.max(0, -offset)
    local heard = math.min(length - silence, total - math.max(0, offset))
    if heard <= 0 then refuse(name, "plays nothing of its file", "Move its edges and try again.") end
    return path, math.max(0, offset), start + silence, heard
  end

  local function region(take, track, kind, start, length)
    local rate, quarter = project.rate(), project.quarter(start)
    return {
      "region", take_text(take, "GUID"), M.name(take, track), M.track_name(track), kind,
      records.whole(start * rate), records.whole(length * rate),
      records.number(quarter), records.number(project.quarter(start + length) - quarter),
    }
  end

  local function append(list, more)
    for _, record in ipairs(more) do list[#list + 1] = record end
  end

  local function add(list, item)
    local take, track = reaper.GetActiveTake(item), reaper.GetMediaItemTrack(item)
    if not take then return end
    local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    local length = reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
    if reaper.TakeIsMIDI(take) then
      list[#list + 1] = region(take, track, "midi", start, length)
      append(list, notes.read(take, item, project.quarter(start), project.quarter(start + length)))
    else
      local path, offset, from, heard = stretch(item, take, M.name(take, track), start, length)
      list[#list + 1] = region(take, track, "audio", from, heard)
      list[#list + 1] = { "source", path, records.whole(offset * project.rate()) }
    end
  end

  -- The selected items, else the one in the MIDI editor.
  function M.selected()
    local items = {}
    for i = 0, reaper.CountSelectedMediaItems(0) - 1 do items[#items + 1] = reaper.GetSelectedMediaItem(0, i) end
    local editor = #items == 0 and reaper.MIDIEditor_GetActive()
    local take = editor and reaper.MIDIEditor_GetTake(editor)
    if take then items[1] = reaper.GetMediaItemTake_Item(take) end
    if #items == 0 then error({ sentence = "No item is selected in REAPER. Click one and try again." }, 0) end
    return items
  end

  -- Items called `name`, else all on the track called so.
  function M.named(name)
    local by_take, by_track = {}, {}
    for i = 0, reaper.CountMediaItems(0) - 1 do
      local item = reaper.GetMediaItem(0, i)
      local take, track = reaper.GetActiveTake(item), reaper.GetMediaItemTrack(item)
      if take and take_text(take, "P_NAME") == name then by_take[#by_take + 1] = item end
      if M.track_name(track) == name then by_track[#by_track + 1] = item end
    end
    local items = #by_take > 0 and by_take or by_track
    if #items == 0 then error({ sentence = "There is no item and no track with items called " .. name .. "." }, 0) end
    return items
  end

  -- Everything that the reply to `read` and an ask hold; one item that cannot be read spoils it only when it is alone.
  function M.read(items)
    local list, why = {}, nil
    project.keep_key()
    list[1] = { "session", table.unpack(project.session()) }
    append(list, project.tempo_map())
    local none = #list
    for _, item in ipairs(items) do
      local ok, problem = pcall(add, list, item)
      if not ok then why = why or problem end
    end
    if #list == none then error(why or { sentence = "The item has no take that could be read." }, 0) end
    return list
  end

  return M
end
