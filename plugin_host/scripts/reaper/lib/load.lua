-- Finds the other files of this folder; each is a function of `load` that gives its table.
return function(folder)
  local loaded = {}
  local function load(name)
    if not loaded[name] then
      loaded[name] = dofile(folder .. "lib/" .. name .. ".lua")(load, folder)
    end
    return loaded[name]
  end
  return load
end
