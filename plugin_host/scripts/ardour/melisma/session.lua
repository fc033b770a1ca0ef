-- What Ardour knows, as records: the session, its tempo map, its transport.
local use = ...
local records = use "records"

local session = {}

local PPQ = 1920 -- ticks per quarter in Ardour 7, 8 and 9
local STEP_TICKS = PPQ / 8 -- of a tempo ramp: off by 0.2 ms at the worst when it doubles within a bar
local FAR_TICKS = PPQ * 10000000
local MAX_POINTS = 100000

function session.quarters (ticks) return ticks / PPQ end

-- Of a note's time: its only form in Ardour 7 is "quarters:ticks".
function session.beats_quarters (beats)
  local whole, ticks = tostring (beats):match ("^(%-?%d+):(%d+)")
  return assert (tonumber (whole), "a time that is no time") + tonumber (ticks) / PPQ
end

function session.folder () return (Session:path ():gsub ("[/\\]+$", "")) end

-- The folder names the session for good: snapshots share it, and so their lyrics.
function session.facts ()
  return { session.folder (), Session:name (), records.samples (Session:nominal_sample_rate ()), session.folder () }
end

local function sample_at (map, ticks) return map:sample_at (Temporal.timepos_t.from_ticks (ticks)) end

-- Every point of one kind, last to first: a map tells only what is in force at a place, and where that began.
local function points (map, at)
  local found, ticks = {}, FAR_TICKS
  while #found < MAX_POINTS do
    local point = at (Temporal.timepos_t.from_ticks (ticks))
    local start = point:to_point ():time ():ticks ()
    table.insert (found, 1, { ticks = start, sample = sample_at (map, start), value = point })
    if start <= 0 or start >= ticks then break end
    ticks = start - 1
  end
  return found
end

local function bpm_between (map, from, to)
  local samples = sample_at (map, to) - sample_at (map, from)
  return (to - from) / PPQ * 60 * Session:nominal_sample_rate () / samples
end

-- A ramp becomes steps whose ends lie where the ramp has them.
local function tempo_rows (map, rows)
  local function add (ticks, bpm)
    rows[#rows + 1] = { "tempo", records.number (session.quarters (ticks)), records.number (bpm) }
  end
  local found = points (map, function (place) return map:tempo_at (place) end)
  for i, point in ipairs (found) do
    local bpm = point.value:to_tempo ():quarter_notes_per_minute ()
    local following = found[i + 1]
    local steady = not following
    if following then
      local samples = (following.ticks - point.ticks) / PPQ * 60 * Session:nominal_sample_rate () / bpm
      steady = math.abs (following.sample - point.sample - samples) < 3
    end
    if steady then
      add (point.ticks, bpm)
    else
      for ticks = point.ticks, following.ticks - 1, STEP_TICKS do
        add (ticks, bpm_between (map, ticks, math.min (ticks + STEP_TICKS, following.ticks)))
      end
    end
  end
end

local function meter_rows (map, rows)
  for _, point in ipairs (points (map, function (place) return map:meter_at (place) end)) do
    rows[#rows + 1] = {
      "meter",
      records.number (session.quarters (point.ticks)),
      records.samples (point.value:divisions_per_bar ()),
      records.samples (point.value:note_value ()),
    }
  end
end

-- The records `session`, `tempo` and `meter`.
function session.rows ()
  local rows = { { "session", table.unpack (session.facts ()) } }
  local map = Temporal.TempoMap.read ()
  tempo_rows (map, rows)
  meter_rows (map, rows)
  return rows
end

-- Position in samples, speed, quarters per minute there.
function session.transport ()
  local sample = Session:transport_sample ()
  local bpm = Temporal.TempoMap.read ():quarters_per_minute_at (Temporal.timepos_t (math.max (0, sample)))
  return sample, Session:transport_speed (), bpm
end

return session
