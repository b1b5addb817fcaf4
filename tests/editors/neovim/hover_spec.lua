-- Hover: the float that K opens, on a definition and after changes, saved or not.

local T = _G.T

T.test('hover on a method shows its flow view and its figures', function()
  T.open('shop/cart.py')
  local text = T.hover('add', 'amount must be positive')
  T.contains(text, '.prices.find(')
  T.contains(text, 'no such article')
  T.lacks(text, 'Put an article into the cart and return how many of it are there now')
end)

T.test('hover on a function', function()
  T.open('shop/cart.py')
  T.contains(T.hover('merge', 'min('), 'limit')
end)

T.test('the float holds the converter\'s view, every character of it', function()
  T.open('shop/cart.py')
  local views = vim.json.decode(table.concat(vim.fn.readfile(vim.env.AICCL_VIEWS), '\n'))['shop/cart.py']
  for word, name in pairs({ ['def \\zsadd'] = 'Cart.add', ['def \\zstotal'] = 'Cart.total', ['def \\zsmerge'] = 'merge', ['class \\zsCart'] = 'Cart' }) do
    -- Its lines as they are in the buffer of the float, where fences may be concealed but are there.
    local text = T.hover(word, 'fewer tokens')
    T.contains('\n' .. text, '\n' .. views[name] .. '\n')
  end
end)

T.test('hover on nothing opens nothing', function()
  T.open('shop/cart.py')
  T.close_floats()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.lsp.buf.hover()
  vim.wait(400)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    T.equal(vim.api.nvim_win_get_config(window).relative, '')
  end
end)

T.test('an unsaved change is in the hover', function()
  T.open('shop/cart.py')
  T.hover('add', 'amount must be positive')
  T.cursor('amount must be positive')
  vim.cmd.substitute('/amount must be positive/too few of them/')
  T.lacks(T.hover('add', 'too few of them'), 'amount must be positive')
  vim.cmd('silent edit!')
  T.lacks(T.hover('add', 'amount must be positive'), 'too few of them')
end)

T.test('a save is in the hover', function()
  T.open('shop/cart.py')
  T.cursor('amount must be positive')
  vim.cmd.substitute('/amount must be positive/at least one, please/')
  vim.cmd('silent write')
  local started = vim.uv.hrtime()
  local text = T.hover('add', 'at least one, please')
  T.lacks(text, 'amount must be positive')
  io.stdout:write(('      fresh after %.0f ms, the float included\n'):format((vim.uv.hrtime() - started) / 1e6))
end)

T.test('a hover never has text of before the last change or save', function()
  T.open('shop/cart.py')
  T.hover('add', 'amount must be positive')
  local before = 'amount must be positive'
  for _, now in ipairs({ 'version one', 'version two', 'version three' }) do
    T.cursor(before)
    vim.cmd.substitute(('/%s/%s/'):format(before, now))
    vim.cmd('silent write')
    T.contains(T.hover('add', now, nil, before), now)
    before = now
  end
end)

T.test('a view of what is half typed does not break the others', function()
  T.open('shop/cart.py')
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', 'def broken(x, y=', '    return' })
  T.contains(T.hover('add', 'no such article'), '.prices.find(')
end)

T.test('characters outside the basic plane do not shift positions', function()
  T.open('shop/cart.py')
  local wide = "MARK = '\240\159\155\146\240\159\155\146'; after = 1  # \240\159\155\146"
  vim.api.nvim_buf_set_lines(0, 4, 4, false, { wide })
  T.contains(T.hover('merge', 'min('), 'limit')
end)
