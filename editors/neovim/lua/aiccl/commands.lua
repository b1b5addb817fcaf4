-- The subcommands of `:Aiccl`, one function each, and their completion. A problem is one message, never a stack trace.

local client = require('aiccl.client')
local view = require('aiccl.view')

local M = {}

---@param problem? string
---@return boolean failed
local function failed(problem)
  if problem then
    vim.notify('AICCL: ' .. problem, vim.log.levels.ERROR)
  end
  return problem ~= nil
end

local function plain(number)
  return type(number) == 'number' and number or 0
end

--- The source that a command means: the path it names, else the current buffer's file, from a view the view's source.
---@param path? string
---@return string? path
local function source(path)
  if path and path ~= '' then
    return vim.fn.expand(path)
  end
  local name = vim.api.nvim_buf_get_name(0)
  local address = view.parse(name)
  if address then
    return vim.uri_to_fname(address.source)
  end
  if name == '' then
    failed('this buffer has no file yet; save it under a name first')
    return nil
  end
  return name
end

--- Whether a command was given lines of a view, which are not those of its source.
---@param args table
---@return boolean
local function of_a_view(args)
  local inside = args.range > 0 and view.parse(vim.api.nvim_buf_get_name(0)) ~= nil
  return failed(inside and 'these are lines of a view; select in the source, or leave the range out' or nil)
end

---@param level string
local function shows(level)
  return function(args)
    local whole = args.rest ~= '' or args.range == 0
    local path = (whole or not of_a_view(args)) and source(args.rest)
    if not path then
      return
    end
    if not whole then
      view.open(view.name(path, level, args.first, args.last), args.mods)
    else
      view.open(view.name(path, level), args.mods)
    end
  end
end

local function copy(args)
  local level = args.rest ~= '' and args.rest or require('aiccl.config').settings.aiccl.level
  local buffer = vim.api.nvim_get_current_buf()
  local path = not of_a_view(args) and source()
  if not path then
    return
  end
  local range = args.range > 0 and view.range(buffer, args.first, args.last) or vim.NIL
  local prompt, problem = client.execute(buffer, 'aiccl.copyPrompt', { vim.uri_from_fname(path), range, level })
  if failed(problem) or failed(not prompt and 'nothing here that AICCL can restate' or nil) then
    return
  end
  vim.fn.setreg('"', prompt.text)
  local where = 'the unnamed register'
  if vim.fn.has('clipboard') == 1 then
    vim.fn.setreg('+', prompt.text)
    where = 'the clipboard'
  end
  vim.api.nvim_echo({ { ('AICCL: %d tokens, base map included, in %s'):format(plain(prompt.tokens), where) } }, false, {})
end

