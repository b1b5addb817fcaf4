namespace geo::flat {
/// A point.
template <class T>
class Point : public Base {
public:
  Point(T x) : x_(x) {}
  ~Point();
  T length() const { return x_; }
  operator bool() const { return true; }
  Point &operator+=(const Point &o) = default;
private:
  T x_;
};
}

template <class T> T *geo::flat::Point<T>::find(int i) { auto f = [&](int v) { return v; }; return f(i); }
geo::Shape::~Shape() {}
std::ostream &operator<<(std::ostream &out, const Point &p) { return out; }
struct Size { int w, h; Size() {} };
enum class Color { Red, Green };
namespace { int hidden() { return 1; } }
