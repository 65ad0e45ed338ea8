//! Asks what is about campaigns: how many answers found no agent, how far their lists have come,
//! what their calls have cost, and for how long those were there who took them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::campaign::KnownCampaign;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ask::{Found, Question, most_rows};
use super::query::{Dimension, Period};
use super::sums::{Base, CostsRow, CrewRow, ListsRow, RegulatoryRow, RollingRow, TimeRow};

const DAY_MS: i64 = 86_400_000;

/// Asks how many answers of campaigns found no agent since an instant of each.
macro_rules! of_answers {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $since:expr) => {{
        let periods = &$found.periods;
        let campaigns: Vec<Uuid> = periods.iter().map(|period| period.campaign_id).collect();
        let since: Vec<DateTime<Utc>> = periods.iter().map($since).collect();
        let ms: Vec<i64> = periods.iter().map(|period| period.ms).collect();
        let org = $question.org.uuid();
        let file = sqlx::query_file_as!(
            $row,
            "src/campaign_attempts/answers.sql",
            org,
            &campaigns,
            &since,
            &ms
        );
        for row in file.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

impl Question<'_> {
    /// Since when each campaign's abandonment is counted, where it is asked how they stand.
    pub(super) async fn periods(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        if !self.bases.contains(&Base::Regulatory) {
            return Ok(());
        }
        for (campaign_id, campaign) in self.campaigns(tx).await? {
            let abandonment = &campaign.settings.abandonment;
            found.periods.push(Period {
                campaign_id,
                since: campaign.counted_since(found.now),
                limit: abandonment.limit(),
                ms: i64::from(abandonment.seconds) * 1_000,
            });
        }
        Ok(())
    }

    pub(super) async fn regulatory(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        of_answers!(tx, self, found, RegulatoryRow, |period| period.since.into());
        Ok(())
    }

    pub(super) async fn rolling(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let day_ago = DateTime::<Utc>::from(found.now.plus_ms(-DAY_MS));
        of_answers!(tx, self, found, RollingRow, |_| day_ago);
        Ok(())
    }

    pub(super) async fn lists(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let campaigns: Vec<Uuid> = found.periods.iter().map(|period| period.campaign_id).collect();
        let org = self.org.uuid();
        let rows = sqlx::query_file_as!(ListsRow, "src/contacts/lists.sql", org, &campaigns);
        for row in rows.fetch_all(tx).await? {
            row.put(found);
        }
        Ok(())
    }

    /// What the calls of campaigns have cost that have a price; all together where all of them are
    /// in one currency.
    pub(super) async fn costs(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let mut campaigns = self.campaigns(tx).await?;
        campaigns.retain(|_, campaign| !campaign.prices.is_empty());
        let since = campaigns.values().map(|campaign| {
            let since = campaign.priced_since().into_iter().map(DateTime::<Utc>::from);
            let since: Vec<String> =
                since.map(|since| format!("\"{}\"", since.to_rfc3339())).collect();
            format!("{{{}}}", since.join(","))
        });
        let rows = sqlx::query_file!(
            "src/campaign_attempts/costs.sql",
            self.org.uuid(),
            &campaigns.keys().copied().collect::<Vec<_>>(),
            &since.collect::<Vec<_>>(),
            DateTime::<Utc>::from(self.query.from),
            DateTime::<Utc>::from(self.query.to),
            DateTime::<Utc>::from(found.now),
        );
        let mut spent: BTreeMap<Uuid, (Vec<i64>, i64)> = BTreeMap::new();
        for row in rows.fetch_all(&mut *tx).await? {
            let Some(campaign) = campaigns.get(&row.campaign_id) else { continue };
            let (minutes, conversions) = spent
                .entry(row.campaign_id)
                .or_insert_with(|| (vec![0; campaign.prices.len() + 1], 0));
            let price = usize::try_from(row.price).ok().and_then(|price| minutes.get_mut(price));
            if let Some(under) = price {
                *under = row.minutes;
            }
            *conversions += row.conversions;
        }
        let mut total = CostsRow { total: true, amount_minor: Some(0), ..CostsRow::default() };
        let mut currencies = BTreeSet::new();
        for (id, campaign) in &campaigns {
            let (minutes, conversions) = spent.remove(id).unwrap_or_default();
            let (cost, taken): (i64, i64) = (campaign.cost(&minutes), minutes.iter().sum());
            total.minutes += taken;
            total.conversions += conversions;
            total.amount_minor = total.amount_minor.map(|sum| sum.saturating_add(cost));
            let campaign_id = Some(id.to_string());
            let row = CostsRow { campaign: campaign_id, minutes: taken, ..CostsRow::default() };
            CostsRow { amount_minor: Some(cost), conversions, ..row }.put(found);
            if let Some(price) = campaign.prices.last() {
                // What has cost nothing in a currency does not keep others from being added up.
                currencies.extend((taken > 0).then_some(&price.currency));
                found.currencies.insert(*id, price.currency.clone());
            }
        }
        total.amount_minor = total.amount_minor.filter(|_| currencies.len() < 2);
        total.put(found);
        Ok(())
    }

    /// For how long those were there who handled calls of campaigns: the time of agents, by the
    /// statement that answers it for them.
    pub(super) async fn crew(
        &self,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let (from, to) = (self.query.from, self.query.to);
        let rows = sqlx::query_file!(
            "src/calls/crew.sql",
            self.org.uuid(),
            DateTime::<Utc>::from(from),
            DateTime::<Utc>::from(to),
            &self.query.campaign_ids,
        );
        let mut campaigns_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows.fetch_all(&mut *tx).await? {
            campaigns_of.entry(row.agent).or_default().push(row.campaign);
        }
        let agents: Vec<Uuid> = campaigns_of.keys().filter_map(|id| id.parse().ok()).collect();
        if agents.is_empty() {
            return Ok(());
        }
        let rows = sqlx::query_file_as!(
            TimeRow,
            "src/agents/time.sql",
            self.org.uuid(),
            &self.slots.starts,
            &self.slots.keys,
            DateTime::<Utc>::from(to),
            &agents,
            true,
            i64::MAX
        );
        let by_campaign = self.query.dimensions.contains(&Dimension::Campaign);
        let mut cells: BTreeMap<_, i64> = BTreeMap::new();
        for TimeRow { total, slot, agent, signed_in_ms, .. } in rows.fetch_all(tx).await? {
            if total {
                CrewRow { total, signed_in_ms, ..CrewRow::default() }.put(found);
            } else if by_campaign {
                let campaigns = agent.and_then(|agent| campaigns_of.get(&agent));
                for campaign in campaigns.into_iter().flatten() {
                    *cells.entry((slot, Some(campaign.clone()))).or_default() += signed_in_ms;
                }
            } else {
                *cells.entry((slot, None)).or_default() += signed_in_ms;
            }
        }
        for ((slot, campaign), signed_in_ms) in cells {
            CrewRow { slot, campaign, signed_in_ms, ..CrewRow::default() }.put(found);
        }
        Ok(())
    }

    /// The campaigns that are asked for, as they are now.
    async fn campaigns(
        &self,
        tx: &mut PgConnection,
    ) -> Result<BTreeMap<Uuid, KnownCampaign>, sqlx::Error> {
        let (org, some) = (self.org.uuid(), &self.query.campaign_ids);
        let rows = sqlx::query_file!("src/campaigns/some.sql", org, some, most_rows());
        let known = rows.fetch_all(tx).await?.into_iter().map(|row| {
            let campaign = serde_json::from_str(&row.state)
                .map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok((row.campaign_id, campaign))
        });
        known.collect()
    }
}
