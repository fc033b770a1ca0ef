-- What the user asks for from inside REAPER.
return function(load)
  local spool, items, notes, serve = load("spool"), load("items"), load("notes"), load("serve")
  local M = {}
  local WORDS = "P_EXT:melisma_words" -- what was typed for a take, kept in the project

  -- Only what fits the wish, so that a MIDI item that happens to be selected too does no harm.
  local function fitting(midi)
    local found = {}
    for _, item in ipairs(items.selected()) do
      local take = reaper.GetActiveTake(item)
      if take and reaper.TakeIsMIDI(take) == midi then found[#found + 1] = item end
    end
    if #found == 0 then
      error({ sentence = "No " .. (midi and "MIDI" or "audio") .. " item is selected. Click one and try again." }, 0)
    end
    return found
  end

  local function send(action, list)
    if not serve.serving() then
      error({ sentence = "Run the action “Melisma - connect” first; it stays on until REAPER is closed." }, 0)
    end
    local id = spool.ask(action, list)
    if not id then error({ sentence = "Nobody is there to ask. Start melisma and try again." }, 0) end
    serve.watch(id)
    serve.say(action == "sing" and "Singing; the sound will come." or "Isolating; the sounds will come.")
  end

  local function sing() send("sing", items.read(fitting(true))) end

  local function isolate() send("isolate", items.read(fitting(false))) end

  -- Asks for the words of one item, then has it sung with them.
  local function lyrics()
    local found = fitting(true)
    if #found > 1 then error({ sentence = "Words go to one item at a time. Select one and try again." }, 0) end
    local take = reaper.GetActiveTake(found[1])
    local _, words = reaper.GetSetMediaItemTakeInfo_String(take, WORDS, "", false)
    if words == "" then words = notes.words(take) end
    local caption = "Words (A-ma-zing grace / how sweet),extrawidth=420,separator=\n"
    local agreed, typed = reaper.GetUserInputs("melisma: words of this item", 1, caption, words)
    if not agreed then return end
    reaper.Undo_BeginBlock2(0)
    reaper.GetSetMediaItemTakeInfo_String(take, WORDS, typed, true)
    reaper.Undo_EndBlock2(0, "melisma: words", -1)
    local list = items.read(found)
    list[#list + 1] = { "lyrics", typed }
    send("sing", list)
  end

  -- Runs one wish; whatever goes wrong becomes a sentence.
  function M.run(wish)
    local ok, problem = pcall(({ sing = sing, isolate = isolate, lyrics = lyrics })[wish])
    if not ok then reaper.ShowMessageBox(serve.sentence(problem), "melisma", 0) end
  end

  return M
end
