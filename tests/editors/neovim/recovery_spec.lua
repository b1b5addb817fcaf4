-- A server that dies comes back, its buffers with it; one that is told to stop, starts again.

local T = _G.T

local function pid()
  local client = vim.lsp.get_clients({ name = 'aiccl' })[1]
  if not client or not client.initialized then
    return nil
  end
  -- The process that this Neovim holds: its children, by their command line.
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.uv.os_getpid())) do
    return child
  end
end

--- A process's children, whichever of its threads began them.
local function children(of)
  local found = {}
  for _, file in ipairs(vim.fn.glob(('/proc/%d/task/*/children'):format(of), false, true)) do
    for child in table.concat(vim.fn.readfile(file), ' '):gmatch('%d+') do
      table.insert(found, tonumber(child))
    end
  end
  return found
end

T.test('the server is killed: it comes back and hover works', function()
  local buffer = T.open('shop/cart.py')
  T.hover('add', 'no such article')
  local before = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1].id
  vim.uv.kill(T.wait('the server process', pid), 'sigkill')
  T.wait('another client on the buffer', function()
    local client = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1]
    return client and client.id ~= before and client.initialized
  end, 20000)
  T.contains(T.hover('add', 'no such article'), '.prices.find(')
end)

T.test('the worker is killed: another one takes its place, and hovers go on', function()
  T.open('shop/cart.py')
  T.hover('add', 'no such article')
  local server = T.wait('the server process', pid)
  local worker = T.wait('a worker', function()
    return children(server)[1]
  end)
  vim.uv.kill(worker, 'sigkill')
  T.cursor('no such article')
  vim.cmd.substitute('/no such article/after the worker/')
  T.hover('add', 'after the worker')
  T.wait('another worker', function()
    local now = children(server)[1]
    return now and now ~= worker
  end)
  T.equal(pid(), server)
end)

T.test('killed with unsaved changes: the hover is of the buffer', function()
  local buffer = T.open('shop/cart.py')
  T.cursor('no such article')
  vim.cmd.substitute('/no such article/unsaved text/')
  local before = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1].id
  vim.uv.kill(T.wait('the server process', pid), 'sigkill')
  T.wait('another client', function()
    local client = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1]
    return client and client.id ~= before and client.initialized
  end, 20000)
  T.hover('add', 'unsaved text')
end)

T.test('restart', function()
  local buffer = T.open('shop/cart.py')
  local before = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1].id
  vim.cmd('Aiccl restart')
  T.wait('another client', function()
    local client = vim.lsp.get_clients({ name = 'aiccl', bufnr = buffer })[1]
    return client and client.id ~= before and client.initialized
  end, 20000)
  T.hover('add', 'no such article')
end)

T.test('a folder that is the home folder is no project', function()
  local config = require('aiccl.config')
  local home = vim.uv.os_homedir
  vim.uv.os_homedir = function()
    return vim.env.AICCL_WORKSPACE
  end
  local buffer = T.open('shop/cart.py')
  vim.fn.mkdir(T.path('.git'), 'p')
  T.equal(config.root(buffer), nil)
  vim.uv.os_homedir = home
  T.equal(config.root(buffer), vim.fs.normalize(vim.env.AICCL_WORKSPACE))
  vim.fn.delete(T.path('.git'), 'd')
end)
