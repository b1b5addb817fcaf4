"""One small sound file a language: a function that is long enough to be restated, and a type with a method."""

from __future__ import annotations

SAMPLES: dict[str, tuple[str, str]] = {
    "python": (
        "orders.py",
        '''class Orders:
    """The orders of a shop."""

    def cancel(self, order_id, reason="none given"):
        """Cancel an order that was not sent yet."""
        order = self.store.find(order_id)
        if order is None:
            raise LookupError("unknown order")
        if order.sent:
            raise ValueError("already sent")
        order.status = "cancelled"
        order.reason = reason.strip()
        self.store.save(order)
        return order


def total(lines, limit):
    """What the lines over a limit cost."""
    result = []
    for line in lines:
        if line.price > limit and line.state not in ("returned", "cancelled"):
            result.append(line.price * line.count)
    return sum(result)
''',
    ),
    "javascript": (
        "orders.js",
        """class Orders {
  constructor(store) {
    this.store = store;
  }

  async cancel(orderId, reason) {
    const order = await this.store.find(orderId);
    if (!order) {
      throw new Error("unknown order");
    }
    order.status = "cancelled";
    order.reason = reason.trim();
    await this.store.save(order);
    return order;
  }
}

export function total(lines, limit) {
  const result = [];
  for (const line of lines) {
    if (line.price > limit) {
      result.push(line.price * line.count);
    }
  }
  return result;
}
""",
    ),
    "typescript": (
        "orders.ts",
        """export interface Line {
  price: number;
  count: number;
}

export class Orders {
  constructor(private readonly store: Store, private readonly log: Log) {}

  async cancel(orderId: string, reason?: string): Promise<Order> {
    const order = await this.store.find(orderId);
    if (order === null || order.sent) {
      throw new RangeError("unknown order, or already sent");
    }
    order.reason = reason ?? "none given";
    await this.store.save(order);
    return order;
  }
}
""",
    ),
    "tsx": (
        "List.tsx",
        """import { useState } from "react";

export function TagList({ tags, onRemove }: { tags: string[]; onRemove: (tag: string) => void }) {
  const [filter, setFilter] = useState("");
  const shown = tags.filter((tag) => tag.includes(filter));
  if (shown.length === 0) {
    return <p className="empty">nothing here</p>;
  }
  return (
    <ul className="tags">
      {shown.map((tag) => (
        <li key={tag} onClick={() => onRemove(tag)}>{tag}</li>
      ))}
    </ul>
  );
}
""",
    ),
    "java": (
        "Orders.java",
        """package shop;

public class Orders {
  private final Store store;

  public Orders(Store store) {
    this.store = store;
  }

  public Order cancel(long orderId, String reason) throws IOException {
    Order order = store.find(orderId);
    if (order == null) {
      throw new NotFoundException("unknown order " + orderId);
    }
    order.setStatus(Status.CANCELLED);
    order.setReason(reason.trim());
    store.save(order);
    return order;
  }
}
""",
    ),
    "php": (
        "Orders.php",
        """<?php
namespace App;

class Orders
{
    public function __construct(private Store $store)
    {
    }

    public function cancel(int $orderId, string $reason = "none given"): Order
    {
        $order = $this->store->find($orderId);
        if ($order === null) {
            throw new NotFound("unknown order");
        }
        $order->status = "cancelled";
        $order->reason = trim($reason);
        $this->store->save($order);
        return $order;
    }
}
""",
    ),
    "go": (
        "orders.go",
        """package orders

import "fmt"

type Orders struct {
	store Store
}

// Cancel cancels an order.
func (o *Orders) Cancel(ctx context.Context, id string, reason string) (*Order, error) {
	order, err := o.store.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", id, err)
	}
	order.Status = "cancelled"
	order.Reason = reason
	if err := o.store.Save(ctx, order); err != nil {
		return nil, err
	}
	return order, nil
}
""",
    ),
    "rust": (
        "orders.rs",
        """pub struct Orders {
    store: Store,
}

impl Orders {
    /// Cancel an order.
    pub fn cancel(&mut self, id: u64, reason: &str) -> Result<Order, Error> {
        let mut order = self.store.find(id)?;
        if order.sent {
            return Err(Error::new("already sent"));
        }
        order.status = "cancelled".to_string();
        order.reason = reason.trim().to_string();
        self.store.save(&order)?;
        Ok(order)
    }
}
""",
    ),
    "c": (
        "orders.c",
        """#include "orders.h"

/* Sum of the prices over a limit. */
int total(const struct line *lines, size_t count, int limit)
{
    int result = 0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].price > limit) {
            result += lines[i].price * lines[i].count;
        }
    }
    if (result < 0) {
        report_error("overflow in total");
        return -1;
    }
    return result;
}
""",
    ),
    "cpp": (
        "orders.cpp",
        """namespace shop {

class Orders {
 public:
  explicit Orders(Store& store) : store_(store) {}

  Order cancel(long id, const std::string& reason) {
    auto order = store_.find(id);
    if (!order) {
      throw std::out_of_range("unknown order");
    }
    order->status = "cancelled";
    order->reason = reason;
    store_.save(*order);
    return *order;
  }

 private:
  Store& store_;
};

}  // namespace shop
""",
    ),
    "csharp": (
        "Orders.cs",
        """namespace Shop;

public class Orders
{
    private readonly IStore store;

    public Orders(IStore store)
    {
        this.store = store;
    }

    public async Task<Order> Cancel(long orderId, string reason = "none given")
    {
        var order = await store.FindAsync(orderId);
        if (order == null)
        {
            throw new NotFoundException($"unknown order {orderId}");
        }
        order.Status = Status.Cancelled;
        order.Reason = reason.Trim();
        await store.SaveAsync(order);
        return order;
    }
}
""",
    ),
    "ruby": (
        "orders.rb",
        """class Orders
  def initialize(store)
    @store = store
  end

  # Cancel an order.
  def cancel(order_id, reason = "none given")
    order = @store.find(order_id)
    raise NotFound, "unknown order" if order.nil?
    order.status = "cancelled"
    order.reason = reason.strip
    @store.save(order)
    order
  end
end
""",
    ),
    "kotlin": (
        "Orders.kt",
        """package shop

class Orders(private val store: Store) {
    /** Cancel an order. */
    fun cancel(orderId: Long, reason: String = "none given"): Order {
        val order = store.find(orderId) ?: throw NotFoundException("unknown order $orderId")
        if (order.sent) {
            throw IllegalStateException("already sent")
        }
        order.status = "cancelled"
        order.reason = reason.trim()
        store.save(order)
        return order
    }
}
""",
    ),
}
