"""A shop's cart: the editors under test show views of this file."""

from shop.prices import PriceList


class Cart:
    """What a customer is about to buy."""

    def __init__(self, prices: PriceList, limit: int = 50) -> None:
        self.prices = prices
        self.limit = limit
        self.lines: dict[str, int] = {}

    def add(self, article: str, amount: int = 1) -> int:
        """Put an article into the cart and return how many of it are there now."""
        if amount < 1:
            raise ValueError("amount must be positive")
        known = self.prices.find(article)
        if known is None:
            raise KeyError(f"no such article: {article}")
        total = self.lines.get(article, 0) + amount
        if total > self.limit:
            raise ValueError(f"at most {self.limit} of one article")
        self.lines[article] = total
        return total

    def total(self) -> float:
        """The sum of all lines."""
        result = 0.0
        for article, amount in self.lines.items():
            price = self.prices.find(article)
            if price is not None:
                result += price * amount
        return result


def merge(first: Cart, second: Cart) -> Cart:
    """One cart with the lines of both; the smaller limit holds."""
    merged = Cart(first.prices, min(first.limit, second.limit))
    for cart in (first, second):
        for article, amount in cart.lines.items():
            merged.add(article, amount)
    return merged
