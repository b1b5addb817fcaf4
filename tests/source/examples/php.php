<h1>Shop</h1>
<?php
namespace Shop\Model;

/**
 * An order.
 */
#[Entity]
final class Order extends Base
{
    use Dated;

    public function __construct(private int $total) {}

    // a comment
    #[Route('/x')]
    public static function of(int $n): self { return new self($n); }

    abstract protected function later();
}

function total(array $orders) {
    $f = function ($o) use ($orders) { return $o->total; };
    return new class extends Order { function inner() {} };
}
interface Priced { public function price(); }
trait Dated { function date() { return null; } }
enum State: string { case Open = 'open'; public function label() { return 'x'; } }
?>
<p>end</p>
