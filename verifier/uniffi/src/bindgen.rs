//! Writes the sources in Python, Kotlin and Swift from the library: see README.md.

fn main() {
    uniffi::uniffi_bindgen_main();
}
