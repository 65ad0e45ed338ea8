//! What campaigns cost, and how often is dialed while agents are there (domain/06 §6.7).

use projections::Projection;
use projections::agents::Agents;
use projections::calls::Calls;
use projections::campaign_attempts::CampaignAttempts;
use projections::campaigns::Campaigns;
use projections::figures::read::{
    CallMetricsQuery, CampaignCosts, CampaignMetrics, DimensionValue, GroupBy,
};
use serde_json::json;
use tests::TestDatabase;

use super::analytics::figure;
use super::analytics_campaigns::{
    Comes, OTHER, SPRING, ago, ask, by_campaign, campaign, dial, of, priced,
};
use super::call_facts_kit::{Told, fold, id};

async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 4] = [&Campaigns, &CampaignAttempts, &Calls, &Agents];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(7)).await;
    }
    db
}

fn budget(currency: &str, per_minute: i64) -> serde_json::Value {
    json!({ "amount_minor": 100_000, "currency": currency, "per_minute_minor": per_minute })
}

#[tokio::test]
async fn each_minute_costs_what_it_did_when_its_call_was_begun() {
    let mut told = Told::default();
    priced(&mut told, SPRING, ago(60), budget("EUR", 10));
    priced(&mut told, OTHER, ago(60), budget("EUR", 7));
    // What has cost nothing in another currency does not keep the rest from being added up.
    priced(&mut told, 0xcd, ago(60), budget("USD", 5));
    let dearer = json!({
        "changes": { "budget": budget("EUR", 30) }, "revision": 2, "by": id(9), "at": ago(30),
    });
    told.campaign(SPRING, "CampaignUpdated", dearer);
    // Not of the time that is asked for.
    dial(&mut told, (1, SPRING, 1), ago(80), Comes::Of("sale"));
    dial(&mut told, (2, SPRING, 1), ago(50), Comes::Of("sale"));
    dial(&mut told, (3, SPRING, 1), ago(50), Comes::Machine);
    dial(&mut told, (4, SPRING, 2), ago(20), Comes::Of("sale"));
    dial(&mut told, (5, SPRING, 1), ago(20), Comes::Nothing);
    dial(&mut told, (6, OTHER, 1), ago(20), Comes::Dropped);
    let db = filled(&told).await;
    let answer = ask::<CampaignCosts>(&db, &by_campaign()).await;
    let spring = &of(&answer, SPRING).expect("the campaign").metrics;
    assert_eq!(figure(&spring.minutes), (Some(3.0), Some(3.0), None, 3));
    assert_eq!(figure(&spring.cost_minor), (Some(50.0), Some(50.0), None, 3));
    let each = figure(&spring.cost_per_conversion_minor);
    assert_eq!(each, (Some(25.0), Some(50.0), Some(2.0), 2));
    let other = &of(&answer, OTHER).expect("the other one").metrics;
    assert_eq!(figure(&other.cost_minor), (Some(7.0), Some(7.0), None, 1));
    assert_eq!(figure(&other.cost_per_conversion_minor), (None, Some(7.0), Some(0.0), 0));
    assert_eq!(answer.totals.cost_minor.value, Some(57.0));
    assert_eq!(answer.totals.cost_per_conversion_minor.value, Some(28.5));
    let currencies: Vec<&str> = answer.currencies.values().map(String::as_str).collect();
    assert_eq!(currencies, ["EUR", "EUR", "USD"]);
}

#[tokio::test]
async fn two_currencies_have_no_sum_and_no_price_has_no_cost() {
    let mut told = Told::default();
    campaign(&mut told, 0xcc, ago(60));
    priced(&mut told, SPRING, ago(60), budget("EUR", 10));
    priced(&mut told, OTHER, ago(60), budget("USD", 7));
    for (call, of) in [(1, SPRING), (2, OTHER), (3, 0xcc)] {
        dial(&mut told, (call, of, 1), ago(20), Comes::Of("sale"));
    }
    let db = filled(&told).await;
    let answer = ask::<CampaignCosts>(&db, &by_campaign()).await;
    assert!(of(&answer, 0xcc).is_none(), "what has no price costs nothing that is known");
    assert_eq!(answer.totals.cost_minor.value, None);
    assert_eq!(answer.totals.minutes.value, Some(2.0));
    let only = CallMetricsQuery { campaign_ids: vec![id(OTHER)], ..by_campaign() };
    let answer = ask::<CampaignCosts>(&db, &only).await;
    assert_eq!(answer.totals.cost_minor.value, Some(7.0));
    let none = CallMetricsQuery { campaign_ids: vec![id(0xcc)], ..by_campaign() };
    let answer = ask::<CampaignCosts>(&db, &none).await;
    assert_eq!(answer.totals.cost_per_conversion_minor.value, None);
}

#[tokio::test]
async fn who_calls_for_several_campaigns_is_there_for_each_and_once_in_the_total() {
    let (mut told, hour) = (Told::default(), 3_600_000);
    // The agent of every call, for two hours and a quarter; somebody who takes none; and somebody
    // who was there before.
    for (agent, from, ms) in [(0xa, 10, 9 * hour / 4), (0xb, 10, hour), (0xc, 90, hour)] {
        let from = ago(from);
        told.hired(agent, 3, ago(100));
        told.does(agent, "offline", "available", from);
        told.does(agent, "available", "offline", from.plus_ms(ms));
    }
    for (campaign_id, calls) in [(SPRING, 1..4), (OTHER, 4..5)] {
        campaign(&mut told, campaign_id, ago(60));
        for call in calls {
            dial(&mut told, (call, campaign_id, 1), ago(9), Comes::Of("sale"));
        }
    }
    dial(&mut told, (5, OTHER, 1), ago(9), Comes::Nothing);
    campaign(&mut told, 0xcc, ago(60));
    dial(&mut told, (6, 0xcc, 1), ago(9), Comes::Nothing);
    let db = filled(&told).await;
    let answer = ask::<CampaignMetrics>(&db, &by_campaign()).await;
    let dialed = |campaign: u128| {
        let cell = of(&answer, campaign).expect("the campaign");
        figure(&cell.metrics.dials_per_agent_hour)
    };
    assert_eq!(dialed(SPRING), (Some(1.333_333), Some(3.0), Some(2.25), 3));
    assert_eq!(dialed(OTHER), (Some(0.888_889), Some(2.0), Some(2.25), 2));
    assert_eq!(dialed(0xcc), (None, Some(1.0), Some(0.0), 1), "nobody has handled a call of it");
    let total = figure(&answer.totals.dials_per_agent_hour);
    assert_eq!(total, (Some(2.666_667), Some(6.0), Some(2.25), 6));
    // The time of each hour is its own.
    let hourly = CallMetricsQuery { group_by: GroupBy::Hour, ..by_campaign() };
    let answer = ask::<CampaignMetrics>(&db, &hourly).await;
    let spring = DimensionValue::Text(id(SPRING).to_string());
    let cells = answer.series.iter().filter(|cell| cell.dims["campaign"] == spring);
    let hours: f64 = cells.filter_map(|cell| cell.metrics.dials_per_agent_hour.denominator).sum();
    assert!((hours - 2.25).abs() < 1e-6, "{hours}");
}
