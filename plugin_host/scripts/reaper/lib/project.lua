-- The open project: what it is called, its rate, its tempo map, its transport.
return function(load)
  local records = load("records")
  local M = {}
  local EXT = "melisma"
  local STEPS_PER_QUARTER = 16 -- of a ramp: between two steps time is off by some microseconds
  local MAX_STEPS = 2048 -- of one ramp: a longer one is so flat that coarser steps do

  local function stored_key()
    local _, key = reaper.GetProjExtState(0, EXT, "session")
    return key ~= "" and key or nil
  end

  function M.rate()
    local fixed = reaper.GetSetProjectInfo(0, "PROJECT_SRATE", 0, false)
    if reaper.GetSetProjectInfo(0, "PROJECT_SRATE_USE", 0, false) == 0 or fixed < 1 then
      local found, device = reaper.GetAudioDeviceInfo("SRATE", "")
      local rate = found and tonumber(device)
      if rate and rate > 0 then return math.floor(rate + 0.5) end
    end
    return fixed >= 1 and math.floor(fixed + 0.5) or 48000
  end

  -- Until a clip was read, one key for all our scripts while REAPER runs; from then on it lies in the project itself.
  local function key_of(project, file)
    local stored = stored_key()
    if stored then return stored end
    local name = "session of " .. (file ~= "" and file or tostring(project))
    local key = reaper.GetExtState(EXT, name)
    if key == "" then
      key = reaper.genGuid("")
      reaper.SetExtState(EXT, name, key, false)
    end
    return key
  end

  -- Key, name, rate, folder ("" before the first save).
  function M.session()
    local project, file = reaper.EnumProjects(-1)
    local shown = (file:match("([^/\\]+)$") or ""):gsub("%.[rR][pP][pP]$", "")
    shown = shown ~= "" and shown or "unsaved project"
    return { key_of(project, file), shown, M.rate(), file:match("^(.*)[/\\]") or "" }
  end

  -- From now on the project is known by this key, also after it was saved elsewhere.
  function M.keep_key()
    if not stored_key() then reaper.SetProjExtState(0, EXT, "session", M.session()[1]) end
  end

  function M.quarter(seconds) return reaper.TimeMap2_timeToQN(0, seconds) end

  function M.seconds(quarter) return reaper.TimeMap2_QNToTime(0, quarter) end

  -- Quarters per minute on average; REAPER's own bpm counts the meter's beats, not always quarters.
  local function bpm(from, to) return 60 * (to - from) / (M.seconds(to) - M.seconds(from)) end

  local function add_tempo(list, from, to)
    list[#list + 1] = { "tempo", records.number(from), records.number(bpm(from, to)) }
  end

  local function add_ramp(list, from, to)
    local steps = math.min(MAX_STEPS, math.max(1, math.ceil((to - from) * STEPS_PER_QUARTER)))
    for i = 0, steps - 1 do
      add_tempo(list, from + (to - from) * i / steps, from + (to - from) * (i + 1) / steps)
    end
  end

  -- `tempo` and `meter` records of the whole project; ramps as steps that meet them at every step's ends.
  function M.tempo_map()
    local list, places = {}, {}
    local count = reaper.CountTempoTimeSigMarkers(0)
    for i = 0, count - 1 do
      local _, seconds, _, _, _, num, denom, linear = reaper.GetTempoTimeSigMarker(0, i)
      places[#places + 1] = { quarter = M.quarter(seconds), num = num, denom = denom, linear = linear }
    end
    if count == 0 or places[1].quarter > 1e-9 then table.insert(places, 1, { quarter = 0, num = 0 }) end
    local num, denom = reaper.TimeMap_GetTimeSigAtTime(0, 0)
    list[1] = { "meter", records.number(0), records.whole(num), records.whole(denom) }
    for i, here in ipairs(places) do
      local after = places[i + 1]
      if after and after.quarter - here.quarter < 1e-9 then
        after.num, after.denom = after.num > 0 and after.num or here.num, after.num > 0 and after.denom or here.denom
      elseif here.linear and after then
        add_ramp(list, here.quarter, after.quarter)
      else
        add_tempo(list, here.quarter, after and after.quarter or here.quarter + 64)
      end
      if here.num > 0 and here.quarter > 1e-9 then
        list[#list + 1] = { "meter", records.number(here.quarter), records.whole(here.num), records.whole(here.denom) }
      end
    end
    return list
  end

  -- Position in samples, speed, quarters per minute there.
  function M.transport()
    local playing = reaper.GetPlayState() % 2 == 1
    local seconds = playing and reaper.GetPlayPosition2() or reaper.GetCursorPosition()
    local quarter = M.quarter(seconds)
    local speed = playing and reaper.Master_GetPlayRate(0) or 0
    local tempo = bpm(quarter, quarter + 1 / STEPS_PER_QUARTER)
    return { "transport", records.whole(seconds * M.rate()), records.number(speed), records.number(tempo) }
  end

  return M
end
