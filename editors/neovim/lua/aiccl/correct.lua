-- A function's view in a scratch buffer, to be corrected by hand: `:write` has the server check it against the code and keep it for
-- training, `:write!` keeps it whatever the check says. Nothing is written into the project.

local client = require('aiccl.client')

local M = {}

local marks = vim.api.nvim_create_namespace('aiccl.correct')

---@param text string
local function failed(text)
  vim.notify('AICCL: ' .. text, vim.log.levels.ERROR)
end

--- Where the function stands now: a mark moves as its buffer is edited.
---@param from { buffer: integer, mark: integer, position: table }
---@return table position
local function place(from)
  local serving = client.get(from.buffer)
  if not serving or not vim.api.nvim_buf_is_loaded(from.buffer) then
    return from.position
  end
  local at = vim.api.nvim_buf_get_extmark_by_id(from.buffer, marks, from.mark, {})
  if #at == 0 then
    return from.position
  end
  local character = vim.lsp.util.character_offset(from.buffer, at[1], at[2], serving.offset_encoding or 'utf-16')
  return { line = at[1], character = character }
end

--- What the check has against a view, in a line.
---@param answer table
---@return string
local function reasons(answer)
  local parts = { ('%.0f %% of the facts are kept'):format((tonumber(answer.score) or 0) * 100) }
  for _, found in ipairs({ { 'invented', answer.invented }, { 'contradicts', answer.contradictions } }) do
    if type(found[2]) == 'table' and #found[2] > 0 then
      table.insert(parts, ('%s: %s'):format(found[1], table.concat(found[2], ', ', 1, math.min(#found[2], 5))))
    end
  end
  return table.concat(parts, '; ')
end

---@param buffer integer
---@param from { buffer: integer, mark: integer, position: table, uri: string }
---@param force boolean
local function save(buffer, from, force)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  local arguments = { from.uri, place(from), text, vim.NIL, force }
  local answer, problem = client.execute(from.buffer, 'aiccl.saveCorrection', arguments)
  if type(answer) ~= 'table' then
    failed(problem or 'the server did not answer')
  elseif not answer.saved then
    failed(('the view does not pass the check (%s); mend it, or :write! keeps it all the same'):format(reasons(answer)))
  else
    vim.bo[buffer].modified = false
    vim.api.nvim_echo({ { ('AICCL: the view of %s is kept in %s'):format(answer.name, answer.path) } }, false, {})
  end
end

--- Opens the view of the function under the cursor.
---@param mods? table as in a user command's `smods`
function M.open(mods)
  local source = vim.api.nvim_get_current_buf()
  local serving = client.get(source)
  local params = vim.lsp.util.make_position_params(0, serving and serving.offset_encoding or 'utf-16')
  local asked = { textDocument = params.textDocument, position = params.position, level = 'flow' }
  local view, problem = client.ask(source, 'aiccl/view', asked)
  if type(view) ~= 'table' or view.kind == 'module' then
    return failed(problem or 'no function is under the cursor')
  end
  if view.madeBy == 'source' then
    return failed(view.name .. ' is shown as it is: there is nothing to correct')
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local mark = vim.api.nvim_buf_set_extmark(source, marks, cursor[1] - 1, cursor[2], {})
  local from = { buffer = source, mark = mark, position = params.position, uri = params.textDocument.uri }

  local buffer = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_name(buffer, ('aiccl-correction://%d/%s'):format(buffer, view.name))
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(view.text, '\n', { plain = true }))
  local options = vim.bo[buffer]
  options.buftype, options.bufhidden, options.swapfile, options.filetype = 'acwrite', 'wipe', false, 'aiccl'
  options.modified = false
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    buffer = buffer,
    callback = function()
      save(buffer, from, vim.v.cmdbang == 1)
    end,
  })
  mods = vim.tbl_extend('force', mods or {}, { keepalt = true })
  if mods.split == nil or mods.split == '' then
    mods.vertical, mods.split = true, 'belowright'
  end
  vim.cmd.sbuffer({ args = { tostring(buffer) }, mods = mods })
end

return M
