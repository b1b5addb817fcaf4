-- Files that hold AICCL.
vim.filetype.add({ extension = { aiccl = 'aiccl' } })
