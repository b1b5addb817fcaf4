"""Training: `base` makes a base model ready, `examples` turns pairs into token ids, `packing` lays them into rows,
`schedule` says which row comes when, `loop` trains, `curves` draws. `recipe` holds what a run can set."""
