package shop;

/** An order. */
@Entity
public class Order<T> extends Base {
    private int total = 1;

    /** With a total. */
    public Order(int total) { this.total = total; }

    // ordinary comment
    @Override
    public int total() throws Closed {
        Runnable r = () -> { log(); };
        return new Object() { public int twice() { return total * 2; } }.twice();
    }

    abstract int later();

    enum State { OPEN, CLOSED { @Override int rank() { return 1; } }; int rank() { return 0; } }
    record Line(String name, int count) { Line { check(count); } }
    @interface Marked { int value() default 1; }
}

interface Priced { default int price() { return 1; } int cost(); }
