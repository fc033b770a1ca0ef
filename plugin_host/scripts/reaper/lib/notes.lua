-- The notes that a MIDI take plays, as `note` records with their lyrics.
return function(load)
  local records, project = load("records"), load("project")
  local M = {}
  local LYRIC = 5 -- type of a text event
  local ON_THE_NOTE = 1 -- ticks between a lyric and its note
  local NEAR_QUARTERS = 0.125 -- so far may a lyric lie from its note, where notes were moved and lyrics were not

  local function read_notes(take)
    local _, count, _, texts = reaper.MIDI_CountEvts(take)
    local notes, lyrics = {}, {}
    for i = 0, count - 1 do
      local _, _, muted, from, to, _, key, velocity = reaper.MIDI_GetNote(take, i)
      if not muted then notes[#notes + 1] = { from = from, to = to, key = key, velocity = velocity } end
    end
    for i = 0, texts - 1 do
      local _, _, muted, at, kind, text = reaper.MIDI_GetTextSysexEvt(take, i, false, false, 0, 0, "")
      if not muted and kind == LYRIC and text ~= "" then lyrics[#lyrics + 1] = { at = at, text = text } end
    end
    table.sort(notes, function(a, b) return a.from < b.from or (a.from == b.from and a.key > b.key) end)
    return notes, lyrics
  end

  -- The first note without lyric that is nearest to `at` and no more than `far` ticks away.
  local function nearest(notes, at, far)
    local found
    for _, note in ipairs(notes) do
      local distance = math.abs(note.from - at)
      if not note.lyric and distance <= far then found, far = found and distance == far and found or note, distance end
    end
    return found
  end

  local function attach(notes, lyrics, ticks_per_quarter)
    local late = {}
    for _, lyric in ipairs(lyrics) do
      local note = nearest(notes, lyric.at, ON_THE_NOTE)
      if note then note.lyric = lyric.text else late[#late + 1] = lyric end
    end
    for _, lyric in ipairs(late) do
      local note = nearest(notes, lyric.at, NEAR_QUARTERS * ticks_per_quarter)
      if note then note.lyric = lyric.text end
    end
  end

  -- Where one pass of a looped source begins and how long it is, in quarters; an endless one where it is not looped.
  local function pass(take, item)
    local first = reaper.MIDI_GetProjQNFromPPQPos(take, 0)
    local length, in_quarters = reaper.GetMediaSourceLength(reaper.GetMediaItemTake_Source(take))
    length = length / reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE")
    if not in_quarters then
      length = project.quarter(project.seconds(first) + length) - first
    end
    local looped = reaper.GetMediaItemInfo_Value(item, "B_LOOPSRC") ~= 0 and length > 1e-6
    return first, length, looped
  end

  -- `note` records of `take` between the quarters `start` and `stop` of the project, cut at both.
  function M.read(take, item, start, stop)
    local notes, lyrics = read_notes(take)
    local ticks = 1 / (reaper.MIDI_GetProjQNFromPPQPos(take, 1) - reaper.MIDI_GetProjQNFromPPQPos(take, 0))
    attach(notes, lyrics, ticks)
    local first, length, looped = pass(take, item)
    local from_pass = looped and math.floor((start - first) / length) or 0
    local to_pass = looped and math.ceil((stop - first) / length) - 1 or 0
    local list = {}
    for number = from_pass, to_pass do
      local shift = looped and number * length or 0
      local low = looped and math.max(start, first + shift) or start
      local high = looped and math.min(stop, first + shift + length) or stop
      for _, note in ipairs(notes) do
        local from = math.max(low, reaper.MIDI_GetProjQNFromPPQPos(take, note.from) + shift)
        local to = math.min(high, reaper.MIDI_GetProjQNFromPPQPos(take, note.to) + shift)
        if to - from > 1e-9 then
          list[#list + 1] = {
            "note", records.number(from - start), records.number(to - from),
            records.whole(note.key), records.whole(note.velocity), note.lyric or "",
          }
        end
      end
    end
    return list
  end

  -- The lyrics of a take as one line, as melisma writes them: "A-ma-zing grace".
  function M.words(take)
    local _, lyrics = read_notes(take)
    local line = ""
    table.sort(lyrics, function(a, b) return a.at < b.at end)
    for _, lyric in ipairs(lyrics) do
      local gap = (line == "" or line:sub(-1) == "-") and "" or " "
      line = line .. gap .. lyric.text:gsub("%s+$", "")
    end
    return line
  end

  return M
end
