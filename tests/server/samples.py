"""The source that several tests show to the server."""

from __future__ import annotations

CODE = """\
def settle(invoice, rate):
    if invoice.closed:
        raise RuntimeError("the invoice is closed")
    total = 0
    for line in invoice.lines:
        if line.amount > 0:
            total = total + line.amount * rate
    invoice.total = total
    return invoice
"""
