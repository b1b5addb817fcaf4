"""Prices of articles, read once."""

import json


class PriceList:
    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.prices = json.load(file)

    def find(self, article: str) -> float | None:
        """The price of an article, or None if it is not sold."""
        price = self.prices.get(article.strip().lower())
        if price is None or price <= 0:
            return None
        return round(price, 2)
