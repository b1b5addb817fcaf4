-- `:Aiccl` and what it opens, prints and copies.

local T = _G.T

T.test('compress opens the file as flow, beside it', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl compress')
  T.equal(#vim.api.nvim_tabpage_list_wins(0), 2)
  T.contains(vim.api.nvim_buf_get_name(0), 'aiccl:///flow/')
  local text = T.view()
  T.contains(text, '<comp:code lang="python"')
  T.contains(text, 'C:Cart')
  T.contains(text, 'no such article')
  T.lacks(text, vim.env.AICCL_WORKSPACE)
  T.equal(vim.bo.filetype, 'aiccl')
  T.equal({ vim.bo.modifiable, vim.bo.buftype, vim.bo.modified }, { false, 'nofile', false })
end)

T.test('the view is coloured', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl compress')
  T.view()
  vim.cmd('syntax enable')
  local groups = {}
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    for column = 1, #line do
      groups[vim.fn.synIDattr(vim.fn.synID(row, column, 1), 'name')] = true
    end
  end
  for _, group in ipairs({ 'aicclTag', 'aicclMark', 'aicclUnit', 'aicclReturn', 'aicclString', 'aicclKeyword' }) do
    T.equal({ group, groups[group] }, { group, true })
  end
end)

T.test('outline and exact', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl outline')
  local outline = T.view()
  T.contains(outline, 'merge(')
  T.lacks(outline, 'no such article')
  T.open('shop/cart.py')
  vim.cmd('Aiccl exact')
  T.contains(vim.api.nvim_buf_get_name(0), 'aiccl:///exact/')
  T.contains(T.view(), 'no such article')
end)

T.test('a range shows its lines only', function()
  T.open('shop/cart.py')
  local first = vim.fn.search('^def merge', 'cw')
  vim.cmd(('%d,$Aiccl compress'):format(first))
  local text = T.view()
  T.contains(text, 'merge')
  T.lacks(text, 'no such article')
end)

T.test('a range may be a few lines of a function', function()
  T.open('shop/cart.py')
  local first = vim.fn.search('for cart in', 'cw')
  vim.cmd(('%d,%dAiccl compress'):format(first, first + 2))
  local text = T.view()
  T.contains(text, 'cart<-(first,second)')
  T.contains(text, 'merged.add(')
  T.lacks(text, 'min(')
end)

T.test('a folder', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl compress ' .. vim.fn.fnameescape(T.path('shop')))
  local text = T.view()
  T.contains(text, 'C:Cart')
  T.contains(text, 'PriceList')
end)

T.test('nothing waits for a view that takes long, neither when it is opened nor after a save', function()
  local source = T.open('shop/cart.py')
  local server = T.wait('the server process', T.server_process)
  vim.uv.kill(server, 'sigstop')
  local ok, problem = pcall(function()
    vim.cmd('Aiccl compress ' .. vim.fn.fnameescape(T.path('shop')))
    T.equal(T.text(), '# AICCL: this view is being made')
  end)
  vim.uv.kill(server, 'sigcont')
  T.equal({ ok, problem }, { true, nil })
  local view = vim.api.nvim_get_current_buf()
  local before = T.view()
  T.contains(before, 'PriceList')

  vim.api.nvim_set_current_win(vim.fn.bufwinid(source))
  T.cursor('no such article')
  vim.cmd.substitute('/no such article/never heard of/')
  local asked, fetch = 0, require('aiccl.client').request
  require('aiccl.client').request = function(...)
    asked = asked + 1
    return fetch(...)
  end
  vim.uv.kill(server, 'sigstop')
  ok, problem = pcall(function()
    vim.cmd('silent write')
    T.wait('the question for the saved folder', function()
      return asked > 0
    end)
    require('aiccl.view').refresh()
    vim.wait(50)
    T.equal({ T.text(view), asked }, { before, 1 })
  end)
  vim.uv.kill(server, 'sigcont')
  T.equal({ ok, problem }, { true, nil })
  T.wait('the new text in the view, and the second question', function()
    return asked > 1 and T.text(view):find('never heard of', 1, true)
  end)
  require('aiccl.client').request = fetch
end)

T.test('a file concerns its own views and its folders\', and no neighbour\'s', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl compress ' .. vim.fn.fnameescape(T.path('shop')))
  T.view()
  local view, read, counted = require('aiccl.view'), {}, {}
  local function settle()
    local settled = false
    vim.schedule(function()
      settled = true
    end)
    vim.wait(1000, function()
      return settled
    end, 1)
  end
  local original = view.read
  view.read = function(buffer)
    table.insert(read, vim.api.nvim_buf_get_name(buffer))
  end
  for _, path in ipairs({ 'shop2/cart.py', 'shop.py', 'shop/cart.py', 'shop' }) do
    -- What the server tells of earlier tests has views read as well: only what stands between these two counts.
    settle()
    local before = #read
    view.refresh(vim.uri_from_fname(T.path(path)))
    settle()
    counted[path] = #read - before
  end
  view.read = original
  T.equal(counted, { ['shop2/cart.py'] = 0, ['shop.py'] = 0, ['shop/cart.py'] = 1, shop = 1 })
end)

T.test('the shown view follows a save', function()
  local buffer = T.open('shop/cart.py')
  vim.cmd('Aiccl compress')
  T.view()
  local shown = vim.api.nvim_get_current_buf()
  vim.api.nvim_set_current_win(vim.fn.bufwinid(buffer))
  T.cursor('no such article')
  vim.cmd.substitute('/no such article/never heard of/')
  vim.cmd('silent write')
  T.wait('the new text in the view', function()
    return T.text(shown):find('never heard of', 1, true)
  end)
end)

T.test('Enter in a view goes to the source', function()
  local buffer = T.open('shop/cart.py')
  vim.cmd('Aiccl compress')
  T.view()
  vim.cmd('normal \r')
  T.equal(vim.api.nvim_get_current_buf(), buffer)
end)

T.test('Enter goes to a source that no buffer has', function()
  T.open('shop/cart.py')
  vim.cmd('silent! bwipeout! ' .. vim.fn.fnameescape(T.path('shop/prices.py')))
  vim.cmd('Aiccl compress ' .. vim.fn.fnameescape(T.path('shop/prices.py')))
  T.view()
  vim.fn.search('PriceList')
  vim.cmd('normal \r')
  T.equal(vim.api.nvim_buf_get_name(0), T.path('shop/prices.py'))
  T.contains(vim.api.nvim_get_current_line(), 'PriceList')
end)

T.test('lines of a view are not taken for lines of its source', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl compress')
  T.view()
  vim.fn.setreg('"', 'as before')
  local shown = vim.api.nvim_get_current_buf()
  local told = T.told(function()
    vim.cmd('1,2Aiccl copy')
    vim.cmd('1,2Aiccl outline')
  end)
  T.equal({ #told, told[1], vim.fn.getreg('"') }, { 2, told[2], 'as before' })
  T.contains(told[1], 'select in the source')
  T.equal(vim.api.nvim_get_current_buf(), shown)
  T.ex('Aiccl copy')
  T.contains(vim.fn.getreg('"'), 'no such article')
end)

T.test('copy puts the prompt into the register', function()
  T.open('shop/cart.py')
  vim.fn.setreg('"', '')
  local printed = T.ex('Aiccl copy')
  T.contains(printed, 'tokens')
  local whole = vim.fn.getreg('"')
  T.contains(whole, 'no such article')
  T.contains(whole, '<comp:map')
  T.lacks(whole, vim.env.AICCL_WORKSPACE)
  local first = vim.fn.search('^def merge', 'cw')
  T.ex(('%d,$Aiccl copy'):format(first))
  T.contains(vim.fn.getreg('"'), 'merge')
  T.lacks(vim.fn.getreg('"'), 'no such article')
end)

T.test('status, reindex and restart worker', function()
  T.open('shop/cart.py')
  T.contains(T.ex('Aiccl status'), 'index:')
  T.lacks(T.ex('Aiccl reindex'), 'AICCL:')
  T.lacks(T.ex('Aiccl restart worker'), 'AICCL:')
  T.hover('add', 'no such article')
end)

T.test('explain opens a float', function()
  T.open('shop/cart.py')
  T.close_floats()
  T.cursor('add')
  vim.cmd('Aiccl explain')
  local seen
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      seen = T.text(vim.api.nvim_win_get_buf(window))
    end
  end
  T.contains(seen, '# Cart.add')
  T.contains(seen, '% of the facts are kept')
  local left, rules = seen:find('Left out: ', 1, true), seen:find('Rules that fired: ', 1, true)
  T.equal(left and rules and left < rules, true)
  T.close_floats()
end)

T.test('a corrected view is checked and kept outside the workspace', function()
  local kept = vim.env.XDG_DATA_HOME .. '/aiccl/corrections.jsonl'
  local source = T.open('shop/cart.py')
  T.cursor('def add')
  vim.cmd('Aiccl correct')
  T.equal({ vim.bo.filetype, vim.bo.buftype, vim.bo.modified }, { 'aiccl', 'acwrite', false })
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  T.contains(lines[1], 'add(')
  -- The function moves meanwhile.
  vim.api.nvim_buf_set_lines(source, 0, 0, false, { '# one line more', '' })
  local notify, said = vim.notify, {}
  vim.notify = function(text)
    table.insert(said, text)
  end
  vim.api.nvim_buf_set_lines(0, 1, -1, false, { '^!Lost("nowhere")' })
  vim.cmd('write')
  T.equal({ vim.fn.filereadable(kept), vim.bo.modified }, { 0, true })
  T.contains(table.concat(said, '\n'), 'does not pass the check')
  T.contains(table.concat(said, '\n'), 'Lost')
  lines[1] = lines[1] .. ' "put articles into the cart"'
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  T.contains(T.ex('write'), 'the view of Cart.add is kept in ' .. kept)
  T.equal(vim.bo.modified, false)
  vim.api.nvim_buf_set_lines(0, 1, -1, false, { '^!Lost("nowhere")' })
  vim.cmd('write!')
  vim.notify = notify
  local found = vim.tbl_map(vim.json.decode, vim.fn.readfile(kept))
  T.equal(#found, 2)
  -- The workspace is no project here, so its files are known by their names alone.
  T.equal({ found[1].intent, found[1].path, found[1].language }, { 'put articles into the cart', 'cart.py', 'python' })
  T.contains(found[1].code, 'def add')
  T.contains(found[2].view, 'Lost')
  vim.cmd('bwipeout!')
  vim.api.nvim_buf_call(source, function()
    vim.cmd('silent undo')
  end)
end)

T.test('there is nothing to correct outside of functions', function()
  T.open('shop/cart.py')
  local notify, said = vim.notify, {}
  vim.notify = function(text)
    table.insert(said, text)
  end
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('Aiccl correct')
  vim.notify = notify
  T.equal(#said, 1)
  T.contains(said[1], 'no function is under the cursor')
end)

T.test('log opens the log', function()
  T.open('shop/cart.py')
  vim.cmd('Aiccl log')
  T.contains(vim.api.nvim_buf_get_name(0), 'lsp.log')
  vim.cmd('silent! tabclose!')
end)

T.test('completion', function()
  T.equal(vim.fn.getcompletion('Aiccl re', 'cmdline'), { 'reindex', 'restart' })
  T.equal(vim.fn.getcompletion('Aiccl copy o', 'cmdline'), { 'outline' })
  T.equal(vim.fn.getcompletion('Aiccl restart ', 'cmdline'), { 'worker' })
  vim.cmd.cd(vim.fn.fnameescape(vim.env.AICCL_WORKSPACE))
  T.equal(vim.fn.getcompletion('Aiccl compress sh', 'cmdline'), { 'shop/' })
  vim.cmd.cd('-')
end)

T.test('an unknown subcommand and a missing file are one message each', function()
  local said = {}
  local notify = vim.notify
  vim.notify = function(text)
    table.insert(said, text)
  end
  vim.cmd('Aiccl squash')
  vim.cmd.enew()
  vim.cmd('Aiccl compress')
  vim.notify = notify
  T.equal(#said, 2)
  T.contains(said[1], 'unknown subcommand "squash"')
  T.contains(said[2], 'no file yet')
end)

T.test('statusline and health', function()
  T.open('shop/cart.py')
  T.wait('a ready index', function()
    return require('aiccl').statusline():find('AICCL', 1, true)
  end)
  vim.cmd('checkhealth aiccl')
  local text = T.text()
  T.contains(text, 'aiccl: server')
  T.contains(text, 'attached to')
  T.lacks(text, 'ERROR')
end)

T.test('of two projects, each asks its own server', function()
  T.open('shop/cart.py')
  local client = require('aiccl.client')
  local first = client.get(vim.api.nvim_get_current_buf())
  local project = vim.fs.normalize(vim.uv.fs_realpath(vim.fn.fnamemodify(vim.fn.tempname(), ':h'))) .. '/other'
  vim.fn.mkdir(project .. '/.git', 'p')
  vim.fn.writefile({ 'def first(x):', '    return x + 1', '', '', 'def second(x):', '    return x * 2' }, project .. '/two.py')
  vim.cmd('silent edit ' .. vim.fn.fnameescape(project .. '/two.py'))
  local buffer = vim.api.nvim_get_current_buf()
  local second = T.wait('a client of its own', function()
    local found = client.get(buffer)
    return found and found.id ~= first.id and found
  end, 30000)
  T.contains(T.ex('Aiccl status'), 'workspace: ' .. project)
  vim.cmd('checkhealth aiccl')
  local health = T.text()
  T.contains(health, 'workspace: open files only')
  T.contains(health, 'workspace: ' .. project)
  vim.cmd('silent! tabonly | silent! only!')
  vim.api.nvim_set_current_buf(buffer)
  -- What the other server cannot know: text that no file has.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { 'import os', '', '' })
  vim.cmd('Aiccl compress')
  T.view()
  vim.fn.search('^second')
  vim.cmd('normal \r')
  T.equal({ vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_line() }, { buffer, 'def second(x):' })
  vim.cmd('silent! tabonly | silent! only!')
  T.open('shop/cart.py')
  T.contains(T.ex('Aiccl status'), 'workspace: open files only')
  vim.cmd('bwipeout! ' .. buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    second:stop()
  else
    second.stop()
  end
  T.wait('one server less', function()
    return #vim.lsp.get_clients({ name = 'aiccl' }) == 1
  end)
  vim.fn.delete(project, 'rf')
end)

T.test('the help file has its tags', function()
  vim.cmd('helptags ' .. vim.fn.fnameescape(vim.env.AICCL_PLUGIN .. '/doc'))
  vim.cmd('help :Aiccl')
  T.contains(T.text(), 'compress')
  for _, name in ipairs(require('aiccl.commands').names()) do
    T.contains(T.text(), ':Aiccl ' .. name)
  end
  vim.cmd('silent! only!')
end)
