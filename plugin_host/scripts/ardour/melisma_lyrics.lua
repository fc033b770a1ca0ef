-- Melisma: lyrics of selection.  What you have to do, once:
--   1. Add the hook "Melisma bridge" (see melisma_bridge.lua).
--   2. Edit > Lua Scripts > Script Manager, tab "Action Scripts": choose a free line, "Add/Set",
--      "Melisma: lyrics of selection...".
--   3. Give it a key in Window > Keyboard Shortcuts, under "Lua Scripts", or use its button in the toolbar.
ardour {
  ["type"] = "EditorAction",
  name = "Melisma: lyrics of selection...",
  author = "Melisma",
  license = "GPL",
  description = [[Asks for the words of the selected MIDI region and sings them. Melisma keeps the words; Ardour does not.]],
}

function factory ()
  local config = ARDOUR.user_config_directory (-1)
  local known = {}
  return function () assert (loadfile (config .. "/scripts/melisma/start.lua")) (config).lyrics (known) end
end
