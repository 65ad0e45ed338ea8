//! The tree of an organization's teams.

use std::collections::HashMap;

use domain::TeamId;
use domain::team::{MAX_DEPTH, Place};

/// Of every team the one it is within.
pub(super) type Tree = HashMap<TeamId, Option<TeamId>>;

/// Where a team would stand within a parent that is there.
pub(super) fn place(tree: &Tree, team: TeamId, parent: TeamId) -> Place {
    let above = depth(tree, parent);
    if parent == team || ancestors(tree, parent).any(|above| above == team) {
        return Place::Cycle;
    }
    let below = tree.keys().filter(|other| ancestors(tree, **other).any(|above| above == team));
    let own = depth(tree, team);
    let height = below.map(|other| depth(tree, *other) - own).max().unwrap_or(0);
    if above + 1 + height > MAX_DEPTH { Place::TooDeep } else { Place::Fine }
}

/// How many teams there are from the top down to a team, itself among them.
fn depth(tree: &Tree, team: TeamId) -> usize {
    ancestors(tree, team).count() + 1
}

/// The teams that a team is within. There are no cycles; where there was one it would end.
fn ancestors(tree: &Tree, team: TeamId) -> impl Iterator<Item = TeamId> {
    let parent = |team: &TeamId| tree.get(team).copied().flatten();
    std::iter::successors(parent(&team), move |team| parent(team)).take(2 * MAX_DEPTH)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn team(number: u128) -> TeamId {
        TeamId::from(Uuid::from_u128(number))
    }

    #[test]
    fn teams_are_at_most_five_deep_and_never_within_themselves() {
        // 1 > 2 > 3 > 4 > 5, and 10 > 11 beside them.
        let mut tree: Tree = (1..=5).map(|n| (team(n), (n > 1).then(|| team(n - 1)))).collect();
        tree.insert(team(10), None);
        tree.insert(team(11), Some(team(10)));
        let expected = [
            (6, 4, Place::Fine),
            (6, 5, Place::TooDeep),
            (1, 1, Place::Cycle),
            (1, 5, Place::Cycle),
            (2, 4, Place::Cycle),
            (10, 3, Place::Fine),
            (10, 4, Place::TooDeep),
            (11, 4, Place::Fine),
            (3, 10, Place::Fine),
            (1, 10, Place::TooDeep),
        ];
        for (who, within, place_there) in expected {
            assert_eq!(place(&tree, team(who), team(within)), place_there, "{who} in {within}");
        }
    }
}
