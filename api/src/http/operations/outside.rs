//! What needs nobody who is signed in.

use super::*;

operations! {
    POST  "/webhooks/payments/{provider}/{connection_id}" "receivePaymentWebhook" Webhook None
        NOBODY [];
    GET   "/health/live" "live" Public None NOBODY [];
    GET   "/health/ready" "ready" Public None NOBODY [];
    GET   "/openapi.json" "openapi" Public None NOBODY [];
    GET   "/.well-known/jwks.json" "jwks" Public None NOBODY [];
    GET   "/problems/{slug}" "problem" Public None NOBODY [NOT_FOUND];
}
