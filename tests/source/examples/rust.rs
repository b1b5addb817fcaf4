//! About the module.
/// A parser.
/// It parses.
#[derive(Debug)]
pub struct Parser<'a> { text: &'a str }

impl<'a> Iterator for lexer::Parser<'a> {
    fn next(&mut self) -> Option<char> {
        let twice = |x| x * 2;
        fn inner() {}
        None
    }
}

impl Parser<'_> {
    /// Makes one.
    #[inline]
    // why not
    #[must_use]
    pub const fn new() -> Self { Self { text: "" } }
}

trait Visit { fn enter(&self); fn leave(&self) {} }
enum Kind { A, B(u8) }
type Id = u32;
macro_rules! square { ($x:expr) => { $x * $x } }
mod tests {
    #[test]
    fn works() {}
}
