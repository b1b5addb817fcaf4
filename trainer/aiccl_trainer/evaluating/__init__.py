"""Evaluation: `ask` has a model answer for held-out functions, `measure` judges the answers, `scores` compares intents,
`report` makes tables and plots."""
