-- What the specs of the Neovim plugin stand on: a tiny test runner, waiting by condition, and the screen's floats. Run by run.py
-- as `nvim --headless --clean -l harness.lua SPEC...` with the plugin on the runtime path and these in the environment:
-- AICCL_SERVER (JSON array, the command), AICCL_WORKSPACE (a copy that a spec may change) of AICCL_PRISTINE, AICCL_PLUGIN.

local M = { failures = 0, passed = 0 }
_G.T = M

local function say(text)
  io.stdout:write(text .. '\n')
  io.stdout:flush()
end

--- One test; an error fails it, and the next one runs.
function M.test(name, body)
  local started = vim.uv.hrtime()
  local ok, problem = xpcall(body, debug.traceback)
  local took = math.floor((vim.uv.hrtime() - started) / 1e6)
  if ok then
    M.passed = M.passed + 1
    say(('ok    %s (%d ms)'):format(name, took))
  else
    M.failures = M.failures + 1
    say(('FAIL  %s\n      %s'):format(name, tostring(problem):gsub('\n', '\n      ')))
  end
end

--- Waits until `condition` gives something true, and gives that; an error says what was waited for.
function M.wait(what, condition, timeout)
  local value
  local came = vim.wait(timeout or 60000, function()
    value = condition()
    return value and true or false
  end, 10)
  if not came then
    error('waited in vain for ' .. what, 2)
  end
  return value
end

function M.contains(text, part)
  if not tostring(text):find(part, 1, true) then
    error(('no %q in:\n%s'):format(part, tostring(text)), 2)
  end
end

function M.lacks(text, part)
  if tostring(text):find(part, 1, true) then
    error(('%q is in:\n%s'):format(part, tostring(text)), 2)
  end
end

function M.equal(got, wanted)
  if not vim.deep_equal(got, wanted) then
    error(('got %s, wanted %s'):format(vim.inspect(got), vim.inspect(wanted)), 2)
  end
end

function M.path(relative)
  return vim.env.AICCL_WORKSPACE .. '/' .. relative
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n')
end

--- The text of a view, once the server has made it.
function M.view(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  return M.wait('the view', function()
    local text = M.text(buffer)
    return not vim.startswith(text, '# AICCL: this view is being made') and text
  end)
end

--- The server's process: of all clients' only the newest, where there are several.
function M.server_process()
  local pids = vim.api.nvim_get_proc_children(vim.uv.os_getpid())
  table.sort(pids)
  return pids[#pids]
end

--- What `body` has the user told, each message once.
function M.told(body)
  local notify, told = vim.notify, {}
  vim.notify = function(text)
    table.insert(told, text)
  end
  local ok, problem = pcall(body)
  vim.notify = notify
  if not ok then
    error(problem, 2)
  end
  return told
end

--- Opens a source file, as it is in the repository, in the only window and waits for its server.
function M.open(relative)
  vim.cmd('silent! tabonly | silent! only!')
  local wanted = vim.fn.readfile(vim.env.AICCL_PRISTINE .. '/' .. relative)
  if not vim.deep_equal(wanted, vim.fn.readfile(M.path(relative))) then
    vim.fn.writefile(wanted, M.path(relative))
  end
  vim.cmd('silent edit! ' .. vim.fn.fnameescape(M.path(relative)))
  local buffer = vim.api.nvim_get_current_buf()
  M.wait('a client on ' .. relative, function()
    local client = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1]
    return client and client.initialized
  end)
  return buffer
end

--- The cursor on the first place of `word` in the buffer.
function M.cursor(word)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.search('\\V' .. word, 'cW') == 0 then
    error('no ' .. word .. ' in the buffer', 2)
  end
end

local said = {} ---@type string[] what was notified since the last hover began

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

function M.close_floats()
  local window = float()
  while window do
    vim.api.nvim_win_close(window, true)
    window = float()
  end
end

--- What a person sees after K on `word`, once it satisfies `wanted`; hovers again while it does not, as the person would.
--- Nothing of what is seen on the way may have `never` in it.
function M.hover(word, wanted, timeout, never)
  local deadline = vim.uv.hrtime() + (timeout or 60000) * 1e6
  local text = 'no float'
  local source = vim.api.nvim_get_current_win()
  repeat
    M.close_floats()
    -- A late answer may have moved the cursor into its float.
    vim.api.nvim_set_current_win(source)
    M.cursor(word)
    said = {}
    vim.lsp.buf.hover()
    vim.wait(2000, function()
      return float() or vim.tbl_contains(said, 'No information available')
    end, 2)
    local window = float()
    text = window and M.text(vim.api.nvim_win_get_buf(window)) or 'no float'
    if never then
      M.lacks(text, never)
    end
    if window and (not wanted or text:find(wanted, 1, true)) then
      M.close_floats()
      vim.api.nvim_set_current_win(source)
      return text
    end
    vim.wait(10)
  until vim.uv.hrtime() > deadline
  error(('no %q in the hover of %s; the last was:\n%s'):format(tostring(wanted), word, text), 2)
end

--- Runs an ex command and gives what it printed.
function M.ex(command)
  return vim.api.nvim_exec2(command, { output = true }).output
end

-- What nobody reads would only garble the report; what a test wants to read, it takes over itself.
vim.notify = function(text)
  table.insert(said, text)
end
vim.o.swapfile = false
vim.o.hidden = true
vim.opt.runtimepath:prepend(vim.env.AICCL_PLUGIN)
vim.cmd('filetype plugin on | syntax on')
vim.cmd('runtime! plugin/aiccl.lua')
vim.cmd('runtime! ftdetect/aiccl.lua')
M.server = vim.json.decode(vim.env.AICCL_SERVER)
require('aiccl').setup({ cmd = M.server })

local version = vim.version()
say(('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch))
for _, spec in ipairs(_G.arg) do
  local chunk, problem = loadfile(spec)
  if not chunk then
    M.failures = M.failures + 1
    say('FAIL  ' .. problem)
  else
    chunk()
  end
end
for _, client in ipairs(vim.lsp.get_clients()) do
  if vim.fn.has('nvim-0.11') == 1 then
    client:stop()
  else
    client.stop()
  end
end
vim.wait(3000, function()
  return #vim.lsp.get_clients() == 0
end, 20)
say(('%d passed, %d failed'):format(M.passed, M.failures))
os.exit(M.failures == 0 and M.passed > 0 and 0 or 1)
