-- The server as the rest of the plugin sees it: which client serves a buffer, one call that works on every supported Neovim,
-- the index's state as the server last told it, and a server that died started again, with back-off.
--
-- Neovim itself leaves a dead server dead. Here it comes back after 1, 2, 4, 8 seconds, its buffers attached as before; the fifth
-- death within three minutes is the last, with one message that names the log.

local config = require('aiccl.config')

local M = {}

local BACK_OFF = { 1000, 2000, 4000, 8000 }
local WINDOW = 180 -- seconds in which deaths are counted

---@class aiccl.State
---@field state string as in `aiccl/statusChanged`; 'off' without a server
---@field done integer
---@field total integer
M.state = { state = 'off', done = 0, total = 0 }

local deaths = {} ---@type number[] when, in seconds
local known = {} ---@type table<integer, { config: table, buffers: table<integer, true>, stopping: boolean }>

local methods_take_self = vim.fn.has('nvim-0.11') == 1

--- Calls a client's method; 0.10 has them as plain functions.
local function method(client, name, ...)
  if methods_take_self then
    return client[name](client, ...)
  end
  return client[name](...)
end

---@param state aiccl.State
local function announce(state)
  M.state = state
  vim.api.nvim_exec_autocmds('User', { pattern = 'AicclStatus', modeline = false })
  vim.cmd.redrawstatus({ bang = true })
end

M.handlers = {
  ['aiccl/statusChanged'] = function(_, result)
    if type(result) == 'table' then
      announce({ state = result.state or 'ready', done = result.done or 0, total = result.total or 0 })
    end
  end,
  ['aiccl/documentChanged'] = function(_, params)
    require('aiccl.view').refresh(params and params.uri)
  end,
  ['workspace/textDocumentContent/refresh'] = function(_, params)
    require('aiccl.view').refresh(params and params.uri)
    return vim.NIL
  end,
}

--- The clients that answer.
---@param buffer? integer of this buffer only
---@return table[]
function M.all(buffer)
  return vim.tbl_filter(function(client)
    return client.initialized and not method(client, 'is_stopped')
  end, vim.lsp.get_clients({ name = config.name, bufnr = buffer }))
end

--- How much of a buffer's path is its client's root; 0 where it is not below it. A view is where its source is.
---@param client table
---@param path string
---@return integer
local function nearness(client, path)
  local root = client.config.root_dir and vim.fs.normalize(client.config.root_dir)
  return root and (path == root or vim.startswith(path, root .. '/')) and #root or 0
end

--- The client that serves a buffer, else that of the project which its file is in, else any.
---@param buffer? integer
---@return table?
function M.get(buffer)
  local own = buffer and M.all(buffer) or {}
  if own[1] then
    return own[1]
  end
  local name = buffer and vim.api.nvim_buf_get_name(buffer) or ''
  local address = require('aiccl.view').parse(name)
  local path = vim.fs.normalize(address and vim.uri_to_fname(address.source) or name)
  local best
  for _, client in ipairs(M.all()) do
    if not best or nearness(client, path) > nearness(best, path) then
      best = client
    end
  end
  return best
end

local NONE = 'no AICCL server is running; see :checkhealth aiccl'

--- Asks the server and goes on; `take` has the result or the problem, at once where no server is running.
---@param buffer integer whose client to ask
---@param name string the request
---@param params table
---@param take fun(result: any, problem?: string)
---@return integer? id of the client that was asked
function M.request(buffer, name, params, take)
  local client = M.get(buffer)
  if not client then
    take(nil, NONE)
    return nil
  end
  local sent = method(client, 'request', name, params, function(err, result)
    if result == vim.NIL then
      result = nil
    end
    take(result, err and err.message)
  end, buffer)
  if not sent then
    take(nil, NONE)
  end
  return client.id
end

--- Asks the server and waits.
---@param buffer? integer whose client to ask
---@param name string the request
---@param params table
---@return any result, string? problem
function M.ask(buffer, name, params)
  local client = M.get(buffer)
  if not client then
    return nil, NONE
  end
  local answer, problem = method(client, 'request_sync', name, params, config.timeout, buffer or 0)
  if not answer then
    return nil, ('the server did not answer %s: %s'):format(name, problem or 'unknown')
  end
  if answer.err then
    return nil, answer.err.message
  end
  if answer.result == vim.NIL then
    return nil, nil
  end
  return answer.result, nil
end

--- Runs one of the server's commands and waits.
---@param buffer? integer
---@param command string
---@param arguments any[]
---@return any result, string? problem
function M.execute(buffer, command, arguments)
  return M.ask(buffer, 'workspace/executeCommand', { command = command, arguments = arguments })
end

---@param client table
function M.on_init(client)
  known[client.id] = { config = client.config, buffers = {}, stopping = false }
  announce({ state = 'ready', done = 0, total = 0 })
  -- What a view asked a server that is gone, nobody answers.
  if package.loaded['aiccl.view'] then
    require('aiccl.view').refresh()
  end
end

---@param id integer
---@param buffer integer
function M.on_attach(id, buffer)
  if known[id] then
    known[id].buffers[buffer] = true
  end
end

local function start_again(entry)
  local started
  for buffer in pairs(entry.buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      started = vim.lsp.start(entry.config, { bufnr = buffer, reuse_client = config.reuse }) or started
    end
  end
  return started
end

---@param code integer
---@param signal integer
---@param id integer
function M.on_exit(code, signal, id)
  local entry = known[id]
  known[id] = nil
  vim.schedule(function()
    if not M.get() then
      announce({ state = 'off', done = 0, total = 0 })
    end
    if not entry or entry.stopping or (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL then
      return
    end
    local now = vim.uv.hrtime() / 1e9
    deaths = vim.tbl_filter(function(when)
      return now - when < WINDOW
    end, deaths)
    table.insert(deaths, now)
    local wait = BACK_OFF[#deaths]
    if not wait then
      vim.notify('AICCL: the server keeps dying and is left alone now; :Aiccl log, then :Aiccl restart', vim.log.levels.ERROR)
      return
    end
    vim.defer_fn(function()
      start_again(entry)
    end, wait)
  end)
end

--- Stops the server and starts it again for the same buffers; without one, starts it for every buffer that wants it.
function M.restart()
  deaths = {}
  local entries = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = config.name })) do
    local entry = known[client.id]
    if entry then
      entry.stopping = true
      table.insert(entries, entry)
    end
    method(client, 'stop')
  end
  local function gone()
    return #vim.lsp.get_clients({ name = config.name }) == 0
  end
  if not vim.wait(2000, gone, 20) then
    for _, client in ipairs(vim.lsp.get_clients({ name = config.name })) do
      method(client, 'stop', true)
    end
    vim.wait(1000, gone, 20)
  end
  if #entries == 0 then
    require('aiccl').enable()
  end
  for _, entry in ipairs(entries) do
    start_again(entry)
  end
end

return M
