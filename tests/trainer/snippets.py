"""Functions of our own for the trainer's tests: (language, code, doc)."""

from __future__ import annotations

from typing import Any

RESERVE = '''def reserve(self, sku, wanted, *, hold_minutes=15):
    """Set stock aside for a buyer until the hold runs out.

    :param sku: which article
    """
    item = self.stock.find(sku)
    if item is None:
        raise UnknownItem(sku)
    free = item.on_hand - item.reserved
    if free < wanted:
        raise OutOfStock(f"only {free} of {sku} left")
    item.reserved += wanted
    self.stock.save(item)
    return Hold(sku=sku, wanted=wanted)
'''
RESERVE_VIEW = """reserve(sku,wanted,*,hold_minutes=15)
.stock.find(sku)>item|^!UnknownItem(sku)
free=item.on_hand-item.reserved;free<wanted?^!OutOfStock("only {free} of {sku} left")
item.reserved+=wanted;.stock.save(item)
^Hold{sku,wanted}"""

TOTALS = """def totals(orders, currency="EUR"):
    sums = {}
    for order in orders:
        if order.currency != currency:
            continue
        sums[order.customer] = sums.get(order.customer, 0) + order.amount
    return sums
"""
NAMES = """func (c *Client) Names(ctx context.Context, page int) ([]string, error) {
	resp, err := c.get(ctx, page)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	out := make([]string, 0, len(resp.Rows))
	for _, row := range resp.Rows {
		if row.Hidden {
			continue
		}
		out = append(out, row.Name)
	}
	return out, nil
}"""
CLOSE = """function closeDialog(dialog, reason) {
  if (!dialog.open) {
    throw new Error("dialog is not open");
  }
  dialog.open = false;
  dialog.listeners.forEach((listener) => listener(reason));
  return dialog;
}"""
PRICE = """public BigDecimal priceOf(Order order, Discount discount) {
    if (order == null) {
        throw new IllegalArgumentException("no order");
    }
    BigDecimal sum = order.getTotal();
    if (discount != null && discount.isValid()) {
        sum = sum.subtract(discount.getAmount());
    }
    return sum;
}"""


def row(language: str, code: str, doc: str = "", package: str = "shop", path: str = "") -> dict[str, Any]:
    """A line of a ready corpus."""
    return {
        "language": language,
        "package": package,
        "licence": "MIT",
        "path": path or f"src/{package}.x",
        "line": 1,
        "code": code,
        "doc": doc,
        "prose": bool(doc),
    }


ROWS = [
    row("python", RESERVE, package="stock"),
    row("python", TOTALS, package="orders"),
    row("go", NAMES, "// Names fetches one page of the rows that may be shown.", package="client"),
    row(
        "javascript",
        CLOSE,
        "/**\n * Closes a dialog and tells everybody who listens why.\n * @param reason why\n */",
        "ui",
    ),
    row("java", PRICE, package="pricing"),
]
