//! Packs the addresses that are filled in when a program starts: 9 MB of one that has 103. glibc reads such programs since 2.36.

fn main() {
    println!("cargo:rerun-if-changed=tools/build.rs");
    let is_for_this_machine = std::env::var("TARGET").ok() == std::env::var("HOST").ok();
    if is_for_this_machine && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the C library that this runs with: that of programs built here.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn glibc() -> Option<(u32, u32)> {
    unsafe extern "C" {
        fn gnu_get_libc_version() -> *const std::ffi::c_char;
    }
    // SAFETY: glibc answers with a constant text that ends with 0.
    let version = unsafe { std::ffi::CStr::from_ptr(gnu_get_libc_version()) };
    let (major, minor) = version.to_str().ok()?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn glibc() -> Option<(u32, u32)> {
    None
}
