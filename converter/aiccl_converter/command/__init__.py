"""The `aiccl` command: reads what the user names, calls the library, writes whole outputs or none.

One file a subcommand (`compress`, `expand`, `check`, `stats`, `languages`, `explain`, `completion`), each with
`add`, which declares its arguments, and `run`, which gives the exit code. Around them: `main` (entry, signals),
`exits` (codes), `inputs` (paths and patterns into tasks), `work` (one task in any process), `batch` (all tasks),
`output` and `render` (writing), `say` (standard error), `progress`, `options` (arguments that several share),
`treemap` (the HTML of stats). docs/command.md is the reference.
"""
