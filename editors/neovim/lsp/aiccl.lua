-- How Neovim starts the AICCL language server: `vim.lsp.enable('aiccl')` reads this file (Neovim 0.11 and later).
-- `require('aiccl').enable()` does the same and also works on 0.10. Overrides go into `vim.lsp.config('aiccl', {...})`.

---@type vim.lsp.Config
return require('aiccl.config').lsp()
