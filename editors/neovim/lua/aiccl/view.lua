-- The virtual documents `aiccl:///LEVEL/path` as buffers: read-only, never on disk, read from the server, and read anew when
-- the source changes. A name that ends in `?range=2-8` shows these lines of the source only (from 0, the last included).
-- Nothing waits for a view: a folder's may take the server minutes.

local client = require('aiccl.client')

local M = {}

local UNDER_WAY = '# AICCL: this view is being made'

---@type table<integer, { client?: integer, again: boolean }> the question that each buffer waits for
local asking = {}

---@class aiccl.Address
---@field level string
---@field source string the source's URI
---@field first? integer lines of the source, from 0, the last included
---@field last? integer

--- The name of a virtual document.
---@param path string a file or a folder
---@param level string
---@param first? integer
---@param last? integer
---@return string
function M.name(path, level, first, last)
  local full = vim.fs.normalize(vim.fn.fnamemodify(path, ':p'))
  local uri = vim.uri_from_fname((full:gsub('(.)/$', '%1')))
  local name = 'aiccl:///' .. level .. uri:sub(#'file://' + 1)
  if first then
    name = ('%s?range=%d-%d'):format(name, first - 1, last - 1)
  end
  return name
end

---@param name string
---@return aiccl.Address?
function M.parse(name)
  local level, path = name:match('^aiccl:///(%a+)(/.*)$')
  if not level then
    return nil
  end
  local plain = path:gsub('%?range=%d+%-%d+$', '')
  local first, last = path:match('%?range=(%d+)%-(%d+)$')
  return { level = level, source = 'file://' .. plain, first = tonumber(first), last = tonumber(last) }
end

--- Whole lines as an LSP range in the client's own encoding.
---@param buffer integer
---@param first integer from 1
---@param last integer
---@return table
function M.range(buffer, first, last)
  local serving = client.get(buffer)
  local row = math.min(last, vim.api.nvim_buf_line_count(buffer)) - 1
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  local encoding = serving and serving.offset_encoding or 'utf-16'
  return {
    start = { line = first - 1, character = 0 },
    ['end'] = { line = row, character = vim.lsp.util.character_offset(buffer, row, #line, encoding) },
  }
end

---@param uri string
---@return integer? buffer the loaded buffer of a source
local function source_buffer(uri)
  local path = vim.uri_to_fname(uri)
  -- Not `bufnr()`: it takes a pattern, which the view's own name matches too.
  local buffer = vim.fn.bufexists(path) == 1 and vim.fn.bufadd(path) or 0
  return buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) and buffer or nil
end

---@param fits fun(buffer: integer): boolean
---@return integer? window of this tab page
local function window_with(fits)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if fits(vim.api.nvim_win_get_buf(window)) then
      return window
    end
  end
end

--- Asks for a document's text; `take` has it, or the reason why there is none.
---@param buffer integer the document's own
---@param take fun(text?: string, problem?: string)
---@return integer? client the one that was asked
local function fetch(buffer, take)
  local name = vim.api.nvim_buf_get_name(buffer)
  local address = M.parse(name)
  if not address then
    take(nil, 'no such document: ' .. name .. '; the form is aiccl:///flow/absolute/path')
    return nil
  end
  local function taken(answer, problem)
    local text = type(answer) == 'table' and answer.text or answer
    if type(text) == 'string' then
      take(text)
    else
      take(nil, problem or 'nothing here that AICCL can restate')
    end
  end
  local source = source_buffer(address.source)
  if address.first and source then
    -- Any lines, where the document's own range knows whole functions and classes only.
    local range = M.range(source, address.first + 1, address.last + 1)
    local arguments = { address.source, range, address.level }
    return client.request(source, 'workspace/executeCommand', { command = 'aiccl.compressSelection', arguments = arguments }, taken)
  end
  return client.request(source or buffer, 'aiccl/document', { uri = name }, taken)
end

---@param buffer integer
---@param lines string[]
local function fill(buffer, lines)
  local options = vim.bo[buffer]
  options.buftype = 'nofile'
  options.swapfile = false
  options.modifiable = true
  options.readonly = false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  options.modified = false
  options.modifiable = false
  options.bufhidden = 'wipe'
  if options.filetype ~= 'aiccl' then
    options.filetype = 'aiccl'
  end
end

---@param buffer integer
local function ask(buffer)
  local mine = { again = false }
  asking[buffer] = mine
  mine.client = fetch(buffer, function(text, problem)
    if asking[buffer] ~= mine then
      return
    end
    asking[buffer] = nil
    if not vim.api.nvim_buf_is_loaded(buffer) then
      return
    end
    local lines = vim.split(text or ('# AICCL: ' .. problem), '\n', { plain = true })
    if lines[#lines] == '' then
      table.remove(lines)
    end
    fill(buffer, lines)
    if mine.again then
      ask(buffer)
    end
  end)
end

--- Fills a buffer whose name begins with `aiccl://` as soon as the server has answered. Called when it is read, and when its
--- source changed.
---@param buffer integer
function M.read(buffer)
  if vim.api.nvim_buf_line_count(buffer) == 1 and vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1] == '' then
    fill(buffer, { UNDER_WAY })
  end
  local earlier = asking[buffer]
  if earlier and vim.lsp.get_client_by_id(earlier.client or -1) then
    -- One question at a time: each would have the server make a folder's view once more.
    earlier.again = true
  else
    ask(buffer)
  end
end

--- Reads the shown documents of one source anew, or all of them.
---@param uri? string of a document or of a source
function M.refresh(uri)
  local asked = uri and (M.parse(uri) or { source = uri }).source
  local function concerns(source)
    -- A folder's document changes with each of its files.
    return not asked or asked == source or vim.startswith(asked, (source:gsub('/$', '')) .. '/')
  end
  vim.schedule(function()
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      local address = vim.api.nvim_buf_is_loaded(buffer) and M.parse(vim.api.nvim_buf_get_name(buffer))
      if address and concerns(address.source) then
        M.read(buffer)
      end
    end
  end)
end

--- Shows a document beside the current window.
---@param name string
---@param mods? table as in a user command's `smods`
function M.open(name, mods)
  local shown = window_with(function(buffer)
    return vim.api.nvim_buf_get_name(buffer) == name
  end)
  if shown then
    vim.api.nvim_set_current_win(shown)
    M.read(vim.api.nvim_get_current_buf())
    return
  end
  mods = vim.tbl_extend('force', mods or {}, { keepalt = true })
  if mods.split == nil or mods.split == '' then
    mods.vertical, mods.split = true, 'belowright'
  end
  vim.cmd.split({ args = { vim.fn.fnameescape(name) }, mods = mods, magic = { file = true } })
end

--- Follows the document link under the cursor: from a unit of a view to its source.
function M.follow()
  local buffer = vim.api.nvim_get_current_buf()
  local name = vim.api.nvim_buf_get_name(buffer)
  local address = M.parse(name)
  local asked = address and source_buffer(address.source) or buffer
  local links = client.ask(asked, 'textDocument/documentLink', { textDocument = { uri = name } })
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local best
  for _, link in ipairs(links or {}) do
    if link.range.start.line <= row and (not best or link.range.start.line > best.range.start.line) then
      best = link
    end
  end
  local uri, line
  if best and best.target then
    uri, line = best.target:match('^(.-)#L?(%d+)')
    uri = uri or best.target
  else
    uri = address and address.source
  end
  if not uri then
    return
  end
  local path = vim.uri_to_fname(uri)
  local source = source_buffer(uri)
  local window = source and window_with(function(one)
    return one == source
  end)
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd.edit(vim.fn.fnameescape(path))
  end
  if line then
    pcall(vim.api.nvim_win_set_cursor, 0, { tonumber(line), 0 })
  end
end

return M