--- The status as lines that a person reads; also used by the health check.
---@param status table the answer to `aiccl/status`
---@return string[]
function M.describe(status)
  local worker, index, tokens = status.worker or {}, status.index or {}, status.tokens or {}
  local folders = type(status.workspace) == 'table' and status.workspace or {}
  local lines = {
    ('server %s: %s'):format(status.version or '?', status.state or '?'),
    ('worker: %s%s, pid %s, %d restarts'):format(
      worker.state or '?',
      type(worker.reason) == 'string' and worker.reason ~= '' and ', ' .. worker.reason or '',
      plain(worker.pid) > 0 and worker.pid or '-',
      plain(worker.restarts)
    ),
    'workspace: ' .. (#folders > 0 and table.concat(folders, ', ') or 'open files only'),
    ('index: %d files, %d chunks, %d views, %.1f MB in %s'):format(
      plain(index.files),
      plain(index.chunks),
      plain(index.views),
      plain(index.bytes) / 1e6,
      index.path or '-'
    ),
  }
  local model = status.model
  if type(model) == 'table' then
    if type(model.id) == 'string' then
      local waiting = 'model: %s, %d functions wait, %d files have not been through it'
      table.insert(lines, waiting:format(model.id, plain(model.chunks), plain(model.files)))
    else
      table.insert(lines, 'no model: ' .. tostring(model.reason))
    end
  end
  if plain(tokens.flow) > 0 then
    local ratio = tokens.source / tokens.flow
    table.insert(lines, ('tokens: %d in source, %d as flow, %.1f times fewer'):format(tokens.source, tokens.flow, ratio))
  end
  for _, folder in ipairs(type(worker.refused) == 'table' and worker.refused or {}) do
    table.insert(lines, 'not indexed: ' .. tostring(folder))
  end
  for _, path in ipairs(type(worker.quarantined) == 'table' and worker.quarantined or {}) do
    table.insert(lines, 'left alone after it broke the worker twice: ' .. (type(path) == 'table' and path.path or tostring(path)))
  end
  return lines
end

local function status()
  local answer, problem = client.ask(vim.api.nvim_get_current_buf(), 'aiccl/status', vim.empty_dict())
  if failed(problem) then
    return
  end
  vim.api.nvim_echo({ { table.concat(M.describe(answer or {}), '\n') } }, false, {})
end

local function reindex()
  local _, problem = client.execute(vim.api.nvim_get_current_buf(), 'aiccl.reindex', {})
  failed(problem)
end

local function restart(args)
  if args.rest == 'worker' then
    local _, problem = client.execute(vim.api.nvim_get_current_buf(), 'aiccl.restartWorker', {})
    failed(problem)
    return
  end
  client.restart()
end

local function log()
  local path = vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  vim.cmd.tabedit(vim.fn.fnameescape(path))
  vim.cmd.normal({ 'G', bang = true })
end

local function explain()
  local buffer = vim.api.nvim_get_current_buf()
  local serving = client.get(buffer)
  local params = vim.lsp.util.make_position_params(0, serving and serving.offset_encoding or 'utf-16')
  local answer, problem = client.execute(buffer, 'aiccl.explain', { params.textDocument.uri, params.position })
  if failed(problem) or failed(not answer and 'no function or class here' or nil) then
    return
  end
  local lines = type(answer) == 'string' and vim.split(answer, '\n') or vim.split(vim.inspect(answer), '\n')
  if type(answer) == 'table' and answer.name then
    lines = { ('# %s'):format(answer.name), '' }
    if type(answer.score) == 'number' then
      local figures = '%d tokens, as %s %d. %.0f %% of the facts are kept.'
      table.insert(lines, figures:format(plain(answer.sourceTokens), answer.level or '?', plain(answer.tokens), answer.score * 100))
    end
    for _, section in ipairs({ { 'Left out', answer.leftOut }, { 'Rules that fired', answer.rules } }) do
      local title, items = section[1], type(section[2]) == 'table' and section[2] or {}
      vim.list_extend(lines, { '', ('%s: %s'):format(title, #items > 0 and #items or 'none') })
      for _, item in ipairs(items) do
        table.insert(lines, '- ' .. (type(item) == 'string' and item or vim.inspect(item)):gsub('\n', ' '))
      end
    end
  end
  vim.lsp.util.open_floating_preview(lines, 'markdown', { border = 'rounded', focus_id = 'aiccl-explain' })
end

local function correct(args)
  require('aiccl.correct').open(args.mods)
end

---@type table<string, { run: fun(args: table), takes: 'path'|'level'|'worker'|nil }>
local subcommands = {
  compress = { run = shows('flow'), takes = 'path' },
  outline = { run = shows('outline'), takes = 'path' },
  exact = { run = shows('exact'), takes = 'path' },
  copy = { run = copy, takes = 'level' },
  explain = { run = explain },
  correct = { run = correct },
  status = { run = status },
  reindex = { run = reindex },
  restart = { run = restart, takes = 'worker' },
  log = { run = log },
}

--- What `:Aiccl` runs.
---@param command table as `nvim_create_user_command` gives it
function M.run(command)
  local name, rest = command.args:match('^(%S*)%s*(.-)%s*$')
  local subcommand = subcommands[name]
  if not subcommand then
    failed(('unknown subcommand "%s"; one of %s'):format(name, table.concat(M.names(), ', ')))
    return
  end
  subcommand.run({
    rest = rest,
    range = command.range,
    first = command.line1,
    last = command.line2,
    mods = command.smods,
  })
end

---@return string[]
function M.names()
  local names = vim.tbl_keys(subcommands)
  table.sort(names)
  return names
end

--- Completion of `:Aiccl`.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local name = line:match('Aiccl%s+(%S+)%s+')
  local choices
  if not name then
    choices = M.names()
  elseif not subcommands[name] then
    return {}
  elseif subcommands[name].takes == 'path' then
    return vim.fn.getcompletion(lead, 'file')
  elseif subcommands[name].takes == 'level' then
    choices = require('aiccl.config').levels
  else
    choices = { subcommands[name].takes }
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
