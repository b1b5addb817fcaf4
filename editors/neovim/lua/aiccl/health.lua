-- `:checkhealth aiccl`: is this Neovim new enough, is the server there and does it start, is it attached, how is its index.
-- Each finding that is no good says what to do next.

local M = {}

local function check_editor()
  if vim.fn.has('nvim-0.10.4') == 1 then
    vim.health.ok(('Neovim %s'):format(tostring(vim.version())))
  else
    vim.health.error('this Neovim is too old', 'install 0.10.4 or later')
  end
end

local function check_program()
  local config = require('aiccl.config')
  local resolved = vim.lsp.config and vim.lsp.config[config.name] or config
  local cmd = resolved.cmd
  if type(cmd) ~= 'table' then
    vim.health.info('the server is started by a function of yours')
    return
  end
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    vim.health.error(('`%s` is not on PATH'):format(cmd[1]), {
      'pipx install PATH/TO/CLONE, or uv tool install PATH/TO/CLONE',
      "or name it: require('aiccl').setup({ cmd = { '/path/to/aiccl-server' } })",
    })
    return
  end
  local command = vim.list_extend({ path }, { unpack(cmd, 2) })
  local ok, result = pcall(function()
    return vim.system(vim.list_extend(command, { '--version' }), { timeout = 5000, text = true }):wait()
  end)
  if ok and result.code == 0 then
    vim.health.ok(('%s: %s'):format(path, vim.trim(result.stdout)))
  else
    local said = ok and vim.trim((result.stderr or '') .. (result.stdout or '')) or tostring(result)
    vim.health.error(('`%s --version` fails: %s'):format(path, said), 'install it again: pipx reinstall aiccl')
  end
end

---@param serving table one client
local function check_client(serving)
  local client = require('aiccl.client')
  local count = 0
  for _ in pairs(serving.attached_buffers or {}) do
    count = count + 1
  end
  vim.health.ok(('attached to %d buffers, positions in %s'):format(count, serving.offset_encoding or '?'))
  local status, problem = client.ask((next(serving.attached_buffers or {})), 'aiccl/status', vim.empty_dict())
  if not status then
    vim.health.error(problem or 'the server says nothing of its state', ':Aiccl restart')
    return
  end
  for _, line in ipairs(require('aiccl.commands').describe(status)) do
    vim.health.info(line)
  end
  if status.state == 'failed' then
    vim.health.error('the worker is gone for good', { ':Aiccl log', ':Aiccl restart worker' })
  elseif status.state == 'degraded' then
    vim.health.warn('the index cannot be written; hovers of open files work', 'make room in the cache folder, then :Aiccl restart worker')
  end
end

local function check_clients()
  local clients = require('aiccl.client').all()
  if #clients == 0 then
    vim.health.warn('no server is running', "open a source file; vim.lsp.enable('aiccl') must be in your configuration")
  end
  for _, serving in ipairs(clients) do
    check_client(serving)
  end
end

function M.check()
  vim.health.start('aiccl: editor')
  check_editor()
  vim.health.start('aiccl: server')
  check_program()
  vim.health.start('aiccl: client')
  check_clients()
end

return M
