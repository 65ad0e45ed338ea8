//! One binary for every test that needs a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions
)]

mod accounts;
mod accounts_attacked;
mod accounts_mail;
mod agents_watched;
mod alerts;
mod architecture;
mod at_work;
mod center;
mod console;
mod database;
mod dialer;
mod docs;
mod exports;
mod figures_live;
mod http_agents;
mod http_alerts;
mod http_analytics;
mod http_analytics_behind;
mod http_analytics_defined;
mod http_analytics_exports;
mod http_analytics_exports_kept;
mod http_analytics_exports_killed;
mod http_analytics_rooms;
mod http_audit;
mod http_auth;
mod http_bad_input;
mod http_bank_campaign;
mod http_calls;
mod http_campaign_agents;
mod http_campaign_figures;
mod http_campaign_hopper;
mod http_campaign_messages;
mod http_campaigns;
mod http_contacts;
mod http_contacts_exported;
mod http_contacts_guarded;
mod http_contacts_named;
mod http_contacts_replaced;
mod http_conventions;
mod http_dashboard;
mod http_dead_letters;
mod http_dispositions;
mod http_dispositions_counted;
mod http_dnc;
mod http_erasure;
mod http_erasure_races;
mod http_erasure_users;
mod http_imports;
mod http_kit;
mod http_mail;
mod http_number_imports;
mod http_openapi;
mod http_payment_summary;
mod http_payments;
mod http_process;
mod http_resets;
mod http_segments;
mod http_sentiment;
mod http_sentiment_listed;
mod http_sentiment_settings;
mod http_stream_kit;
mod http_teams;
mod http_teams_at_once;
mod http_timelines;
mod http_tokens;
mod http_transcript_imports;
mod http_transcripts;
mod http_transcripts_searched;
mod http_users;
mod http_wallboard;
mod http_wallboard_watched;
mod http_webhooks;
mod import;
mod imports;
mod isolation;
mod log;
mod payments;
mod projections;
mod reactor;
mod replay;
mod resets;
mod smtp_kit;
mod telephony;
mod tidy;
mod walls;
