//! What a campaign may cost, and what its calls have cost.

use super::*;

fn budget(amount_minor: i64, currency: &str, per_minute_minor: i64) -> Option<Budget> {
    let currency = currency.to_owned();
    Some(Budget { amount_minor, currency, per_minute_minor })
}

fn created(budget: Option<Budget>) -> CampaignCommand {
    create_with(CampaignSettings { budget, ..settings() })
}

fn charge(minutes: &[i64]) -> CampaignCommand {
    CampaignCommand::Charge { minutes: minutes.to_vec(), at: at(9) }
}

fn costs(budget: Option<Budget>) -> CampaignCommand {
    update(CampaignChanges { budget: Some(budget), ..Default::default() })
}

/// P11
#[test]
fn campaign_p11_what_a_campaign_may_cost_is_spent_once() {
    let campaign = given([created(budget(100, "EUR", 30)), activate(2)]);
    assert_eq!(campaign.decide(charge(&[1, 2])), Ok(vec![]), "90 of 100");
    let facts = campaign.decide(charge(&[0, 4])).unwrap();
    let [CampaignEvent::CampaignPaused { reason: PauseReason::Budget, by: None, .. }] = &facts[..]
    else {
        panic!("{facts:?}");
    };
    let mut paused = campaign.clone();
    facts.iter().for_each(|fact| paused.evolve(fact));
    assert_eq!(paused.decide(charge(&[0, 4])), Ok(vec![]), "once");
    let again = || CampaignCommand::Activate {
        outlook: Outlook { minutes: vec![0, 4], ..Outlook::FINE },
        by: by(),
        at: at(10),
    };
    let refusal = paused.decide(again()).unwrap_err();
    assert_eq!(refusal.fields().first().unwrap().reason, "budget-spent");
    // It may cost more now.
    let more = costs(budget(1_000, "EUR", 30));
    paused.decide(more).unwrap().iter().for_each(|fact| paused.evolve(fact));
    paused.decide(again()).unwrap().iter().for_each(|fact| paused.evolve(fact));
    assert_eq!(status(&paused), CampaignStatus::Active);
    assert_eq!(paused.decide(charge(&[0, 4])), Ok(vec![]));
    let without = given([create(), activate(2)]);
    assert_eq!(without.decide(charge(&[i64::MAX])), Ok(vec![]));
}

#[test]
fn a_call_costs_what_a_minute_cost_when_it_was_begun() {
    let cost = |commands: Vec<CampaignCommand>, minutes: &[i64]| {
        let campaign = given(commands);
        let known = campaign.known().unwrap();
        (known.prices.len(), known.cost(minutes))
    };
    let begun = || vec![created(budget(100, "EUR", 30)), activate(2)];
    assert_eq!(cost(begun(), &[0, 3]), (1, 90));
    let dearer = || costs(budget(100, "EUR", 50));
    let after = |more: Vec<CampaignCommand>| begun().into_iter().chain(more).collect();
    assert_eq!(
        cost(after(vec![dearer()]), &[0, 3, 1]),
        (2, 140),
        "three of the old, one of the new"
    );
    assert_eq!(cost(after(vec![dearer()]), &[0, 3]), (2, 90), "counted before the price came");
    assert_eq!(cost(after(vec![costs(budget(900, "EUR", 30))]), &[0, 3]), (1, 90), "the same");
    // Without a budget it costs what it did; with the same one again, too.
    assert_eq!(cost(after(vec![costs(None)]), &[0, 3]), (1, 90));
    assert_eq!(cost(after(vec![costs(None), costs(budget(1, "EUR", 30))]), &[0, 3]), (1, 90));
    // Whoever was called before there was a price costs what the first one says.
    let late = vec![create(), activate(2), dearer()];
    assert_eq!(cost(late, &[2, 1]), (1, 150));
    assert_eq!(cost(vec![created(budget(100, "EUR", 30)), dearer(), activate(2)], &[1]), (1, 50));
    assert_eq!(cost(vec![create(), activate(2)], &[5]), (0, 0));
    let known = given(begun());
    assert_eq!(known.known().unwrap().cost(&[i64::MAX, i64::MAX]), i64::MAX);
}

#[test]
fn what_was_spent_in_one_currency_is_not_compared_with_another() {
    let draft = given([created(budget(100, "EUR", 30)), costs(budget(100, "USD", 30))]);
    let price = draft.known().unwrap().prices.first().unwrap();
    assert_eq!(price.currency, "USD", "nobody was called yet");
    let gone = given([created(budget(100, "EUR", 30)), costs(None), activate(2)]);
    assert!(gone.decide(costs(budget(100, "USD", 30))).is_ok(), "nothing was spent in euros");
    let begun = [created(budget(100, "EUR", 30)), activate(2)];
    for more in [vec![], vec![costs(None)]] {
        let campaign = given(begun.clone().into_iter().chain(more));
        let refusal = campaign.decide(costs(budget(100, "USD", 30))).unwrap_err();
        let fields = refusal.fields();
        let fault = fields.first().unwrap();
        assert_eq!((fault.pointer, fault.reason), ("/budget/currency", "other-currency"));
    }
    assert!(given([create(), activate(2)]).decide(costs(budget(1, "USD", 1))).is_ok());
}

#[test]
fn a_budget_that_cannot_be_is_refused_by_field() {
    for (wrong, pointer) in [
        (budget(0, "EUR", 1), "/budget/amount_minor"),
        (budget(1_000_000_000_001, "EUR", 1), "/budget/amount_minor"),
        (budget(1, "EURO", 1), "/budget/currency"),
        (budget(1, "eur", 1), "/budget/currency"),
        (budget(1, "EUR", 0), "/budget/per_minute_minor"),
        (budget(1, "EUR", -1), "/budget/per_minute_minor"),
    ] {
        let refusal = Campaign::default().decide(created(wrong)).unwrap_err();
        assert_eq!(refusal.fields().first().unwrap().pointer, pointer);
    }
}
