-- The set-ups of the plugin's README, as they stand there, each in a Neovim of its own that opens a file and hovers.

local T = _G.T

local readme = table.concat(vim.fn.readfile(vim.env.AICCL_PLUGIN .. '/README.md'), '\n')

local function snippet(title)
  local code = readme:match('%*%*' .. vim.pesc(title) .. '%*%*.-```lua\n(.-)```')
  return assert(code, 'the README has no set-up ' .. title)
end

--- Runs a set-up in another Neovim, with `aiccl-server` on its path, and gives what its hover shows.
local function runs(code, before)
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder .. '/bin', 'p')
  local program = { '#!/bin/sh', 'exec ' .. table.concat(vim.tbl_map(vim.fn.shellescape, T.server), ' ') .. ' "$@"' }
  vim.fn.writefile(program, folder .. '/bin/aiccl-server')
  vim.fn.setfperm(folder .. '/bin/aiccl-server', 'rwxr-xr-x')
  vim.fn.writefile(vim.split(code, '\n'), folder .. '/init.lua')
  local script = ([[
    local deadline = vim.uv.hrtime() + 20e9
    local function float()
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
        end
      end
    end
    vim.notify = function() end
    vim.cmd.edit(%q)
    vim.fn.search('def \\zsadd')
    repeat
      vim.lsp.buf.hover()
      vim.wait(200, float, 5)
    until (float() or ''):find('fewer tokens', 1, true) or vim.uv.hrtime() > deadline
    io.stdout:write(float() or 'no float')
    vim.cmd('qall!')
  ]]):format(T.path('shop/cart.py'))
  vim.fn.writefile(vim.split(script, '\n'), folder .. '/script.lua')
  local command = { vim.v.progpath, '--headless', '-i', 'NONE', '-u', folder .. '/init.lua' }
  vim.list_extend(command, before or {})
  vim.list_extend(command, { '-c', 'luafile ' .. folder .. '/script.lua' })
  local path = folder .. '/bin:' .. vim.env.PATH
  local ran = vim.system(command, { env = { PATH = path, XDG_DATA_HOME = folder, XDG_CONFIG_HOME = folder }, text = true, timeout = 40000 }):wait()
  vim.fn.delete(folder, 'rf')
  return ran.stdout .. ran.stderr
end

--- A copy of the plugin where the README has it cloned.
local function cloned(code)
  return (code:gsub('~/%.local/share/aiccl/editors/neovim', vim.env.AICCL_PLUGIN))
end

T.test('set-up by hand', function()
  T.open('shop/cart.py')
  local seen = runs(cloned(snippet('By hand')))
  T.contains(seen, 'no such article')
  T.contains(seen, 'fewer tokens')
end)

T.test('set-up with lazy.nvim', function()
  -- lazy.nvim itself cannot be had without a network; what it does with this specification is little: the folder goes on
  -- the runtime path, and `config` is called.
  local code = cloned(snippet('lazy.nvim'))
  local seen = runs('local plugin = ' .. code .. '\nvim.opt.runtimepath:prepend(vim.fn.expand(plugin.dir))\nplugin.config()')
  T.contains(seen, 'no such article')
end)

if vim.fn.has('nvim-0.12') == 1 then
  T.test('set-up with vim.pack', function()
    local repository = vim.fn.tempname()
    vim.fn.mkdir(repository .. '/editors', 'p')
    vim.fn.system({ 'cp', '-R', vim.env.AICCL_PLUGIN, repository .. '/editors/neovim' })
    local git = { 'git', '-C', repository, '-c', 'user.name=test', '-c', 'user.email=test@example.org' }
    for _, words in ipairs({ { 'init', '-q' }, { 'add', '.' }, { 'commit', '-q', '-m', 'plugin' } }) do
      local ran = vim.system(vim.list_extend(vim.deepcopy(git), words), { text = true }):wait()
      T.equal({ ran.code, ran.stderr }, { 0, '' })
    end
    local code = snippet('vim.pack')
    local here, count = code:gsub("vim%.fn%.expand%('~/%.local/share/aiccl'%)", ("'%s'"):format(repository))
    T.equal(count, 1)
    -- Without a person who says yes to the question whether to install.
    local seen = runs((here:gsub('load = ', 'confirm = false, load = ', 1)))
    vim.fn.delete(repository, 'rf')
    T.contains(seen, 'no such article')
    T.contains(seen, 'fewer tokens')
  end)
end
