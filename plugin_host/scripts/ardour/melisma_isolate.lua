-- Melisma: isolate selection.  What you have to do, once:
--   1. Add the hook "Melisma bridge" (see melisma_bridge.lua).
--   2. Edit > Lua Scripts > Script Manager, tab "Action Scripts": choose a free line, "Add/Set",
--      "Melisma: isolate selection".
--   3. Give it a key in Window > Keyboard Shortcuts, under "Lua Scripts", or use its button in the toolbar.
ardour {
  ["type"] = "EditorAction",
  name = "Melisma: isolate selection",
  author = "Melisma",
  license = "GPL",
  description = [[Parts the selected audio region into vocals and instrumental, on two tracks.]],
}

function factory ()
  local config = ARDOUR.user_config_directory (-1)
  return function () assert (loadfile (config .. "/scripts/melisma/start.lua")) (config).isolate () end
end
