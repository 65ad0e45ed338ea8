//! Random histories of rules, and of what somebody had to know by them.

use domain::alert::{Alert, AlertCommand, AlertSubject, Resolution, Told};
use domain::alert_rule::{AlertRule, AlertRuleChanges, AlertRuleCommand, AlertRules, SubjectType};
use domain::{AlertId, Timestamp, UserId};
use processes::Commands;
use uuid::Uuid;

use super::people::ask;
use super::{Dice, History};

/// Rules are changed, and some of what they watch is so, now and then.
pub(super) async fn alarm(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    at: Timestamp,
) -> anyhow::Result<i64> {
    let standard = AlertRules::standard().entries();
    let place = usize::try_from(dice.below(u64::try_from(standard.len())?))?;
    let Some(rule) = standard.get(place) else { return Ok(0) };
    let (org, by) = (history.org.uuid(), UserId::from(history.call.uuid()));
    let changes = AlertRuleChanges { enabled: Some(dice.chance(50)), ..<_>::default() };
    let (rule_id, changes) = (rule.id, Box::new(changes));
    let change = AlertRuleCommand::Change { rule_id, changes, by, at };
    let mut head = ask::<AlertRules>(commands, history, org, change).await?;
    let kinds = [SubjectType::Queue, SubjectType::Call, SubjectType::Provider];
    let kind = dice.one(&kinds).unwrap_or(SubjectType::Agent);
    let name =
        if kind == SubjectType::Provider { "telephony:x".to_owned() } else { org.to_string() };
    // Few alerts, so that most are raised more than once.
    let stream = Uuid::from_u128(history.org.uuid().as_u128() ^ u128::try_from(place)?);
    let mut last = AlertId::from(history.call.uuid());
    for step in 0..dice.below(9) {
        let at = at.plus_ms(i64::try_from(step)? * 60_000);
        let id = AlertId::from(Uuid::from_u128((u128::from(dice.roll()) << 64) | 2));
        let command = match dice.below(8) {
            0..=2 => {
                last = id;
                let subject = AlertSubject { kind, id: name.clone() };
                raise(rule, id, subject, at)
            }
            3 => AlertCommand::Acknowledge { alert_id: last, by, at },
            4 => AlertCommand::Resolve { alert_id: last, by, at },
            5 => AlertCommand::Expire { at },
            _ => {
                let reason =
                    if dice.chance(50) { Resolution::Cleared } else { Resolution::RuleOff };
                AlertCommand::Clear { value: dice.chance(50).then_some(1.5), reason, at }
            }
        };
        head = ask::<Alert>(commands, history, stream, command).await?.max(head);
    }
    Ok(head)
}

fn raise(
    rule: &AlertRule,
    alert_id: AlertId,
    subject: AlertSubject,
    at: Timestamp,
) -> AlertCommand {
    let of = &rule.definition;
    let told = Told {
        rule_id: rule.id,
        rule: of.name.clone(),
        metric: of.metric,
        operator: of.operator,
        threshold: of.threshold,
        window_seconds: of.window_seconds,
        severity: of.severity,
        subject,
    };
    AlertCommand::Raise { alert_id, told: Box::new(told), value: 0.1, cooldown_seconds: 60, at }
}
