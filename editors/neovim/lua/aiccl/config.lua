-- What the plugin starts with: the server's command, the languages, where a project begins, and the settings' defaults.
-- Data first; `lsp()` puts it into the form that Neovim's LSP client takes. Nothing here reads the project's own files for
-- a program to run: a repository is data.

local M = {}

M.name = 'aiccl'

---@type string[]
M.cmd = { 'aiccl-server' }

---@type string[]
M.filetypes = {
  'c',
  'cpp',
  'cs',
  'go',
  'java',
  'javascript',
  'javascriptreact',
  'kotlin',
  'php',
  'python',
  'ruby',
  'rust',
  'typescript',
  'typescriptreact',
}

---@type string[]
M.root_markers = {
  '.git',
  'pyproject.toml',
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'composer.json',
  'Gemfile',
  'CMakeLists.txt',
}

---@type string[]
M.levels = { 'flow', 'outline', 'exact' }

-- The section `aiccl`; docs/settings.md explains each.
M.settings = {
  aiccl = {
    level = 'flow',
    hover = { enable = true },
    codeLens = { enable = false },
    index = { enable = true, maxFileKB = 2000 },
    model = { enable = true, scope = 'open' },
    exclude = {},
    tokenizer = 'o200k_base',
  },
}

-- How long a command waits for the server, in milliseconds. The server answers from memory; this is for one that hangs.
-- Views are not waited for.
M.timeout = 5000

--- The folder that a buffer's project begins in; nil where that would be the whole disk or the home folder, which nobody
--- wants indexed: the server then serves open files only.
---@param buffer integer
---@return string?
function M.root(buffer)
  local root = vim.fs.root(buffer, M.root_markers)
  if not root then
    return nil
  end
  root = vim.fs.normalize(root)
  local home = vim.fs.normalize(vim.uv.os_homedir() or '~')
  if root == home or root == '/' or root:match('^%a:/?$') then
    return nil
  end
  return root
end

--- One server a project, and one for all files that have none; without this, Neovim 0.10 starts one for each of these.
---@param client table
---@param wanted table
---@return boolean
function M.reuse(client, wanted)
  return client.name == M.name and client.config.root_dir == wanted.root_dir
end

--- A client's configuration, whole, for `vim.lsp.config` (0.11) and `vim.lsp.start` (0.10) alike.
---@return table
function M.lsp()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  -- Neovim has no virtual documents of LSP 3.18 yet; `view.lua` shows them, so their refresh is wanted.
  capabilities.workspace = capabilities.workspace or {}
  capabilities.workspace.textDocumentContent = { dynamicRegistration = false }
  return {
    cmd = M.cmd,
    filetypes = M.filetypes,
    root_dir = function(buffer, on_dir)
      on_dir(M.root(buffer))
    end,
    reuse_client = M.reuse,
    settings = vim.deepcopy(M.settings),
    capabilities = capabilities,
    handlers = require('aiccl.client').handlers,
    on_init = function(client)
      require('aiccl.client').on_init(client)
    end,
    on_exit = function(code, signal, id)
      require('aiccl.client').on_exit(code, signal, id)
    end,
  }
end

return M
