-- Lines of fields: the format of every file in the spool (docs/decisions/0005-daw.md).
local records = {}

local ESCAPES = { ["\\"] = "\\\\", ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r" }
local PLAIN = { ["\\"] = "\\", t = "\t", n = "\n", r = "\r" }

function records.escape (text)
  return (tostring (text):gsub ("[\\\t\n\r]", ESCAPES))
end

-- An unknown escape stands for its letter.
function records.unescape (field)
  return (field:gsub ("\\(.)", function (letter) return PLAIN[letter] or letter end))
end

local function line (fields)
  local escaped = {}
  for i, field in ipairs (fields) do escaped[i] = records.escape (field) end
  return table.concat (escaped, "\t")
end

-- A whole file: `head` is what follows the format and its version.
function records.pack (head, rows)
  local lines = { "melisma\t1\t" .. line (head) }
  for _, row in ipairs (rows or {}) do lines[#lines + 1] = line (row) end
  return table.concat (lines, "\n") .. "\n"
end

local function fields (text)
  local found = {}
  for field in (text .. "\t"):gmatch ("([^\t]*)\t") do found[#found + 1] = records.unescape (field) end
  return found
end

-- The head and the rows, or nil for anything but a whole file of this format and version.
function records.unpack (data)
  if type (data) ~= "string" or data:sub (-1) ~= "\n" then return nil end
  local head, rows
  for text in data:gmatch ("([^\n]*)\n") do
    if head then
      if text ~= "" then rows[#rows + 1] = fields (text) end
    else
      local first = fields (text)
      if first[1] ~= "melisma" or first[2] ~= "1" then return nil end
      head, rows = { table.unpack (first, 3) }, {}
    end
  end
  return head, rows
end

-- Quarters and tempi: a point whatever the user's language is, ten digits behind it.
function records.number (value)
  return (string.format ("%.10f", value):gsub (",", "."))
end

function records.samples (value)
  return string.format ("%d", math.floor (value + 0.5))
end

return records
