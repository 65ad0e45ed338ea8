//! Campaigns that dial by themselves, with a clock that is moved by hand (domain/10 P3 to P10).

mod abandoned;
mod ended;
mod killed;
mod kit;
mod messages;
mod on_calls;
mod progressive;
mod provider_down;
