//! Styles and scripts, from inside the binary. Their address has a hash of what they are, so that
//! a browser keeps them for good and never shows a page of today with those of yesterday.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header;
use sha2::{Digest, Sha256};

use super::refused::Refused;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

macro_rules! assets {
    ($($name:literal $kind:literal $file:literal;)*) => {
        const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            kind: $kind,
            text: include_str!(concat!("../../ui/", $file)),
        }),*];
    };
}

assets! {
    "console.css" "text/css; charset=utf-8" "console.css";
    "console.js" "text/javascript; charset=utf-8" "console.js";
    "htmx.js" "text/javascript; charset=utf-8" "vendor/htmx/htmx.min.js";
    "icon.svg" "image/svg+xml" "icon.svg";
    "uplot.js" "text/javascript; charset=utf-8" "vendor/uplot/uPlot.iife.min.js";
    "uplot.css" "text/css; charset=utf-8" "vendor/uplot/uPlot.min.css";
}

/// Of all of them, the names too.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name);
        hash.update(asset.text);
    }
    hex::encode(hash.finalize()).chars().take(16).collect()
});

/// Where one is.
pub(super) fn path(name: &str) -> String {
    format!("/console/assets/{}/{name}", *HASH)
}

/// One of them.
pub(super) async fn get(Path((hash, name)): Path<(String, String)>) -> Result<Response, Refused> {
    let asset = ASSETS.iter().find(|asset| asset.name == name && hash == *HASH);
    let asset = asset.ok_or_else(Refused::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.text).into_response())
}
