using System;

namespace Shop.Model
{
    /// <summary>An order.</summary>
    [Entity]
    public class Order : Base
    {
        public Order(int total) : base(total) { }
        ~Order() { }

        public int Id { get; set; }
        public int Twice => Total * 2;
        public int Total { get { return total; } set { total = value; } }
        public int this[int i] { get => lines[i]; }

        [HttpGet("{id}")]
        public async Task<int> Load<T>(int id)
        {
            int Local() => 1;
            return Local();
        }

        public static Order operator +(Order a, Order b) => a;
        public static implicit operator int(Order o) => o.Total;
        abstract void Later();
    }

    struct Size { int w; }
    record Line(string Name);
    interface IPriced { int Price(); }
    enum State { Open, Closed }
}
