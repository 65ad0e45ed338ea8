//! Accepts connections, at most so many, and ends them in order.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::client::Peer;
use super::framing::{Framing, Watched};
use super::layers;
use super::line::Line;
use super::problem::{BAD_REQUEST, Problem};

/// How many connections are held at once; more wait to be accepted.
const CONNECTIONS: usize = 1024;
/// How long requests may take to finish once the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// What hyper reads at most of a head. Our own limits are lower, so that a
/// caller gets a problem document.
const BUFFER: usize = 128 * 1024;
const HEADERS: usize = 256;

/// Serves until `stop`, then lets running requests finish.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accepted => accepted,
        };
        match (slot, accepted) {
            (Ok(slot), Ok((stream, peer))) => {
                spawn((stream, Peer(peer.ip())), slot, router.clone(), &graceful);
            }
            (_, Err(error)) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            (Err(_), _) => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn spawn(
    (stream, peer): (TcpStream, Peer),
    slot: OwnedSemaphorePermit,
    router: Router,
    graceful: &GracefulShutdown,
) {
    let _ = stream.set_nodelay(true);
    let (stream, framing) = Watched::new(stream);
    let cut = CancellationToken::new();
    let line = Line::new(framing.clone(), cut.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(line.clone());
        answer(request, router.clone(), framing.clone())
    });
    let connection = http1::Builder::new()
        .max_buf_size(BUFFER)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => {
                let _ = ended.inspect_err(|error| tracing::debug!(%error, "a connection ended"));
            }
            () = cut.cancelled() => tracing::debug!("a connection was cut"),
        }
        drop(slot);
    });
}

async fn answer(
    request: hyper::Request<Incoming>,
    router: Router,
    framing: Framing,
) -> Result<Response, Infallible> {
    let chunked = request.headers().contains_key(http::header::TRANSFER_ENCODING);
    let response = if !framing.sound(request.method().as_str(), chunked) {
        let path = request.uri().path().to_owned();
        let trace = layers::trace_of(request.headers());
        let refused = Problem::of(&BAD_REQUEST).into_response();
        let mut response = layers::dress(refused, &path, trace);
        let close = http::HeaderValue::from_static("close");
        response.headers_mut().insert(http::header::CONNECTION, close);
        response
    } else {
        router.oneshot(request.map(Body::new)).await?
    };
    framing.answered();
    Ok(response)
}
