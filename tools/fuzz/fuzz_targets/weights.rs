#![no_main]

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "one of the targets")]
mod bodies;
#[path = "../heap.rs"]
mod heap;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::run(&bodies::WEIGHTS, bytes));
