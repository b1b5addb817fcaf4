-- Buffers that show AICCL: long lines wrap, and in a virtual one Enter goes to the source.

if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = true

vim.opt_local.wrap = true
vim.opt_local.linebreak = true
vim.opt_local.breakindent = true
vim.opt_local.commentstring = '# %s'
vim.b.undo_ftplugin = 'setlocal wrap< linebreak< breakindent< commentstring<'

if vim.startswith(vim.api.nvim_buf_get_name(0), 'aiccl://') then
  vim.keymap.set('n', '<CR>', function()
    require('aiccl.view').follow()
  end, { buffer = true, desc = 'AICCL: go to the source' })
end
