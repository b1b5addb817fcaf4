"""Which pairs are fit to learn from: `judging` looks at one, `consistency` at neighbours, `expanding` at the way back,
`report` tells a person."""

from __future__ import annotations
