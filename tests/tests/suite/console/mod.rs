//! The console, as people see it.

mod alerts;
mod browser;
mod pages;
mod session;
mod story;
mod window;
