//! Where a request comes from.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use processes::auth::Client;

use super::app::App;

/// What is kept of what a program calls itself.
const MAX: usize = 256;

/// The other end of the connection, as [`super::serve`] sees it. What a header says of it is not
/// believed.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The program and the network address that a request comes from.
pub struct Origin(pub Client);

impl FromRequestParts<App> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let program = parts.headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok());
        let program = program.unwrap_or_default().chars().take(MAX).collect();
        let address = parts.extensions.get::<Peer>().map(|peer| peer.0.to_string());
        Ok(Self(Client { program, address: address.unwrap_or_default() }))
    }
}
