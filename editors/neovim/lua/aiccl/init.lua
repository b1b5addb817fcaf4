-- The plugin's public functions: `enable`, `setup`, `statusline`, `open`. Everything else is private and may change.

local M = {}

--- Starts the server for the languages it knows, now and as files are opened. On 0.11 and later this is
--- `vim.lsp.enable('aiccl')`; on 0.10, which has no such thing, an autocommand does it.
function M.enable()
  local config = require('aiccl.config')
  if vim.lsp.enable then
    vim.lsp.enable(config.name)
    return
  end
  local function start(buffer)
    if vim.bo[buffer].buftype ~= '' then
      return
    end
    local settings = config.lsp()
    settings.name, settings.root_dir = config.name, config.root(buffer)
    vim.lsp.start(settings, { bufnr = buffer, reuse_client = config.reuse })
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('aiccl.enable', {}),
    pattern = config.filetypes,
    callback = function(event)
      start(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(config.filetypes, vim.bo[buffer].filetype) then
      start(buffer)
    end
  end
end

---@class aiccl.Options
---@field cmd? string[] how to start the server
---@field settings? table the section `aiccl`, without its name
---@field filetypes? string[]

--- Optional. Changes how the server is started, then starts it.
---@param options? aiccl.Options
function M.setup(options)
  options = options or {}
  local config = require('aiccl.config')
  config.cmd = options.cmd or config.cmd
  config.filetypes = options.filetypes or config.filetypes
  config.settings = { aiccl = vim.tbl_deep_extend('force', config.settings.aiccl, options.settings or {}) }
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config(config.name, { cmd = config.cmd, filetypes = config.filetypes, settings = config.settings })
  end
  M.enable()
end

--- The state for a status line: `AICCL`, `AICCL 120/2800` while it indexes, `AICCL paused`; empty without a server.
---@return string
function M.statusline()
  local state = require('aiccl.client').state
  if state.state == 'off' then
    return ''
  end
  if state.state == 'busy' and state.total > 0 then
    return ('AICCL %d/%d'):format(state.done, state.total)
  end
  return state.state == 'ready' and 'AICCL' or 'AICCL ' .. state.state
end

--- Shows a file or a folder at a level, beside the current window.
---@param path string
---@param level? 'flow'|'outline'|'exact'
function M.open(path, level)
  local view = require('aiccl.view')
  view.open(view.name(path, level or require('aiccl.config').settings.aiccl.level))
end

return M
