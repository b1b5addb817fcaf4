-- What is there before anything is asked for: the command `:Aiccl`, and the reading of `aiccl://` buffers. Nothing is required here.

if vim.g.loaded_aiccl then
  return
end
vim.g.loaded_aiccl = true

vim.api.nvim_create_user_command('Aiccl', function(command)
  require('aiccl.commands').run(command)
end, {
  nargs = '+',
  range = true,
  desc = 'AICCL: compress, outline, exact, copy, explain, correct, status, reindex, restart, log',
  complete = function(lead, line)
    return require('aiccl.commands').complete(lead, line)
  end,
})

local group = vim.api.nvim_create_augroup('aiccl', {})

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = 'aiccl://*',
  callback = function(event)
    require('aiccl.view').read(event.buf)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'aiccl' then
      require('aiccl.client').on_attach(client.id, event.buf)
    end
  end,
})

-- A view on the screen follows its source, also where the server does not ask for it.
vim.api.nvim_create_autocmd('BufWritePost', {
  group = group,
  callback = function(event)
    if package.loaded['aiccl.view'] then
      vim.defer_fn(function()
        require('aiccl.view').refresh(vim.uri_from_fname(event.match))
      end, 100)
    end
  end,
})
