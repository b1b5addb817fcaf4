"""One small file a language, with most of what its grammar has: what the fuzzers start from."""

SNIPPETS = {
    "python": '''import os
from dataclasses import dataclass

LIMIT = 5

@dataclass
class Point:
    x: int = 0
    y: int = 0

    @property
    def length(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

class Store(Base):
    def __init__(self, db, *, retries=3):
        self.db = db
        self.retries = retries

    async def load(self, key: str, *rest, **options) -> "Point | None":
        """Load one."""
        try:
            async with self.db.begin() as tx:
                row = await tx.get(f"row {key!r}", timeout=1.5)
        except (KeyError, OSError) as error:
            raise Missing("no " + key) from error
        finally:
            log.info("done %s", key)
        if not row or row["n"] > LIMIT:
            return None
        total = 0
        for i, part in enumerate(row["parts"]):
            if part is None:
                continue
            total += part if i % 2 else -part
        while total > 10:
            total //= 2
        match row:
            case {"kind": "a", **more}:
                return Point(total, len(more))
            case [first, *_] if first:
                yield first
        return lambda a, b=1: [q for q in a if q != b]
''',
    "javascript": """import fs, { join as j } from "fs";
const LIMIT = 5;
export default class Store extends Base {
  #rows = new Map();
  static of(...xs) { return new Store(xs); }
  get size() { return this.#rows.size; }
  async load(key, { retries = 3, ...rest } = {}) {
    try {
      const row = await this.db.get(`row ${key}`, rest);
      if (!row?.n) throw new Error("no " + key);
      for (const [k, v] of Object.entries(row)) { if (k === "x") continue; this.#rows.set(k, v ?? 0); }
      return row.list.map(x => x * 2).filter(Boolean);
    } catch (e) { console.error(e); return null; } finally { done(); }
  }
}
const f = function* (a) { switch (a) { case 1: yield 2; break; default: yield* g(); } };
app.get("/users/:id", async (req, res, next) => { try { res.json(await find(req.params.id)); } catch (e) { next(e); } });
for (let i = 0, n = 3; i < n; i++) do { n--; } while (n > i);
const View = ({ items }) => <ul className="a">{items.map(i => <li key={i.id}>{i.name} & more</li>)}</ul>;
""",
    "typescript": """import { Injectable } from "@x/core";
export interface Row<T extends object = {}> { readonly id: number; name?: string; get(k: keyof T): T[keyof T]; }
type Pair<A, B> = [A, B] | { a: A; b: B };
export enum Kind { A = "a", B = "b" }
@Injectable()
export class Service implements Row {
  constructor(private readonly db: Db, public name = "x") {}
  async find<T>(id: number, opts?: Partial<T>): Promise<T | undefined> {
    const row = (await this.db.one(id)) as unknown as T;
    if (row === null || id! < 0) { throw new RangeError(`bad ${id}`); }
    return row satisfies T;
  }
  abstract go(): void;
}
declare module "y" { export function z(a: string): asserts a is "b"; }
namespace N { export const q = <T,>(x: T): T => x; }
""",
    "tsx": """import React, { useState, useEffect } from "react";
type Props = { items: string[]; onAdd?: (s: string) => void };
export const List: React.FC<Props> = ({ items, onAdd }) => {
  const [text, setText] = useState<string>("");
  useEffect(() => { const t = setTimeout(() => setText(""), 100); return () => clearTimeout(t); }, [items]);
  if (!items.length) return null;
  return (<form onSubmit={e => { e.preventDefault(); onAdd?.(text); }}>
    <input value={text} onChange={e => setText(e.target.value)} disabled />
    {items.map((i, n) => <>{n > 0 && <hr />}<b {...{ id: i }}>{i}</b></>)}
  </form>);
};
""",
    "java": """package a.b;
import java.util.*;
@RestController @RequestMapping("/orders")
public final class Orders<T extends Order> extends Base implements Runnable {
  private static final int LIMIT = 5;
  private final Service svc;
  public Orders(Service svc) { this.svc = Objects.requireNonNull(svc, "svc"); }
  @GetMapping("/{id}") public Order one(@PathVariable long id) throws IOException {
    return svc.find(id).orElseThrow(() -> new NotFound("no " + id));
  }
  @Override public void run() {
    try (Reader in = open("f"); Writer out = null) {
      for (String line : lines) { if (line == null || line.isEmpty()) continue; total += line.length() > 3 ? 1 : 0; }
      for (int i = 0; i < 10; i++) { synchronized (this) { list.add(new int[]{i}); } }
    } catch (IOException | IllegalStateException e) { log.warn("x", e); throw new RuntimeException(e); } finally { close(); }
    switch (kind) { case A, B -> go(); default -> { break; } }
    do { n--; } while (n > 0);
  }
  enum Kind { A(1), B(2) { int f() { return 2; } }; Kind(int n) {} }
  record P(int x, String y) {}
  interface I { default int g() { return 1; } }
}
""",
    "php": """<html><?php
namespace App\\Http;
use App\\Models\\{User, Post};
final class UserController extends Controller implements Thing {
    use Loud;
    const MAX = 5;
    public function __construct(private readonly Repo $repo, protected ?string $name = null) {}
    public function show(int $id, string ...$rest): ?array {
        $user = User::where('id', $id)->with(['posts' => fn($q) => $q->latest()])->first();
        if (!$user) { abort(404, "no $id"); }
        foreach ($user->posts as $k => $post) { if ($post->draft) continue; $out[] = "{$post->title} #{$k}"; }
        try { $this->repo->save($user); } catch (\\RuntimeException | Other $e) { throw new Bad($e->getMessage(), 0, $e); }
        return match(true) { $user->age > 18 => ['ok' => 1, ...$out], default => null } ?? [];
    }
}
Route::get('/u/{id}', [UserController::class, 'show'])->middleware('auth');
function &half($n) { static $c = 0; while ($n-- > 0): $c++; endwhile; return $c; }
$s = <<<EOT
 hi {$s}
EOT;
?><p><?= $s ?></p></html>
""",
    "go": """package store

import ("fmt"; "errors")

const ( A = iota; B )

type Item[T any] struct { ID string `json:"id"`; Tags []T; *Base }
type Loader interface { Load(ctx context.Context, id string) (*Item[int], error) }

var ErrNone = errors.New("none")

func (s *Store) Load(ctx context.Context, id string, more ...int) (_ *Item[int], err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, err := s.db.Query(ctx, "SELECT 1 WHERE id=$1", id)
	if err != nil { return nil, fmt.Errorf("load %s: %w", id, err) }
	for i, v := range row.Values { if v == nil { continue }; out = append(out, v.(string)[i:]) }
	for i := 0; i < 3; i++ { go func(n int) { ch <- n }(i) }
	select { case x := <-ch: return x, nil; case <-ctx.Done(): return nil, ctx.Err(); default: }
	switch t := v.(type) { case int, string: _ = t; fallthrough; default: panic("x") }
	return &Item[int]{ID: id, Tags: []int{1, 2}}, nil
}
""",
    "rust": """use std::{fs, io::{self, Read}};
#[derive(Debug, Clone)]
pub struct Store<'a, T: Clone> { pub rows: Vec<T>, name: &'a str }
pub enum Kind { A, B(i32), C { x: u8 } }
pub trait Load { fn load(&self) -> Result<String, io::Error>; }
impl<'a, T: Clone> Store<'a, T> where T: Default {
    pub const MAX: usize = 5;
    pub async fn read(&mut self, path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut f = fs::File::open(path).map_err(|e| format!("open {path}: {e}"))?;
        let mut buf = vec![0u8; 10];
        if let Some(n) = self.rows.first() && !path.is_empty() { f.read(&mut buf[..*n as usize])?; } else { return Err("none".into()); }
        for (i, b) in buf.iter().enumerate() { if *b == b'x' { continue; } self.rows.push(T::default()); }
        let k = match kind { Kind::A => 1, Kind::B(n) if n > 0 => n, Kind::C { x, .. } => x as i32, _ => unreachable!("no {}", 1) };
        while let Some(x) = stack.pop() { loop { break; } }
        let Some(z) = opt else { panic!("none") };
        Ok(unsafe { std::mem::take(&mut buf) })
    }
}
macro_rules! add { ($a:expr, $b:expr) => { $a + $b }; }
""",
    "c": """#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#ifdef DEBUG
static int debug = 1;
#endif
typedef struct node { int v; struct node *next; } node_t;
enum kind { A, B = 2 };
static int *find(const node_t *n, int v) {
    if (!n || v < 0) { errno = EINVAL; return NULL; }
    for (; n; n = n->next) { if (n->v == v) return (int *)&n->v; }
    int a[3] = {1, [2] = 3}, i = 0;
    do { a[i++] ^= sizeof(node_t) << 1; } while (i < 3);
    switch (v) { case A: case B: goto out; default: printf("%d\\n", v); break; }
out:
    free((void *)n);
    return NULL;
}
""",
    "cpp": """#include <vector>
namespace app {
template <typename T, int N = 3>
class Store : public Base, private Other<T> {
 public:
  explicit Store(Db db) : db_(std::move(db)), n_{0} {}
  virtual ~Store() = default;
  auto find(const std::string& key) const -> std::optional<T> {
    std::lock_guard<std::mutex> lock(mu_);
    if (auto it = rows_.find(key); it != rows_.end()) return it->second;
    for (auto& [k, v] : rows_) { if (v.empty()) continue; out.push_back([&, n = 1](int x) mutable { return x + n; }); }
    try { load(key); } catch (const std::exception& e) { throw Error("no " + key); } catch (...) { throw; }
    return std::nullopt;
  }
  bool operator==(const Store& o) const { return n_ == o.n_; }
 private:
  int n_;
};
}
int app::Store<int>::size() { return static_cast<int>(n_) + R"(raw)"s.size(); }
""",
    "csharp": """using System;
namespace App.Web;
[ApiController, Route("api/[controller]")]
public sealed class OrdersController<T> : ControllerBase where T : class {
    private readonly IService _svc;
    public OrdersController(IService svc) => _svc = svc ?? throw new ArgumentNullException(nameof(svc));
    public int Count { get; private set; } = 1;
    [HttpGet("{id:int}")]
    public async Task<ActionResult<Order>> Get(int id, CancellationToken ct = default) {
        var order = await _svc.FindAsync(id, ct);
        if (order is null or { Gone: true }) return NotFound($"no {id}");
        using var x = Open("f");
        foreach (var line in order.Lines.Where(l => l.N > 1).Select(l => new { l.N })) { if (line.N == 2) continue; total += line.N; }
        lock (this) { Count++; }
        try { Save(); } catch (IOException e) when (e.HResult < 0) { throw new Bad("x", e); } finally { Done(); }
        return order.Kind switch { Kind.A => Ok(1), _ => BadRequest() };
    }
    public record Point(int X, int Y);
    enum Kind { A, B = 2 }
    event EventHandler Changed;
}
""",
    "ruby": """require "json"
module App
  class Store < Base
    include Loud
    MAX = 5
    attr_reader :rows, :name
    def initialize(db, name: "x", *rest, **opts, &block)
      @db = db
      @name = name
    end
    def self.of(*xs) = new(xs)
    def load(key)
      row = @db.find_by(id: key) or raise Missing, "no #{key}"
      return nil unless row&.ok?
      row.parts.each_with_index do |part, i|
        next if part.nil?
        @total ||= 0
        @total += part * i
      end
      case row.kind
      when :a, "b" then yield row
      else row.list.map(&:to_s).select { |s| s =~ /x+/ }
      end
    rescue ActiveRecord::NotFound, KeyError => e
      logger.warn("x") if e.message
      raise
    ensure
      @db.close
    end
  end
end
puts <<~EOS
  hi #{1 + 1}
EOS
""",
    "kotlin": """package app
import kotlinx.coroutines.*
data class Point(val x: Int = 0, var y: Int?)
sealed interface Kind { object A : Kind; class B(val n: Int) : Kind }
@Service
class Store(private val db: Db, name: String = "x") : Base(name), Loader {
    companion object { const val MAX = 5 }
    val size: Int get() = rows.size
    init { require(name.isNotBlank()) { "blank" } }
    override suspend fun load(key: String, vararg more: Int): Point? {
        val row = db.find(key) ?: throw Missing("no $key")
        if (row.n !in 1..10 || row is Gone) return null
        for ((i, part) in row.parts.withIndex()) { if (part == null) continue; total += part.n?.let { it * i } ?: 0 }
        return try { withContext(Dispatchers.IO) { row.list.filter { it > 1 }.map { x -> Point(x, x) }.first() } }
        catch (e: IOException) { log.warn("x", e); null } finally { close() }
    }
    fun kind(k: Kind) = when (k) { is Kind.B -> k.n; Kind.A -> 0 }
}
fun String.shout() = "${this.uppercase()}!"
""",
}
