-- What the user asks for from inside Ardour: the selection, written down for melisma to take.
local use = ...
local clips = use "clips"

local count = 0

local function fresh_id ()
  count = count + 1
  return string.format ("%d-%06d-%d", os.time (), math.random (0, 999999), count)
end

-- Raises in words when nothing fits.
local function checked (rows, kind, what)
  for _, row in ipairs (rows) do
    if row[1] == "region" and row[5] == kind then return rows end
  end
  error ("Select " .. what .. " first.", 0)
end

local asks = {}

-- The selected MIDI regions, or a reason in words as an error.
function asks.to_sing () return checked (clips.rows (), "midi", "a MIDI region") end

function asks.to_isolate () return checked (clips.rows (), "audio", "an audio region") end

-- What the notes of `rows` have for lyrics: "" in an Ardour that drops them.
function asks.words (rows)
  local words = {}
  for _, row in ipairs (rows) do
    if row[1] == "note" and (row[6] or "") ~= "" then words[#words + 1] = row[6] end
  end
  return table.concat (words, " ")
end

function asks.write (box, action, rows)
  if not box.has ("bridge") then error ("Melisma is not running. Start it (melisma serve) and try again.", 0) end
  local id = fresh_id ()
  if not box.write ("ask-" .. id, { action }, rows) then error ("Melisma's spool cannot be written to.", 0) end
  box.write ("asked", { id }) -- the hook says when nobody takes it
end

return asks
