-- Lines of fields: the format of every file in the spool (docs/decisions/0005-daw.md).
return function()
  local M = {}
  local ESCAPES = { ["\\"] = "\\\\", ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r" }
  local PLAIN = { ["\\"] = "\\", t = "\t", n = "\n", r = "\r" }

  function M.escape(text)
    return (tostring(text):gsub("[\\\t\n\r]", ESCAPES))
  end

  function M.unescape(field)
    return (field:gsub("\\(.)", PLAIN))
  end

  local function line(fields)
    local escaped = {}
    for i = 1, #fields do escaped[i] = M.escape(fields[i]) end
    return table.concat(escaped, "\t")
  end

  -- A whole file: `head` after the magic on the first line, one record on each further line.
  function M.pack(head, records)
    local lines = { "melisma\t1\t" .. line(head) }
    for _, record in ipairs(records or {}) do lines[#lines + 1] = line(record) end
    return table.concat(lines, "\n") .. "\n"
  end

  local function fields(text)
    local found = {}
    for field in (text .. "\t"):gmatch("([^\t]*)\t") do found[#found + 1] = M.unescape(field) end
    return found
  end

  -- The head without the magic, and the records; nil for anything but a whole file of ours.
  function M.unpack(data)
    if data:sub(-1) ~= "\n" then return nil end
    local head, records
    for text in data:gmatch("([^\n]*)\n") do
      if not head then
        head = fields(text)
        if table.remove(head, 1) ~= "melisma" or table.remove(head, 1) ~= "1" then return nil end
        records = {}
      elseif text ~= "" then
        records[#records + 1] = fields(text)
      end
    end
    return head, records
  end

  -- Numbers with a point whatever the locale says, and whole ones without.
  function M.number(value)
    return (string.format("%.12f", value):gsub(",", "."))
  end

  function M.whole(value)
    return string.format("%d", math.floor(value + 0.5))
  end

  return M
end
