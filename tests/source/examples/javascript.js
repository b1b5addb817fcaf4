/**
 * Counts.
 * @param {number} n
 */
export default class Counter extends Base {
  static total = 0;
  #step = (n) => n + 1; // not a doc
  // the way in
  constructor(n) { super(); this.n = n }
  get next() { return this.#step(this.n) }
  static async *all() {}
}

const double = (n) => n * 2, half = function (n) { return n / 2 };
export const Card = memo(({ title }) => <b>{title}</b>);
const onClose = React.useCallback(() => close(), []);
const total = list.reduce((a, b) => a + b, 0);

module.exports.run = async () => {
  function inner() {}
  app.get("/x", (req, res) => res.end());
};
Counter.prototype.reset = function () { this.n = 0 };
const api = { get() {}, users: { list: () => [], "by-id": function (id) {} }, n: 1 };
a.first = a.second = function () {};
const Named = class extends Counter { only() {} };
export function* numbers() { yield "😀" }
