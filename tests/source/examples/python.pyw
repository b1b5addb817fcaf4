import os

# Not a doc: a blank line follows.

# Where things are kept.
@registered
class Shelf(Base):
    """Things in order."""

    limit = 3

    # é: a comment of two lines
    # above a decorator
    @property
    def first(self):
        '''The first one,

        or None.
        '''
        def pick(things): return next(iter(things), None)
        return pick(self.things)

    async def put(self, thing, *, 名前=None): self.things.append(thing)

    class Label:
        def __str__(self): return "🏷"


if os.name == "nt":
    def path(): return "\\"
else:
    def path(): return "/"
